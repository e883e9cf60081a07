// kubectl wait: until objects are what is wanted. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go
import { groupResourceOf } from '../../kube/machinery/object.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { isNotFound, StatusError } from '../../kube/machinery/status-error.ts';
import { delay } from '../../platform/clock.ts';
import { defineCommand, type Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, duration, string, strings } from '../flags/flag.ts';
import { ALL_NAMESPACES, FIELD_SELECTOR, PRINT_FLAGS, SELECTOR } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { select, type Selected } from '../resources/builder.ts';
import type { Info } from '../resources/info.ts';
import { A_WEEK_MS, untilDeleted } from '../resources/until-deleted.ts';
import { untilDone } from '../resources/until.ts';
import { goalOf, type Condition } from '../waiting/conditions.ts';
import { reporter } from '../writes/report.ts';

const flags = {
  ...PRINT_FLAGS,
  all: bool('All objects of the types that are named.'),
  'all-namespaces': ALL_NAMESPACES,
  'field-selector': FIELD_SELECTOR,
  filename: strings('File, folder or address of what is waited for.', { short: 'f' }),
  for: string(
    "What is waited for: create, delete, condition=NAME[=VALUE], jsonpath='{PATH}'[=VALUE]. A condition is wanted true where no value is given; case does not matter.",
  ),
  local: bool('Ask no server.'),
  recursive: bool('Also the files in folders below the one given with -f.', { short: 'R', preset: true }),
  selector: SELECTOR,
  timeout: duration('How long to wait at most; 0 looks once, negative waits for a week.', { preset: 30_000 }),
} as const;
type WaitCall = Call<typeof flags>;

const POLL_MS = 500;
const TIMED_OUT = 'timed out waiting for the condition';

export const command = defineCommand({
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  long: 'Waits until objects have a condition, have a value at a path, are there or are gone.\n\n What is waited for is said of each object when it has come. After --timeout it gives up.',
  examples: `# A pod that is ready
kubectl wait --for=condition=Ready pod/web

# A node that is no longer
kubectl wait --for=condition=Ready=false node/node01

# A pod that runs
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web

# A pod that is gone
kubectl wait --for=delete pod/web --timeout=60s

# A secret that somebody makes
kubectl wait --for=create secret/token --timeout=30s`,
  flags,
  interruptedExit: 1,
  async run(call, kubectl) {
    const report = await reporter(call.flags, kubectl, 'condition met');
    const goal = goalOf(call.flags.for);
    const timeoutMs = call.flags.timeout < 0 ? A_WEEK_MS : call.flags.timeout;
    const { clock } = kubectl.ports;
    const end = clock.now() + timeoutMs;
    if (goal.type === 'create') await untilThere(call, kubectl, end);
    const left = (info: Info): number => {
      if (timeoutMs === 0) return 0;
      const ms = end - clock.now();
      if (ms <= 0) throw new CommandError(`${TIMED_OUT} on ${info.objectName}`);
      return ms;
    };
    let count = 0;
    const selected = await find(call, kubectl);
    await selected.visit(
      async (info) => {
        count++;
        if (!info.name) throw new CommandError('resource name must be provided');
        if (goal.type === 'delete') await untilDeleted(info, kubectl, left(info));
        if (goal.type === 'condition') info.object = await untilMet(info, goal.isMet, left(info), kubectl);
        report(info.content);
      },
      goal.type === 'delete' ? isNotFound : undefined,
    );
    if (!count && goal.type !== 'delete') throw new CommandError('no matching resources found');
  },
});

async function find({ args, flags: given }: WaitCall, kubectl: Kubectl): Promise<Selected> {
  const namespace = await kubectl.namespace();
  if (given.local && args.length)
    throw new CommandError(
      "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
    );
  return select(kubectl, {
    files: { filename: given.filename, kustomize: '', recursive: given.recursive },
    namespace: namespace.name,
    enforceNamespace: namespace.isExplicit,
    allNamespaces: given['all-namespaces'],
    continueOnError: true,
    ...(given.local ? { local: true } : { args, isTypeEnough: given.all, labelSelector: given.selector, fieldSelector: given['field-selector'], latest: true }),
  });
}

/** Asks again and again: what does not exist cannot be watched by type and name alone. */
async function untilThere(call: WaitCall, kubectl: Kubectl, end: number): Promise<void> {
  const { clock, interrupted } = kubectl.ports;
  for (;;) {
    let isThere = false;
    try {
      await (await find(call, kubectl)).visit(async () => void (isThere = true));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      isThere = false;
    }
    if (isThere) return;
    const rest = end - clock.now();
    if (rest > 0) await delay(clock, Math.min(rest, POLL_MS), interrupted);
    if (clock.now() >= end) throw new CommandError(TIMED_OUT);
  }
}

async function untilMet(info: Info, isMet: Condition, timeoutMs: number, kubectl: Kubectl): Promise<JsonObject> {
  const { resource, client, namespace, name } = info;
  if (!resource || !client) throw new CommandError('resource name must be provided');
  if (timeoutMs === 0) {
    const object = await client.get({ namespace, name });
    if (!isMet(object)) throw new CommandError(`condition not met for ${info.objectName}`);
    return object;
  }
  let wasThere = false;
  const timedOut = (): CommandError => new CommandError(`${TIMED_OUT} on ${info.objectName}`);
  const met = await untilDone(
    {
      client,
      namespace,
      name,
      timeoutMs,
      timedOut,
      isDone(object) {
        if (object) {
          wasThere = true;
          return isMet(object);
        }
        // One that goes meanwhile may come again.
        if (!wasThere) throw StatusError.fromStatus({ reason: 'NotFound', message: `${groupResourceOf(resource)} "${name}" not found` }, 404);
        return false;
      },
    },
    kubectl.ports,
  );
  if (!met) throw timedOut();
  return met;
}
