// Takes away what a lab made: the cluster is as it was before, and quickly so.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { namespaces, pods } from '../kube/api/resources.ts';
import { isNotFound, isStatusError } from '../kube/machinery/status-error.ts';
import { delay } from '../platform/clock.ts';
import type { CheckContext } from './checks/check-context.ts';
import { resourceOf } from './kinds.ts';
import type { Made } from './make.ts';

const LOOK_AGAIN_MS = 100;
const GONE_MS = 60_000;

type Work = Pick<CheckContext, 'client' | 'clock'>;

async function gone({ client, clock }: Work, { kind, apiVersion, name, namespace }: Made): Promise<void> {
  const resource = resourceOf(kind, apiVersion || undefined);
  for (const end = clock.now() + GONE_MS; clock.now() < end; await delay(clock, LOOK_AGAIN_MS)) {
    const left = await client.get(resource, name, namespace ? { namespace } : {}).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (!left) return;
  }
  throw new AppError({
    code: 'RESET_TIMEOUT',
    what: `${kind} ${name} does not go away`,
    why: 'something holds it: a finalizer, or pods that take long to end',
    next: [`kubectl get ${resource.resource} ${name} -o yaml`, 'try again: ckadet lab reset'],
    exitCode: EXIT.timeout,
  });
}

const WORKLOADS = ['CronJob', 'Job', 'Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

/** Ends all pods of a namespace that is to go: they need not end politely, and the namespace then goes at once. */
async function empty({ client, clock }: Work, namespace: string): Promise<void> {
  const ignoring = async (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      if (!isStatusError(error)) throw error;
    });
  for (const kind of WORKLOADS) await ignoring(client.deleteCollection(resourceOf(kind), { namespace, propagationPolicy: 'Background' }));
  for (const end = clock.now() + GONE_MS; clock.now() < end; await delay(clock, LOOK_AGAIN_MS)) {
    const { items } = await client.list(pods, { namespace });
    if (!items.length) return;
    await ignoring(client.deleteCollection(pods, { namespace, gracePeriodSeconds: 0 }));
  }
}

/** Deletes what was made, last first; what lies in a namespace that goes need not be named. */
export async function removeMade(made: readonly Made[], context: Work): Promise<void> {
  const doomed = new Set(made.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name));
  const wanted = made.filter(({ namespace }) => namespace === undefined || !doomed.has(namespace)).toReversed();
  const unique = wanted.filter(
    (each, i) => wanted.findIndex((other) => other.kind === each.kind && other.name === each.name && other.namespace === each.namespace) === i,
  );
  for (const object of unique) {
    const { kind, apiVersion, name, namespace } = object;
    if (kind === 'Namespace') await empty(context, name);
    await context.client.delete(resourceOf(kind, apiVersion || undefined), name, namespace ? { namespace } : {}).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
  for (const object of unique) await gone(context, object);
}

/** Namespaces that the set-up has made: where grading waits for things to settle. */
export const namespacesOf = (made: readonly Made[]): readonly string[] => made.filter(({ kind }) => kind === namespaces.kind).map(({ name }) => name);
