// What has to be done so that what runs becomes what the pod asks for: a pure function. Models kubernetes/pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions)
import type { Container, Pod } from '../../../kube/api/core-v1.ts';
import type { RuntimeContainer } from '../ports/container-runtime.ts';
import { type ContainerToKill, definitionChanged, type KillReason, type ProbeVerdicts } from './container-verdicts.ts';
import { initContainerActions } from './init-container-actions.ts';
import { newestContainer, type PodRuntime } from './pod-runtime.ts';
import { restartsAfterProbe, shouldStart } from './restart-policy.ts';

export interface PodActions {
  /** End everything, the sandbox last. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly attempt: number;
  readonly ephemeralToStart: readonly number[];
  readonly initToStart: readonly number[];
  readonly toStart: readonly number[];
  readonly toKill: readonly ContainerToKill[];
}

export function computePodActions(pod: Pod, runtime: PodRuntime, probes: ProbeVerdicts): PodActions {
  const { sandbox } = runtime;
  if (!sandbox?.ready) return sandboxActions(pod, runtime);

  const ephemeralToStart = (pod.spec.ephemeralContainers ?? []).flatMap(({ name }, index) => (newestContainer(runtime, name) ? [] : [index]));
  const base = { createSandbox: false, attempt: sandbox.attempt, ephemeralToStart };
  const init = initContainerActions(pod, runtime, probes);
  if (init.failed || !init.initialized) {
    return { ...base, killPod: init.failed, initToStart: init.toStart, toStart: [], toKill: init.toKill };
  }

  const toStart: number[] = [];
  const toKill: ContainerToKill[] = [...init.toKill];
  let kept = 0;
  for (const [index, container] of pod.spec.containers.entries()) {
    const newest = newestContainer(runtime, container.name);
    if (newest?.state !== 'running') {
      if (shouldStart(container, pod, runtime)) toStart.push(index);
      continue;
    }
    const verdict = reasonToKill(container, newest, probes, 'Container');
    if (!verdict) {
      kept += 1;
      continue;
    }
    const restarts = verdict.changed || restartsAfterProbe(container, pod);
    if (restarts) toStart.push(index);
    toKill.push({ id: newest.id, name: container.name, message: `${verdict.message}${restarts ? ', will be restarted' : ''}`, reason: verdict.reason });
  }
  const finished = kept === 0 && toStart.length === 0;
  return { ...base, killPod: finished, initToStart: finished ? [] : init.toStart, toStart, toKill };
}

function reasonToKill(
  container: Container,
  running: RuntimeContainer,
  probes: ProbeVerdicts,
  what: string,
): { readonly message: string; readonly reason: KillReason; readonly changed: boolean } | undefined {
  if (definitionChanged(container, running)) return { message: `${what} ${container.name} definition changed`, reason: undefined, changed: true };
  if (probes.liveness(running.id) === 'failure') return { message: `${what} ${container.name} failed liveness probe`, reason: 'LivenessProbe', changed: false };
  if (probes.startup(running.id) === 'failure') return { message: `${what} ${container.name} failed startup probe`, reason: 'StartupProbe', changed: false };
  return undefined;
}

/** Without a ready sandbox everything starts from the beginning, unless nothing is left to run. */
function sandboxActions(pod: Pod, runtime: PodRuntime): PodActions {
  const attempt = runtime.sandbox ? runtime.sandbox.attempt + 1 : 0;
  const actions: PodActions = { killPod: true, createSandbox: true, attempt, ephemeralToStart: [], initToStart: [], toStart: [], toKill: [] };
  if (pod.spec.restartPolicy === 'Never' && attempt !== 0 && runtime.containers.length) return { ...actions, createSandbox: false };
  const succeeded = (name: string): boolean => {
    const newest = newestContainer(runtime, name);
    return newest?.state === 'exited' && newest.exitCode === 0;
  };
  const toStart = pod.spec.containers.flatMap((container, index) =>
    (container.restartPolicy ?? pod.spec.restartPolicy) === 'OnFailure' && succeeded(container.name) ? [] : [index],
  );
  const everStarted = pod.spec.containers.some(({ name }) => newestContainer(runtime, name));
  if (!toStart.length && everStarted) return { ...actions, createSandbox: false };
  return pod.spec.initContainers?.length ? { ...actions, initToStart: [0] } : { ...actions, toStart };
}
