// kubectl logs: what containers have written. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { messageOf } from '../../errors/app-error.ts';
import { isNotFound } from '../../kube/machinery/status-error.ts';
import type { Query } from '../client/resource-client.ts';
import { defineCommand, usageError, type Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, duration, int, string, type FlagSpecs } from '../flags/flag.ts';
import { goQuote } from '../go-quote.ts';
import { timeProblem } from '../go-time.ts';
import { SELECTOR } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { select } from '../resources/builder.ts';
import { isList } from '../resources/info.ts';
import { logsOf, streamLog, type LogSource } from '../streams/logs-of.ts';

const USAGE = '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]';
/** Lines of each log where pods were selected by label. */
const TAIL_OF_SELECTED = 10;

const flags = {
  'all-containers': bool('Of all containers of the pod, one after the other.'),
  'all-pods': bool('Of all pods of the object; each line says where it comes from.'),
  container: string('Container to show.', { short: 'c' }),
  follow: bool('Go on as more is written.', { short: 'f' }),
  'ignore-errors': bool('Go on with the others when one log cannot be followed.'),
  'insecure-skip-tls-verify-backend': bool('Do not check the certificate of the kubelet that has the log.'),
  'limit-bytes': int('Most bytes to show; 0 shows all.'),
  'max-log-requests': int('How many logs may be followed at once.', { preset: 5 }),
  'pod-running-timeout': duration('How long to wait until there is a pod.', { preset: 20_000 }),
  prefix: bool('Say before each line which pod and container it comes from.'),
  previous: bool('Of the instance before the last restart.', { short: 'p' }),
  selector: SELECTOR,
  since: duration('Only what is newer than this, such as 5s, 2m or 3h.'),
  'since-time': string('Only what was written after this time (RFC 3339).'),
  tail: int(`Last lines to show; -1 shows all, or the last ${TAIL_OF_SELECTED} where a selector is given.`, { preset: -1 }),
  timestamps: bool('Say before each line when it was written.'),
} as const satisfies FlagSpecs;
type LogsCall = Call<typeof flags>;

export const command = defineCommand({
  usage: USAGE,
  long: 'Prints what the containers of a pod, or of an object that makes pods, have written.',
  examples: `# Of a pod
kubectl logs web

# As it comes, from all containers
kubectl logs -f web --all-containers

# The last 20 lines of the container before the last restart
kubectl logs -p web -c app --tail=20

# Of all pods with a label
kubectl logs -l app=web --prefix`,
  flags,
  interruptedExit: 1,
  async run(call, kubectl) {
    const { flags: given, args } = call;
    const wrong = `expected 'logs ${USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command`;
    if ((!args.length && !given.selector) || args.length > 2) throw usageError(call, wrong);
    if (args.length === 1 && given.selector) throw usageError(call, 'only a selector (-l) or a POD name is allowed');
    if (given['pod-running-timeout'] <= 0) throw new CommandError('--pod-running-timeout must be higher than zero');
    const query = queryOf(call);
    const object = await objectMeant(call, kubectl);
    const container = args[1] ?? given.container;
    check(call, container);
    const sources = await logsOf(kubectl, object, {
      container,
      allContainers: given['all-containers'],
      allPods: given['all-pods'],
      timeoutMs: given['pod-running-timeout'],
    });
    await show(call, kubectl, sources, query);
  },
});

/** Throws for a time that is none. */
function queryOf({ flags: given, changed }: LogsCall): Query {
  const sinceTime = given['since-time'];
  const wrong = sinceTime ? timeProblem(sinceTime) : undefined;
  if (wrong !== undefined) throw new CommandError(wrong);
  const tail = given.selector && given.tail === -1 && !changed('tail') ? TAIL_OF_SELECTED : given.tail;
  return {
    follow: given.follow,
    insecureSkipTLSVerifyBackend: given['insecure-skip-tls-verify-backend'],
    limitBytes: given['limit-bytes'] || undefined,
    previous: given.previous,
    sinceSeconds: given.since ? Math.round(given.since / 1000) : undefined,
    sinceTime: sinceTime ? new Date(sinceTime).toISOString().replace(/\.\d+Z$/, 'Z') : undefined,
    tailLines: tail === -1 ? undefined : tail,
    timestamps: given.timestamps,
  };
}

async function objectMeant({ args, flags: given }: LogsCall, kubectl: Kubectl): Promise<JsonObject> {
  const { name: namespace } = await kubectl.namespace();
  const [named] = args;
  const selection = named === undefined ? { args: ['pods'], labelSelector: given.selector } : { named: { type: 'pods', names: [named] } };
  const selected = await select(kubectl, { ...selection, namespace, singleResourceType: true, flatten: false });
  const { infos, error } = await selected.infos();
  if (error && isNotFound(error)) throw new CommandError(`error from server (NotFound): ${error.message} in namespace ${goQuote(namespace)}`);
  if (error) throw error;
  const [info] = infos;
  if (!info || (!given.selector && infos.length !== 1)) throw new CommandError('expected a resource');
  const { content } = info;
  if (given.selector && isList(content) && !content.items.length) kubectl.complain(`No resources found in ${namespace} namespace.\n`);
  return content;
}

function check({ args, flags: given, changed }: LogsCall, container: string): void {
  if (given['since-time'] && given.since) throw new CommandError('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (given['all-containers'] && container) throw new CommandError(`--all-containers=true should not be specified with container name ${container}`);
  if (changed('container') && args.length === 2) throw new CommandError('only one of -c or an inline [CONTAINER] arg is allowed');
  if (given['limit-bytes'] < 0) throw new CommandError('--limit-bytes must be greater than 0');
  if (given.since < 0) throw new CommandError('--since must be greater than 0');
  if (given.tail < -1) throw new CommandError('--tail must be greater than or equal to -1');
}

async function show({ flags: given }: LogsCall, kubectl: Kubectl, sources: readonly LogSource[], query: Query): Promise<void> {
  const { stdout } = kubectl.ports;
  const hasPrefix = given.prefix || given['all-pods'];
  const showOne = (source: LogSource): Promise<void> => {
    const prefix = hasPrefix ? Buffer.from(`[pod/${source.pod}/${source.container}] `) : undefined;
    return streamLog(kubectl, source, query, (line) => {
      stdout.write(prefix ? Buffer.concat([prefix, line]) : line);
      return stdout.room();
    });
  };
  if (!given.follow || sources.length < 2) {
    for (const source of sources) await showOne(source);
    return;
  }
  const most = given['max-log-requests'];
  if (sources.length > most)
    throw new CommandError(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
    );
  await Promise.all(
    sources.map((source) =>
      showOne(source).catch((error: unknown) => {
        if (!given['ignore-errors']) throw error;
        stdout.write(`error: ${messageOf(error)}\n`);
      }),
    ),
  );
}
