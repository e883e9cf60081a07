// Grades the state of a cluster: every check in order, partial credit, what depends on a failed one is not reached.
import type { Pod } from '../kube/api/core-v1.ts';
import { deployments, pods } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import { conditionOf } from '../kube/machinery/pod-conditions.ts';
import { type Clock, delay } from '../platform/clock.ts';
import type { CheckContext, Observation } from './checks/check-context.ts';
import { CHECKS } from './checks/registry.ts';
import { CHECK_KINDS, type Check } from './lab-schema.ts';

export interface CheckResult {
  readonly id: string;
  readonly says: string;
  readonly points: number;
  readonly state: 'passed' | 'failed' | 'not-reached';
  /** The checks that had to pass first and did not. */
  readonly waitsFor: readonly string[];
  readonly observation: Observation | undefined;
}
export interface Grade {
  readonly points: number;
  readonly total: number;
  readonly results: readonly CheckResult[];
}

const LOOK_AGAIN_MS = 150;
const SETTLE_MS = 10_000;

const isStarting = ({ status, spec }: Pod): boolean => {
  const waiting = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(({ state }) => state?.waiting?.reason);
  if (status.phase !== 'Pending') return false;
  if (!spec.nodeName) return conditionOf(status.conditions, 'PodScheduled') === undefined;
  return !waiting.length || waiting.some((reason) => reason === 'ContainerCreating' || reason === 'PodInitializing');
};

/** Waits a little while the last command still takes effect: pods that start or end, deployments not yet looked at. */
export async function settle(client: ApiClient, namespaces: readonly string[], clock: Clock, signal: AbortSignal): Promise<void> {
  for (const end = clock.now() + SETTLE_MS; clock.now() < end; await delay(clock, LOOK_AGAIN_MS, signal)) {
    const [podLists, deploymentLists] = await Promise.all([
      Promise.all(namespaces.map((namespace) => client.list(pods, { namespace }))),
      Promise.all(namespaces.map((namespace) => client.list(deployments, { namespace }))),
    ]);
    const moving = podLists.some(({ items }) => items.some((pod) => pod.metadata.deletionTimestamp !== undefined || isStarting(pod)));
    const unseen = deploymentLists.some(({ items }) => items.some(({ metadata, status }) => (status.observedGeneration ?? 0) < (metadata.generation ?? 0)));
    if (!moving && !unseen) return;
  }
}

async function observe(check: Check, context: CheckContext): Promise<Observation> {
  const kind = CHECK_KINDS.find((each) => check[each] !== undefined);
  if (!kind) throw new Error(`the check ${check.id} has no kind`);
  return CHECKS[kind](check, context);
}

export async function grade(checks: readonly Check[], context: CheckContext): Promise<Grade> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const { id, says, points } = check;
    const waitsFor = [check.after ?? []].flat().filter((before) => results.find((each) => each.id === before)?.state !== 'passed');
    if (waitsFor.length) {
      results.push({ id, says, points, state: 'not-reached', waitsFor, observation: undefined });
      continue;
    }
    const observation = await observe(check, context);
    results.push({ id, says, points, state: observation.met ? 'passed' : 'failed', waitsFor, observation });
  }
  const sum = (list: readonly CheckResult[]): number => list.reduce((total, { points }) => total + points, 0);
  return { points: sum(results.filter(({ state }) => state === 'passed')), total: sum(results), results };
}

export const isFull = ({ points, total }: Grade): boolean => points === total;
