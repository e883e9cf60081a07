// Carries out what computePodActions asks for: sandbox, ends and starts. Models kubernetes/pkg/kubelet/kuberuntime/kuberuntime_manager.go (SyncPod)
import type { Container, ContainerStatus, Pod } from '../../../kube/api/core-v1.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { delay } from '../../../platform/clock.ts';
import { killContainer, killPodContainers, type KillOrder } from '../containers/container-killer.ts';
import type { ContainerStarter } from '../containers/container-starter.ts';
import { StartError } from '../containers/image-puller.ts';
import type { NodeContext } from '../node/node-context.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import type { ProbeVerdicts } from './container-verdicts.ts';
import { computePodActions, type PodActions } from './pod-actions.ts';
import type { PodRuntime, PodSandbox } from './pod-runtime.ts';
import { isSidecar } from './restart-policy.ts';

/** Network namespace, pause container and the CNI plugin take about this long. */
const SANDBOX_MS = 60;

/** A sync that did not reach its goal; `retryAtMs` when waiting shorter is useless. */
export interface SyncResult {
  readonly failed: boolean;
  readonly retryAtMs: number | undefined;
}

export class PodSyncer {
  readonly #node: NodeContext;
  readonly #starter: ContainerStarter;
  readonly #volumes: PodVolumes;
  #sandbox: PodSandbox | undefined;
  /** Why containers do not run, by name. */
  readonly failures = new Map<string, { readonly reason: string; readonly message: string }>();

  constructor(node: NodeContext, starter: ContainerStarter, volumes: PodVolumes) {
    this.#node = node;
    this.#starter = starter;
    this.#volumes = volumes;
  }

  runtime(podUid: string): PodRuntime {
    return { sandbox: this.#sandbox, containers: this.#node.runtime.containers(podUid) };
  }

  podIP(pod: Pod): string {
    return pod.spec.hostNetwork ? this.#node.spec.address : (this.#sandbox?.ip ?? '');
  }

  /** Takes over the sandbox of a pod that ran before. */
  adoptSandbox(pod: Pod, wanted: string | undefined): void {
    this.#sandbox = { id: pod.metadata.uid ?? '', attempt: 0, ready: true, ip: pod.spec.hostNetwork ? '' : this.#attach(pod, wanted) };
  }

  async sync(pod: Pod, probes: ProbeVerdicts, remembered: readonly ContainerStatus[]): Promise<SyncResult> {
    const runtime = this.runtime(pod.metadata.uid ?? '');
    const actions = computePodActions(pod, runtime, probes);
    if (actions.killPod) {
      if (runtime.sandbox && actions.createSandbox)
        this.#node.recorder.event(pod, { type: 'Normal', reason: 'SandboxChanged', message: 'Pod sandbox changed, it will be killed and re-created.' });
      await this.killPod(pod);
    } else {
      for (const { id, name, message, reason } of actions.toKill)
        await killContainer(this.#node, pod, this.podIP(pod), { id, name }, { message, ...(reason ? { reason } : {}) });
    }
    if (actions.createSandbox && !(await this.#createSandbox(pod, actions.attempt))) return { failed: true, retryAtMs: undefined };
    return this.#startAll(pod, actions, runtime, remembered);
  }

  /** Ends all containers, then gives the address back. */
  async killPod(pod: Pod, override: Pick<KillOrder, 'graceSeconds' | 'cut'> = {}): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    await killPodContainers(this.#node, pod, this.podIP(pod), this.#node.runtime.containers(uid), override);
    if (!this.#sandbox) return;
    this.#sandbox = { ...this.#sandbox, ready: false };
    this.#node.network.detach(uid);
  }

  async #createSandbox(pod: Pod, attempt: number): Promise<boolean> {
    await delay(this.#node.clock, SANDBOX_MS);
    const id = `${this.#node.random.uuid()}${this.#node.random.uuid()}`.replaceAll('-', '');
    try {
      this.#sandbox = { id, attempt, ready: true, ip: pod.spec.hostNetwork ? '' : this.#attach(pod, undefined) };
      return true;
    } catch (error) {
      this.#node.recorder.event(pod, {
        type: 'Warning',
        reason: 'FailedCreatePodSandBox',
        message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id}": ${messageOf(error)}`,
      });
      return false;
    }
  }

  #attach(pod: Pod, wanted: string | undefined): string {
    const podCIDR = this.#node.node()?.spec.podCIDR ?? this.#node.spec.podCIDR;
    return this.#node.network.attach({ uid: pod.metadata.uid ?? '', podCIDR, ...(wanted ? { wanted } : {}) });
  }

  async #startAll(pod: Pod, actions: PodActions, runtime: PodRuntime, remembered: readonly ContainerStatus[]): Promise<SyncResult> {
    const errors: StartError[] = [];
    const start = async (container: Container): Promise<boolean> => {
      try {
        const restarts = remembered.find(({ name, containerID }) => name === container.name && containerID)?.restartCount;
        await this.#starter.start({
          pod,
          container,
          runtime,
          rememberedRestarts: restarts === undefined ? 0 : restarts + 1,
          podIP: this.podIP(pod),
          volumes: this.#volumes,
        });
        this.failures.delete(container.name);
        return true;
      } catch (error) {
        const failure = error instanceof StartError ? error : new StartError('CreateContainerError', messageOf(error));
        this.failures.set(container.name, { reason: failure.reason, message: failure.message });
        errors.push(failure);
        return false;
      }
    };
    for (const index of actions.ephemeralToStart) {
      const container = pod.spec.ephemeralContainers?.[index];
      if (container) await start(container as Container);
    }
    for (const index of actions.initToStart) {
      const container = pod.spec.initContainers?.[index];
      if (container && !(await start(container)) && !isSidecar(container)) return outcome(errors);
    }
    for (const index of actions.toStart) {
      const container = pod.spec.containers[index];
      if (container) await start(container);
    }
    return outcome(errors);
  }
}

function outcome(errors: readonly StartError[]): SyncResult {
  const times = errors.flatMap(({ retryAtMs }) => (retryAtMs === undefined ? [] : [retryAtMs]));
  return { failed: errors.length > 0, retryAtMs: times.length ? Math.min(...times) : undefined };
}
