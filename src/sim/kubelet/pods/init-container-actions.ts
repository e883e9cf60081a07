// Which init containers and sidecars to start or end next: a pure function. Models kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go (computeInitContainerActions)
import type { Container, Pod } from '../../../kube/api/core-v1.ts';
import type { RuntimeContainer } from '../ports/container-runtime.ts';
import { definitionChanged, type ContainerToKill, type ProbeVerdicts } from './container-verdicts.ts';
import { newestContainer, type PodRuntime } from './pod-runtime.ts';
import { isSidecar, shouldStart } from './restart-policy.ts';

export interface InitContainerActions {
  /** The other containers may start, or have started. */
  readonly initialized: boolean;
  /** An init container failed for good: the pod ends. */
  readonly failed: boolean;
  readonly toStart: readonly number[];
  readonly toKill: readonly ContainerToKill[];
}

/** Looks from the last init container to the first, because older ones may have been cleaned up. */
export function initContainerActions(pod: Pod, runtime: PodRuntime, probes: ProbeVerdicts): InitContainerActions {
  const containers = pod.spec.initContainers ?? [];
  if (!containers.length) return { initialized: true, failed: false, toStart: [], toKill: [] };
  let initialized = pod.spec.containers.some(({ name }) => {
    const newest = newestContainer(runtime, name);
    return newest?.state === 'created' || newest?.state === 'running';
  });
  let laterSeen = initialized;
  const toStart: number[] = [];
  const toKill: ContainerToKill[] = [];

  for (const [index, container] of [...containers.entries()].reverse()) {
    const newest = newestContainer(runtime, container.name);
    if (!newest) {
      if (laterSeen && isSidecar(container)) toStart.push(index);
      continue;
    }
    if (laterSeen && !isSidecar(container)) continue;
    const step = stepOf(container, newest, pod, runtime, probes);
    if (step.failed) return { initialized: false, failed: true, toStart: [], toKill };
    if (step.kill) toKill.push(step.kill);
    if (step.done) {
      if (index === containers.length - 1) initialized = true;
      else if (!laterSeen) toStart.push(index + 1);
    }
    if (step.start) toStart.push(index);
    laterSeen = true;
  }
  if (!laterSeen) toStart.push(0);
  return { initialized, failed: false, toStart: toStart.reverse(), toKill };
}

interface Step {
  /** It lets the next one start. */
  readonly done?: boolean;
  readonly start?: boolean;
  readonly kill?: ContainerToKill;
  readonly failed?: boolean;
}

function stepOf(container: Container, newest: RuntimeContainer, pod: Pod, runtime: PodRuntime, probes: ProbeVerdicts): Step {
  const { name } = container;
  if (newest.state === 'created') return { start: true };
  if (newest.state === 'exited') {
    if (isSidecar(container)) return { start: true };
    if (newest.exitCode === 0) return { done: true };
    return shouldStart(container, pod, runtime) ? { start: true } : { failed: true };
  }
  if (!isSidecar(container)) return {};
  const startup = probes.startup(newest.id);
  if (container.startupProbe && startup !== 'success') {
    if (startup !== 'failure') return {};
    return { start: true, kill: { id: newest.id, name, message: `Init container ${name} failed startup probe`, reason: 'StartupProbe' } };
  }
  if (definitionChanged(container, newest)) {
    return { done: true, start: true, kill: { id: newest.id, name, message: `Init container ${name} definition changed`, reason: undefined } };
  }
  if (container.livenessProbe && probes.liveness(newest.id) === 'failure') {
    return { done: true, start: true, kill: { id: newest.id, name, message: `Init container ${name} failed liveness probe`, reason: 'LivenessProbe' } };
  }
  return { done: true };
}
