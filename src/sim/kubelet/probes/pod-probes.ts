// All probes of one pod, and what they say about its containers. Models kubernetes/pkg/kubelet/prober/prober_manager.go
import type { Container, ContainerStatus, Pod } from '../../../kube/api/core-v1.ts';
import type { NodeContext } from '../node/node-context.ts';
import type { ProbeVerdicts } from '../pods/container-verdicts.ts';
import type { Readiness } from '../pods/pod-status.ts';
import { isSidecar } from '../pods/restart-policy.ts';
import { type ProbeKind, type ProbeSubject, ProbeWorker } from './probe-worker.ts';

const KINDS: readonly (readonly [ProbeKind, 'startupProbe' | 'readinessProbe' | 'livenessProbe'])[] = [
  ['Startup', 'startupProbe'],
  ['Readiness', 'readinessProbe'],
  ['Liveness', 'livenessProbe'],
];
const bareId = (containerID: string | undefined): string => (containerID ?? '').replace(/^.*:\/\//, '');

export class PodProbes implements ProbeVerdicts, Readiness {
  readonly #node: NodeContext;
  readonly #subject: ProbeSubject;
  readonly #workers = new Map<string, ProbeWorker>();

  constructor(node: NodeContext, subject: ProbeSubject) {
    this.#node = node;
    this.#subject = subject;
  }

  ensure(pod: Pod): void {
    for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)]) {
      for (const [kind, field] of KINDS) {
        const probe = container[field];
        const key = `${kind} ${container.name}`;
        if (probe && !this.#workers.has(key)) this.#workers.set(key, new ProbeWorker(this.#node, this.#subject, container, kind, probe));
      }
    }
  }

  stopLivenessAndStartup(): void {
    for (const [key, worker] of this.#workers) if (!key.startsWith('Readiness ')) worker.stop();
  }

  stop(): void {
    for (const worker of this.#workers.values()) worker.stop();
  }

  liveness(containerId: string): ReturnType<ProbeVerdicts['liveness']> {
    return this.#verdictOf('Liveness', containerId);
  }
  startup(containerId: string): ReturnType<ProbeVerdicts['startup']> {
    return this.#verdictOf('Startup', containerId);
  }

  started({ name, startupProbe }: Container, { state, containerID }: ContainerStatus, before: ContainerStatus | undefined): boolean {
    if (!state?.running) return false;
    if (!startupProbe) return true;
    const verdict = this.#workers.get(`Startup ${name}`)?.verdict(bareId(containerID));
    return verdict === undefined ? (before?.started ?? false) : verdict === 'success';
  }

  ready({ name, readinessProbe }: Container, { containerID }: ContainerStatus, before: ContainerStatus | undefined): boolean {
    if (!readinessProbe) return true;
    const worker = this.#workers.get(`Readiness ${name}`);
    const verdict = worker?.verdict(bareId(containerID));
    if (!worker || verdict === undefined) {
      worker?.trigger(bareId(containerID));
      return before?.ready ?? false;
    }
    if (verdict === 'success') return true;
    // A container that has just begun is asked at once, not at the next tick.
    worker.trigger(bareId(containerID));
    return false;
  }

  #verdictOf(kind: ProbeKind, containerId: string): ReturnType<ProbeWorker['verdict']> {
    for (const [key, worker] of this.#workers) {
      const verdict = key.startsWith(`${kind} `) ? worker.verdict(containerId) : undefined;
      if (verdict) return verdict;
    }
    return undefined;
  }
}
