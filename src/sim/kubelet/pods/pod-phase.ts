// The phase of a pod from the states of its containers: a pure function. Models kubernetes/pkg/kubelet/kubelet_pods.go (getPhase)
import type { Container, ContainerStatus, Pod, PodStatus } from '../../../kube/api/core-v1.ts';
import { isSidecar, restartsAfterExit } from './restart-policy.ts';

export type PodPhase = NonNullable<PodStatus['phase']>;

export const isTerminalPhase = (phase: PodPhase | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';
export const isStaticPod = (pod: Pod): boolean => {
  const source = pod.metadata.annotations?.['kubernetes.io/config.source'];
  return source !== undefined && source !== 'api';
};

export interface PhaseInput {
  readonly statuses: readonly ContainerStatus[];
  /** All containers have been ended and none starts again. */
  readonly isTerminal: boolean;
  /** A regular container has been created in the current sandbox. */
  readonly hasInitialized: boolean;
}

export function podPhase(pod: Pod, { statuses, isTerminal, hasInitialized }: PhaseInput): PodPhase {
  const byName = new Map(statuses.map((each) => [each.name, each]));
  let pendingInit = 0;
  let pendingSidecars = 0;
  let failedForGood = 0;
  let unknown = 0;
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let stoppedForGood = 0;
  let succeeded = 0;
  const endsWith = (container: Container, exitCode: number): boolean => exitCode !== 0 && !restartsAfterExit(container, pod, exitCode);

  for (const container of pod.spec.initContainers ?? []) {
    const status = byName.get(container.name);
    if (isSidecar(container)) {
      if (!status) unknown += 1;
      else if (status.state?.running) {
        running += 1;
        if (!status.started) pendingSidecars += 1;
      } else if (!status.state?.terminated && !status.lastState?.terminated) {
        pendingSidecars += 1;
        if (status.state?.waiting) waiting += 1;
        else unknown += 1;
      }
      continue;
    }
    const ended = status?.state?.terminated ?? (status?.state?.waiting ? status.lastState?.terminated : undefined);
    if (!ended) pendingInit += 1;
    else if (endsWith(container, ended.exitCode)) failedForGood += 1;
  }
  for (const container of pod.spec.containers) {
    const status = byName.get(container.name);
    const state = status?.state;
    if (state?.running) running += 1;
    else if (state?.terminated) {
      stopped += 1;
      if (!restartsAfterExit(container, pod, state.terminated.exitCode)) stoppedForGood += 1;
      if (state.terminated.exitCode === 0) succeeded += 1;
    } else if (state?.waiting) {
      const last = status?.lastState?.terminated;
      if (!last) {
        waiting += 1;
        continue;
      }
      stopped += 1;
      if (!restartsAfterExit(container, pod, last.exitCode)) stoppedForGood += 1;
    } else unknown += 1;
  }

  if (failedForGood) return 'Failed';
  if (pendingInit || (pendingSidecars && !hasInitialized) || waiting) return 'Pending';
  if (unknown) return 'Pending';
  if (running) return 'Running';
  if (!stopped) return 'Pending';
  if (isTerminal && !isStaticPod(pod)) return stopped === succeeded ? 'Succeeded' : 'Failed';
  if (stopped !== stoppedForGood) return 'Running';
  return stopped === succeeded ? 'Succeeded' : 'Failed';
}
