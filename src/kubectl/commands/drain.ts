// kubectl drain: no new pods for a node, and those on it go elsewhere. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go
import type { Pod } from '../../kube/api/core-v1.ts';
import { pods as podResource } from '../../kube/api/resources.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { formatSelector, parseSelector } from '../../kube/machinery/selectors.ts';
import { defineCommand, type Call } from '../command.ts';
import { sortPods, type Sorted } from '../drain/filters.ts';
import { chooseNodes, NODE_FLAGS, setSchedulable } from '../drain/nodes.ts';
import { removePods } from '../drain/remove-pods.ts';
import { CommandError, Failures } from '../failures.ts';
import { bool, duration, int, string } from '../flags/flag.ts';
import { CHUNK_SIZE_PRESET } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { nameOf } from '../printers/name-printer.ts';
import { isList, metadataOf, textField, type Info } from '../resources/info.ts';
import { listFailure } from '../resources/list-failure.ts';
import { withDryRun, type DryRun } from '../writes/dry-run.ts';

const flags = {
  'chunk-size': int('How many objects are asked for at a time; 0 asks for all at once.', { preset: CHUNK_SIZE_PRESET }),
  'delete-emptydir-data': bool('Pods with emptyDir volumes go too; what is in those is lost.'),
  'disable-eviction': bool('Delete pods rather than evict them. No disruption budget is asked then.'),
  ...NODE_FLAGS,
  force: bool('Pods that no controller brings back go too.'),
  'grace-period': int('Seconds that each pod is given to end; negative leaves it to the pod.', { preset: -1 }),
  'ignore-daemonsets': bool('Pods of daemon sets stay and are no hindrance.'),
  'pod-selector': string('Only pods with these labels.'),
  'skip-wait-for-delete-timeout': int('Do not wait for pods that have been ending for longer than so many seconds; 0 waits for all.'),
  timeout: duration('How long to wait at most; 0 waits for ever.'),
} as const;
type DrainCall = Call<typeof flags>;

export const command = defineCommand({
  usage: 'NODE',
  long: 'Empties a node for maintenance: it is cordoned, then its pods are evicted, as far as disruption budgets let them, and waited for.\n\n Static pods stay. Pods of daemon sets stay too, and --ignore-daemonsets says that this is known. Pods with emptyDir volumes or without a controller lose something for good, so that --delete-emptydir-data and --force have to allow it. Afterwards "kubectl uncordon" lets pods onto the node again.',
  examples: `# Empty node01
kubectl drain node01 --ignore-daemonsets

# Whatever is lost, with a quarter of an hour for each pod
kubectl drain node01 --ignore-daemonsets --delete-emptydir-data --force --grace-period=900`,
  flags,
  async run(call, kubectl) {
    const check = (): void => checkPodSelector(call.flags['pod-selector']);
    const chosen = await chooseNodes(call, kubectl, { chunkSize: call.flags['chunk-size'], check });
    const { dryRun, nodes } = chosen;
    await setSchedulable(chosen, 'cordoned', kubectl);
    const failed: { readonly name: string; readonly error: Error }[] = [];
    for (const info of nodes)
      try {
        await drainNode(info, call, dryRun, kubectl);
        kubectl.print(`${nameOf(info.content)} ${withDryRun('drained', dryRun)}\n`);
      } catch (failure) {
        const error = failure as Error;
        kubectl.complain(`error: unable to drain node ${goQuote(info.name)} due to error: ${error.message}, continuing command...\n`);
        failed.push({ name: info.name, error });
      }
    if (!failed.length) return;
    kubectl.complain(`There are pending nodes to be drained:\n${failed.map(({ name }) => ` ${name}\n`).join('')}`);
    const [first, ...others] = failed;
    if (first && !others.length) throw first.error;
    throw new Failures(failed.map(({ error }) => (error instanceof Failures ? new CommandError(error.message) : error)));
  },
});

function checkPodSelector(selector: string): void {
  try {
    parseSelector(selector);
  } catch {
    throw new CommandError('--pod-selector=<pod_selector> must be a valid label selector');
  }
}

async function drainNode({ name }: Info, { flags: given }: DrainCall, dryRun: DryRun, kubectl: Kubectl): Promise<void> {
  const sorted = await podsOf(name, given, kubectl);
  if (sorted.errors.length) throw new Failures(sorted.errors);
  if (sorted.warning) kubectl.printWarning(sorted.warning);
  if (dryRun === 'client') {
    for (const { metadata } of sorted.going) kubectl.print(`evicting pod ${metadata.namespace ?? ''}/${metadata.name ?? ''} (dry run)\n`);
    return;
  }
  const options = {
    graceSeconds: given['grace-period'],
    timeoutMs: given.timeout,
    skipSeconds: given['skip-wait-for-delete-timeout'],
    disablesEviction: given['disable-eviction'],
    dryRun,
  };
  try {
    await removePods(sorted.going, options, kubectl);
  } catch (error) {
    await tellPending(name, given, error as Error, kubectl);
    throw error;
  }
}

async function tellPending(name: string, given: DrainCall['flags'], error: Error, kubectl: Kubectl): Promise<void> {
  const head = 'Following errors occurred while getting the list of pods to delete:\n';
  try {
    const { going, errors } = await podsOf(name, given, kubectl);
    if (going.length) {
      kubectl.complain(`There are pending pods in node ${goQuote(name)} when an error occurred: ${error.message}\n`);
      for (const { metadata } of going) kubectl.complain(`pod/${metadata.name ?? ''}\n`);
    }
    if (errors.length) kubectl.complain(`${head}${new Failures(errors).message}`);
  } catch (failure) {
    kubectl.complain(`${head}${(failure as Error).message}`);
  }
}

/** Rejects with Failures where they cannot be listed. */
async function podsOf(node: string, given: DrainCall['flags'], kubectl: Kubectl): Promise<Sorted> {
  const client = await kubectl.client(podResource);
  const query = { labelSelector: formatSelector(parseSelector(given['pod-selector'])), fieldSelector: `spec.nodeName=${node}` };
  const found: JsonObject[] = [];
  for (let token: string | undefined; ;) {
    const page: JsonObject = await client.list({}, { ...query, limit: given['chunk-size'], continue: token }).catch((error: unknown) => {
      throw new Failures([listFailure(error, '/v1, Resource=pods', query) as Error]);
    });
    if (isList(page)) found.push(...page.items);
    token = textField(metadataOf(page), 'continue') || undefined;
    if (token === undefined) break;
  }
  const rules = {
    force: given.force,
    ignoresDaemonSets: given['ignore-daemonsets'],
    deletesLocalData: given['delete-emptydir-data'],
    skipSeconds: given['skip-wait-for-delete-timeout'],
  };
  return sortPods(found as unknown as readonly Pod[], rules, kubectl);
}
