// kubectl delete: by file, name, selector or all of a type, and waiting until they are gone.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { isNotFound, isStatusError } from '../../kube/machinery/status-error.ts';
import { defineCommand, type Call } from '../command.ts';
import { CommandError, withSource } from '../failures.ts';
import { bool, duration, int, string, type FlagSpecs } from '../flags/flag.ts';
import { ALL_NAMESPACES, DRY_RUN, FIELD_SELECTOR, fileFlags, SELECTOR } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { select, type Selected } from '../resources/builder.ts';
import { metadataOf, textField, type Info } from '../resources/info.ts';
import { A_WEEK_MS, untilDeleted } from '../resources/until-deleted.ts';
import { cascadeOf } from '../writes/cascade.ts';
import { dryRunOf, withDryRun, type DryRun } from '../writes/dry-run.ts';
import { confirmDeletion } from './delete-confirm.ts';
import { rawSend } from './raw.ts';

const flags = {
  ...fileFlags('is deleted'),
  all: bool('Everything of the types that are named.'),
  'all-namespaces': ALL_NAMESPACES,
  cascade: string('background, orphan or foreground: what becomes of the objects that depend on it.', { preset: 'background', bare: 'background' }),
  'dry-run': DRY_RUN,
  'field-selector': FIELD_SELECTOR,
  force: bool('Remove it from the API at once; of some resources something may go on running.'),
  'grace-period': int('Seconds it is given to end; negative for its own default, 1 for at once, 0 only with --force.', { preset: -1 }),
  'ignore-not-found': bool('An object that is not there is no failure; the preset with --all and selectors.'),
  interactive: bool('Ask before anything is deleted.', { short: 'i' }),
  now: bool('The same as --grace-period=1.'),
  output: string('name prints TYPE/NAME only.', { short: 'o' }),
  raw: string('Path on the server that is sent a DELETE as it stands.'),
  selector: SELECTOR,
  timeout: duration('How long to wait until it is gone; 0 takes the time from the object.'),
  wait: bool('Wait until it is gone, finalizers and all.', { preset: true }),
} as const satisfies FlagSpecs;
type DeleteCall = Call<typeof flags>;

export interface Deletion {
  readonly dryRun: DryRun;
  readonly graceSeconds: number;
  readonly propagationPolicy: string;
  readonly ignoreNotFound: boolean;
  readonly warnsOfScope?: boolean;
  /** Says nothing of what is deleted. */
  readonly isQuiet?: boolean;
}

export const command = defineCommand({
  usage: '([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  long: 'Deletes objects: those of a file, those that are named, those that a selector matches, or all of a type.\n\n Pods are given time to end (--grace-period, --now). With --force the API forgets an object at once, whether or not something of it still runs somewhere: two pods of one name may then be at work.',
  examples: `# What a file describes
kubectl delete -f pod.yaml

# By type and name
kubectl delete pod/web service/web

# By label
kubectl delete pods,services -l app=shop

# All pods of the namespace
kubectl delete pods --all

# At once
kubectl delete pod web --now`,
  flags,
  interruptedExit: 1,
  async run(call, kubectl) {
    const { flags: given } = call;
    const deletion = deletionOf(call, kubectl);
    if (given.raw) {
      checkCombination(given, deletion, kubectl);
      return rawSend('DELETE', given.raw, given.filename, kubectl);
    }
    const namespace = await kubectl.namespace();
    const selection = {
      args: call.args,
      files: given,
      namespace: namespace.name,
      enforceNamespace: namespace.isExplicit,
      allNamespaces: given['all-namespaces'],
      labelSelector: given.selector,
      fieldSelector: given['field-selector'],
      selectAll: given.all,
      continueOnError: true,
      requireObject: false,
    };
    const selected = await select(kubectl, selection);
    checkCombination(given, deletion, kubectl);
    if (given.interactive) {
      const { infos, error } = await selected.infos(deletion.ignoreNotFound ? isNotFound : undefined);
      if (error) throw error;
      if (infos.length && !(await confirmDeletion(infos, kubectl))) return;
    }
    await deleteSelected(given, kubectl, selected, { ...deletion, warnsOfScope: namespace.isExplicit && !given['all-namespaces'] });
  },
});

/** Throws kubectl's sentences for flags that make no sense together. */
function deletionOf({ flags: given, changed }: DeleteCall, kubectl: Kubectl): Deletion {
  const ignoreNotFound = changed('ignore-not-found')
    ? given['ignore-not-found']
    : given['ignore-not-found'] || given.all || given.selector !== '' || given['field-selector'] !== '';
  let graceSeconds = given['grace-period'];
  if (given.now) {
    if (graceSeconds !== -1) throw new CommandError('--now and --grace-period cannot be specified together');
    graceSeconds = 1;
  }
  // No time at all loses data: it has to be asked for with --force.
  if (graceSeconds === 0 && !given.force) graceSeconds = 1;
  if (given.force && graceSeconds < 0) graceSeconds = 0;
  const dryRun = dryRunOf(given['dry-run'], kubectl);
  return { dryRun, graceSeconds, propagationPolicy: cascadeOf(given.cascade, kubectl), ignoreNotFound };
}

/** Comes after the objects are known to be named well. */
function checkCombination(given: DeleteCall['flags'], { graceSeconds }: Deletion, kubectl: Kubectl): void {
  if (given.output !== '' && given.output !== 'name') throw new CommandError(`unexpected -o output mode: ${given.output}. We only support '-o name'`);
  if (given.all && given.selector) throw new CommandError('cannot set --all and --selector at the same time');
  if (given.all && given['field-selector']) throw new CommandError('cannot set --all and --field-selector at the same time');
  if (given.force && graceSeconds > 0) throw new CommandError('--force and --grace-period greater than 0 cannot be specified together');
  if (given.force)
    kubectl.warn(
      'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
    );
}

/** Deletes what was selected and waits where `wait` says so. */
export async function deleteSelected(
  given: Pick<DeleteCall['flags'], 'output' | 'wait' | 'timeout'>,
  kubectl: Kubectl,
  selected: Pick<Selected, 'visit'>,
  deletion: Deletion,
): Promise<void> {
  const { dryRun, ignoreNotFound } = deletion;
  const deleted: { readonly info: Info; readonly uid: string }[] = [];
  let found = 0;
  let warns = deletion.warnsOfScope ?? false;
  await selected.visit(
    async (info) => {
      found++;
      if (warns && !info.isNamespaced) {
        kubectl.warn('deleting cluster-scoped resources, not scoped to the provided namespace');
        warns = false;
      }
      if (dryRun !== 'client') deleted.push({ info, uid: await deleteOne(info, deletion) });
      if (!deletion.isQuiet) kubectl.print(`${deletedText(info, given.output, deletion)}\n`);
    },
    ignoreNotFound ? isNotFound : undefined,
  );
  if (found === 0) {
    kubectl.print('No resources found\n');
    return;
  }
  if (!given.wait || dryRun !== 'none') return;
  for (const { info, uid } of deleted)
    await untilDeleted(info, kubectl, given.timeout || A_WEEK_MS, uid).catch((error: unknown) => {
      // Who may not watch has deleted all the same.
      if (!isStatusError(error, 'Forbidden') && !isStatusError(error, 'MethodNotAllowed')) throw error;
    });
}

/** Resolves with the uid of what was deleted, empty where the server does not say. */
async function deleteOne(info: Info, { dryRun, graceSeconds, propagationPolicy }: Deletion): Promise<string> {
  const options: JsonObject = {
    ...(graceSeconds >= 0 ? { gracePeriodSeconds: graceSeconds } : {}),
    propagationPolicy,
    ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
  };
  const answer = await info.client?.delete({ namespace: info.namespace, name: info.name }, options).catch((error: unknown) => {
    throw withSource('deleting', info.source, error);
  });
  const details = answer?.['details'];
  return isJsonObject(details) ? textField(details, 'uid') : textField(metadataOf(answer), 'uid');
}

function deletedText({ resource, name, namespace }: Info, output: string, { dryRun, graceSeconds }: Deletion): string {
  const kind = `${resource?.kind.toLowerCase() ?? ''}${resource?.group ? `.${resource.group}` : ''}`;
  if (output === 'name') return `${kind}/${name}`;
  const place = namespace ? ` from ${namespace} namespace` : '';
  return `${kind} "${name}" ${withDryRun(`${graceSeconds === 0 ? 'force deleted' : 'deleted'}${place}`, dryRun)}`;
}
