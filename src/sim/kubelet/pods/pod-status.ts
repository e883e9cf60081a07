// The whole status of a pod, as the kubelet wants the API to tell it: pure functions. Models kubernetes/pkg/kubelet/kubelet_pods.go (generateAPIPodStatus) and status/status_manager.go
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from '../../../kube/api/core-v1.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { containerStatuses, hasStartedRegularContainer, type StartFailures } from './container-statuses.ts';
import { containersReadyVerdict, initializedVerdict, OWNED_CONDITIONS, podReadyVerdict, readyToStartVerdict, type Verdict } from './pod-conditions.ts';
import { isTerminalPhase, podPhase } from './pod-phase.ts';
import type { PodRuntime } from './pod-runtime.ts';
import { isSidecar } from './restart-policy.ts';

/** What the probes say about a container with this status; where they have not spoken yet about a container that is not new, what was said before holds. */
export interface Readiness {
  started(container: Container, status: ContainerStatus, before: ContainerStatus | undefined): boolean;
  ready(container: Container, status: ContainerStatus, before: ContainerStatus | undefined): boolean;
}

export interface PodStatusInput {
  readonly pod: Pod;
  readonly runtime: PodRuntime;
  /** The last status that was generated here, or what the API holds. */
  readonly previous: PodStatus;
  readonly failures: StartFailures;
  readonly readiness: Readiness;
  readonly hostIP: string;
  readonly nowMs: number;
  /** All containers have ended and none starts again. */
  readonly isTerminal?: boolean;
  /** The kubelet itself ends the pod: deadline, rejection, eviction. */
  readonly verdict?: { readonly reason: string; readonly message: string };
}

function withReadiness(
  container: Container | undefined,
  status: ContainerStatus,
  previous: readonly ContainerStatus[] | undefined,
  isInit: boolean,
  readiness: Readiness,
): ContainerStatus {
  if (!container) return status;
  const before = previous?.find(({ name, containerID }) => name === status.name && containerID === status.containerID);
  const started = readiness.started(container, status, before);
  const endedWell = status.state?.terminated?.exitCode === 0;
  const ready = isInit && !isSidecar(container) ? endedWell : started && status.state?.running !== undefined && readiness.ready(container, status, before);
  return { ...status, ready, started };
}

export function generatePodStatus(input: PodStatusInput): PodStatus {
  const { pod, runtime, previous, failures, readiness, hostIP, nowMs } = input;
  const { spec } = pod;
  const statusesOf = (containers: readonly Container[], before: readonly ContainerStatus[] | undefined, isInit: boolean): readonly ContainerStatus[] =>
    containerStatuses({ pod, containers, isInit, runtime, previous: before ?? [], failures }).map((status) =>
      withReadiness(
        containers.find(({ name }) => name === status.name),
        status,
        before,
        isInit,
        readiness,
      ),
    );
  const init = statusesOf(spec.initContainers ?? [], previous.initContainerStatuses, true);
  const regular = statusesOf(spec.containers, previous.containerStatuses, false);
  const ephemeral = containerStatuses({
    pod,
    containers: spec.ephemeralContainers ?? [],
    isInit: false,
    runtime,
    previous: previous.ephemeralContainerStatuses ?? [],
    failures,
  });
  const all = [...init, ...regular];

  let phase = podPhase(pod, { statuses: all, isTerminal: input.isTerminal ?? false, hasInitialized: hasStartedRegularContainer(pod, runtime) });
  for (const known of [previous.phase, pod.status.phase]) if (isTerminalPhase(known) && known) phase = known;
  let { reason, message } = phase === previous.phase ? previous : { reason: undefined, message: undefined };
  if (input.verdict && !isTerminalPhase(previous.phase)) {
    phase = 'Failed';
    ({ reason, message } = input.verdict);
  }

  const podIP = spec.hostNetwork ? (previous.podIP ?? hostIP) : runtime.sandbox?.ip || previous.podIP;
  const foreign = (pod.status.conditions ?? []).filter(({ type }) => !OWNED_CONDITIONS.has(type));
  const verdicts: readonly Verdict[] = [
    readyToStartVerdict(runtime.sandbox?.ready ?? false),
    initializedVerdict(pod, all, phase),
    podReadyVerdict(pod, all, phase, foreign),
    containersReadyVerdict(pod, all, phase),
    { type: 'PodScheduled', status: 'True' },
  ];
  return {
    ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
    phase,
    conditions: [...foreign, ...verdicts.map((each) => conditionOf(each, previous.conditions, pod.metadata.generation, nowMs))],
    ...(message ? { message } : {}),
    ...(reason ? { reason } : {}),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime: previous.startTime ?? pod.status.startTime ?? formatTime(nowMs),
    ...(init.length ? { initContainerStatuses: init } : {}),
    containerStatuses: regular,
    ...(ephemeral.length ? { ephemeralContainerStatuses: ephemeral } : {}),
  };
}

function conditionOf(verdict: Verdict, previous: readonly PodCondition[] | undefined, generation: number | undefined, nowMs: number): PodCondition {
  const before = previous?.find(({ type }) => type === verdict.type);
  const lastTransitionTime = before?.status === verdict.status ? before.lastTransitionTime : undefined;
  return { ...verdict, ...(generation ? { observedGeneration: generation } : {}), lastTransitionTime: lastTransitionTime ?? formatTime(nowMs) };
}

const LOST = { exitCode: 137, reason: 'ContainerStatusUnknown', message: 'The container could not be located when the pod was terminated' };

/** The last status of a pod whose containers are all gone: what never ended by itself is marked, and the phase is final. */
export function finalPodStatus(pod: Pod, status: PodStatus, isStatic: boolean): PodStatus {
  const neverStarted = (each: ContainerStatus): boolean => each.state?.waiting !== undefined && each.lastState?.terminated === undefined;
  const ended = (each: ContainerStatus): ContainerStatus => (each.state?.terminated ? each : { ...each, state: { terminated: LOST } });
  const initialized =
    !pod.spec.initContainers?.length ||
    (status.containerStatuses ?? []).some((each) => !neverStarted(each)) ||
    status.initContainerStatuses?.at(-1)?.state?.terminated?.exitCode === 0;
  const lastInit = (status.initContainerStatuses ?? []).findLastIndex((each) => !neverStarted(each));
  const phase = isStatic || isTerminalPhase(status.phase) ? status.phase : 'Failed';
  return {
    ...status,
    ...(phase ? { phase } : {}),
    ...(status.containerStatuses ? { containerStatuses: initialized ? status.containerStatuses.map(ended) : status.containerStatuses } : {}),
    ...(status.initContainerStatuses
      ? { initContainerStatuses: status.initContainerStatuses.map((each, index) => (index <= Math.max(lastInit, 0) ? ended(each) : each)) }
      : {}),
  };
}
