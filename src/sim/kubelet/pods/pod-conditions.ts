// The conditions of a pod that the kubelet owns: pure functions. Models kubernetes/pkg/kubelet/status/generate.go
import type { ContainerStatus, Pod, PodCondition } from '../../../kube/api/core-v1.ts';
import type { PodPhase } from './pod-phase.ts';
import { isSidecar } from './restart-policy.ts';

/** A condition before it is told when it last changed. */
export type Verdict = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

export const OWNED_CONDITIONS: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'PodResizePending',
  'PodResizeInProgress',
  'AllContainersRestarting',
]);

const verdict = (type: string, status: 'True' | 'False', reason = '', message = ''): Verdict => ({
  type,
  status,
  ...(reason ? { reason } : {}),
  ...(message ? { message } : {}),
});
const goList = (names: readonly string[]): string => `[${names.join(' ')}]`;

/** Names without a status, and names whose status does not satisfy; as the sentence upstream builds. */
function shortfall(
  containers: readonly { readonly name: string }[],
  statuses: readonly ContainerStatus[],
  lacking: string,
  satisfied: (status: ContainerStatus, index: number) => boolean,
): { readonly unknown: number; readonly message: string } {
  const unknown: string[] = [];
  const unsatisfied: string[] = [];
  for (const [index, { name }] of containers.entries()) {
    const status = statuses.find((each) => each.name === name);
    if (!status) unknown.push(name);
    else if (!satisfied(status, index)) unsatisfied.push(name);
  }
  const sentences = [
    unknown.length ? `containers with unknown status: ${goList(unknown)}` : '',
    unsatisfied.length ? `containers with ${lacking} status: ${goList(unsatisfied)}` : '',
  ];
  return { unknown: unknown.length, message: sentences.filter(Boolean).join(', ') };
}

export function containersReadyVerdict(pod: Pod, statuses: readonly ContainerStatus[], phase: PodPhase, type = 'ContainersReady'): Verdict {
  const counted = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers];
  const { unknown, message } = shortfall(counted, statuses, 'unready', ({ ready }) => ready);
  if (phase === 'Succeeded' && unknown === 0) return verdict(type, 'False', 'PodCompleted');
  if (phase === 'Failed') return verdict(type, 'False', 'PodFailed');
  return message ? verdict(type, 'False', 'ContainersNotReady', message) : verdict(type, 'True');
}

export function podReadyVerdict(
  pod: Pod,
  statuses: readonly ContainerStatus[],
  phase: PodPhase,
  conditions: readonly Pick<PodCondition, 'type' | 'status'>[],
): Verdict {
  const containersReady = containersReadyVerdict(pod, statuses, phase, 'Ready');
  if (containersReady.status !== 'True') return containersReady;
  const missing = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = conditions.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate ${JSON.stringify(conditionType)} does not exist.`];
    return condition.status === 'True' ? [] : [`the status of pod readiness gate ${JSON.stringify(conditionType)} is not "True", but ${condition.status}`];
  });
  return missing.length ? verdict('Ready', 'False', 'ReadinessGatesNotReady', missing.join(', ')) : containersReady;
}

export function initializedVerdict(pod: Pod, statuses: readonly ContainerStatus[], phase: PodPhase): Verdict {
  const inits = pod.spec.initContainers ?? [];
  const { unknown, message } = shortfall(inits, statuses, 'incomplete', (status, index) => {
    const container = inits[index];
    return container !== undefined && isSidecar(container) ? status.started === true : status.ready;
  });
  if (phase === 'Succeeded' && unknown === 0) return verdict('Initialized', 'True', 'PodCompleted');
  const regular = new Set(pod.spec.containers.map(({ name }) => name));
  if (statuses.some(({ name, state }) => regular.has(name) && (state?.running ?? state?.terminated))) return verdict('Initialized', 'True');
  return message ? verdict('Initialized', 'False', 'ContainersNotInitialized', message) : verdict('Initialized', 'True');
}

export const readyToStartVerdict = (hasSandbox: boolean): Verdict => verdict('PodReadyToStartContainers', hasSandbox ? 'True' : 'False');
