// Waits for a cluster to become what a lab needs, and says what was in the way when it does not.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Pod } from '../kube/api/core-v1.ts';
import { pods } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import { conditionOf } from '../kube/machinery/pod-conditions.ts';
import { isNotFound } from '../kube/machinery/status-error.ts';
import { delay } from '../platform/clock.ts';
import type { CheckContext } from './checks/check-context.ts';
import { evaluate } from './expectation.ts';
import { resourceOf } from './kinds.ts';
import type { ObjectQuery, WaitFor } from './lab-schema.ts';

const LOOK_AGAIN_MS = 100;
const WAIT_SECONDS = 60;
/** Images that come over a network take as long as they take, within reason. */
const PULL_SECONDS = 300;
/** For a container to start once its image is there. */
const START_SECONDS = 15;

/** `deployment/shop` with a condition, or a query with an expectation. */
function queryOf({ for: target, namespace, condition, expect, get, list }: WaitFor): {
  readonly get?: ObjectQuery;
  readonly list?: NonNullable<WaitFor['list']>;
  readonly expectation: string;
} {
  if (target === undefined) return { ...(get ? { get } : {}), ...(list ? { list } : {}), expectation: expect ?? '' };
  const [kind = '', name = ''] = target.split('/');
  const known =
    { deployment: 'Deployment', pod: 'Pod', daemonset: 'DaemonSet', node: 'Node', job: 'Job', statefulset: 'StatefulSet' }[kind.toLowerCase()] ?? kind;
  const expectation = condition ? `object.status.conditions.exists(c, c.type == '${condition}' && c.status == 'True')` : (expect ?? 'true');
  return { get: { kind: known, name, ...(namespace ? { namespace } : {}) }, expectation };
}

export async function waitFor({ client, clock, signal }: CheckContext, wait: WaitFor): Promise<void> {
  const { get, list, expectation } = queryOf(wait);
  const seconds = wait.seconds ?? WAIT_SECONDS;
  const namespace = (get ?? list)?.namespace;
  const began = clock.now();
  const latest = began + Math.max(seconds, PULL_SECONDS) * 1000;
  let end = began + seconds * 1000;
  let because = 'it is not there';
  for (let isOver = false; !isOver; await delay(clock, LOOK_AGAIN_MS, signal)) {
    if (clock.now() >= end - START_SECONDS * 1000 && (await arePulling(client, namespace)))
      end = Math.min(Math.max(end, clock.now() + START_SECONDS * 1000), latest);
    isOver = clock.now() >= end;
    let seen: Readonly<Record<string, unknown>> | undefined;
    if (get) {
      const object = await client
        .get(resourceOf(get.kind, get.apiVersion), get.name, get.namespace ? { namespace: get.namespace } : {})
        .catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw error;
        });
      seen = object ? { object } : undefined;
    } else if (list) {
      const { kind, apiVersion, ...options } = list;
      seen = { items: (await client.list(resourceOf(kind, apiVersion), options as Parameters<ApiClient['list']>[1])).items };
    }
    if (!seen) continue;
    const verdict = evaluate(expectation, seen);
    if (verdict.met) return;
    because = verdict.because ?? 'it is there, but not in the state that is waited for';
  }
  throw new AppError({
    code: 'SETUP_TIMEOUT',
    what: `the set-up waited ${Math.round((clock.now() - began) / 1000)} s for ${wait.for ?? `${(get ?? list)?.kind ?? ''}${get ? ` ${get.name}` : ''}`}`,
    why: [because, ...(await pending(client, namespace))].join('; '),
    exitCode: EXIT.timeout,
  });
}

/** A node says no more of a container while its image is on the way. */
async function arePulling(client: ApiClient, namespace: string | undefined): Promise<boolean> {
  if (namespace === undefined) return false;
  const { items } = await client.list(pods, { namespace });
  return items.some(({ status }) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].some(({ state }) => state?.waiting?.reason === 'ContainerCreating'),
  );
}

const HINDRANCES_TOLD = 3;
/** A kubelet says one and the other by turns. */
const NOT_PULLED: readonly string[] = ['ErrImagePull', 'ImagePullBackOff'];

/** What pods of the namespace wait for; those that wait for the same are told once. */
async function pending(client: ApiClient, namespace: string | undefined): Promise<readonly string[]> {
  if (namespace === undefined) return [];
  const { items } = await client.list(pods, { namespace });
  const found = new Map<string, { readonly says: string; readonly pods: string[] }>();
  for (const pod of items) {
    const hindrance = hindranceOf(pod);
    if (!hindrance) continue;
    const same = found.get(hindrance.kind) ?? { says: hindrance.says, pods: [] };
    same.pods.push(pod.metadata.name ?? '');
    found.set(hindrance.kind, same);
  }
  return [...found.values()]
    .slice(0, HINDRANCES_TOLD)
    .map(({ says, pods: [first = '', ...more] }) => `pod ${first}${more.length ? ` and ${more.length} more` : ''}: ${says}`);
}

/** `kind` is the same for pods that wait for the same, though the words differ: of a registry that cannot be reached every message is another one. */
function hindranceOf({ status }: Pod): { readonly kind: string; readonly says: string } | undefined {
  const unscheduled = conditionOf(status.conditions, 'PodScheduled');
  const container = (status.containerStatuses ?? []).find(({ state }) => state?.waiting);
  const waiting = container?.state?.waiting;
  if (unscheduled?.status === 'False') {
    const says = unscheduled.message ?? unscheduled.reason ?? 'not scheduled';
    return { kind: says, says };
  }
  if (waiting) {
    const reason = waiting.reason ?? 'waiting';
    return {
      kind: `${NOT_PULLED.includes(reason) ? 'not pulled' : reason} ${container?.image ?? ''}`,
      says: `${reason}${waiting.message ? `, ${waiting.message}` : ''}`,
    };
  }
  return conditionOf(status.conditions, 'Ready')?.status === 'True' ? undefined : { kind: '', says: 'not ready' };
}
