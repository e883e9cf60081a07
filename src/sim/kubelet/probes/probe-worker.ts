// One probe of one container, run again and again: thresholds, delays, hold after a verdict. Models kubernetes/pkg/kubelet/prober/worker.go
import type { Container, Pod, Probe } from '../../../kube/api/core-v1.ts';
import type { Timer } from '../../../platform/clock.ts';
import { containerFieldPath, type NodeContext } from '../node/node-context.ts';
import type { ProbeVerdict } from '../pods/container-verdicts.ts';
import { newestContainer, type PodRuntime } from '../pods/pod-runtime.ts';
import { runProbe } from './probe-request.ts';

export type ProbeKind = 'Liveness' | 'Readiness' | 'Startup';

export interface ProbeSubject {
  pod(): Pod;
  podIP(): string;
  runtime(): PodRuntime;
  started(containerName: string): boolean;
  /** A verdict has changed. */
  changed(): void;
}

const INITIAL: Readonly<Record<ProbeKind, ProbeVerdict>> = { Liveness: 'success', Readiness: 'failure', Startup: 'unknown' };
const MAX_TRIES = 3;
/** The kubelet notices a new container about this much later than it begins. */
const NOTICE_MS = 300;
const OLDER_MS = 10_000;
/** A simulated server that answers goes on answering until its container ends, which is noticed at once: asking it more often is only work. */
const SETTLED_PERIOD_MS = 10_000;

export class ProbeWorker {
  readonly #node: NodeContext;
  readonly #subject: ProbeSubject;
  readonly #container: Container;
  readonly #kind: ProbeKind;
  readonly #probe: Probe;
  readonly #createdAtMs: number;
  #timer: Timer | undefined;
  #containerId = '';
  #verdict: ProbeVerdict | undefined;
  #last: 'success' | 'failure' | undefined;
  #run = 0;
  #onHold = false;
  #busy = false;
  #stopped = false;

  constructor(node: NodeContext, subject: ProbeSubject, container: Container, kind: ProbeKind, probe: Probe) {
    this.#node = node;
    this.#subject = subject;
    this.#container = container;
    this.#kind = kind;
    this.#probe = probe;
    this.#createdAtMs = node.clock.now();
    this.#schedule(0);
  }

  /** Of this very container; undefined when it was not probed yet. */
  verdict(containerId: string): ProbeVerdict | undefined {
    return containerId === this.#containerId ? this.#verdict : undefined;
  }

  /** Probes as soon as possible instead of at the next tick, if this container has never been asked. */
  trigger(containerId: string): void {
    if (!this.#busy && (containerId !== this.#containerId || this.#last === undefined)) this.#schedule(NOTICE_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel();
    if (this.#stopped) return;
    this.#timer = this.#node.clock.after(delayMs, () => {
      void this.#tick();
    });
  }

  async #tick(): Promise<void> {
    const startedAtMs = this.#node.clock.now();
    this.#busy = true;
    const before = this.#verdict;
    const keepGoing = await this.#once();
    this.#busy = false;
    if (this.#stopped) return;
    if (this.#verdict !== before) this.#subject.changed();
    if (!keepGoing) {
      this.stop();
      return;
    }
    const periodMs = (this.#probe.periodSeconds ?? 10) * 1000;
    const settled = this.#last === 'success' && this.#verdict === 'success' && this.#probe.exec === undefined;
    this.#schedule(Math.max(1, startedAtMs + (settled ? Math.max(periodMs, SETTLED_PERIOD_MS) : periodMs) - this.#node.clock.now()));
  }

  /** False when there will be nothing to probe any more. */
  async #once(): Promise<boolean> {
    const pod = this.#subject.pod();
    const container = newestContainer(this.#subject.runtime(), this.#container.name);
    if (!container) return true;
    if (container.id !== this.#containerId) {
      this.#containerId = container.id;
      // One that ran before this kubelet did keeps the verdict it had until it is asked.
      this.#verdict = (container.startedAtMs ?? 0) < this.#createdAtMs - OLDER_MS ? undefined : INITIAL[this.#kind];
      this.#onHold = false;
      this.#run = 0;
      this.#last = undefined;
    }
    if (this.#onHold) return true;
    if (container.state !== 'running') {
      this.#verdict = 'failure';
      return true;
    }
    if (pod.metadata.deletionTimestamp && this.#kind !== 'Readiness') {
      this.#verdict = 'success';
      return false;
    }
    const runsForSeconds = Math.floor((this.#node.clock.now() - (container.startedAtMs ?? 0)) / 1000);
    if (runsForSeconds < (this.#probe.initialDelaySeconds ?? 0)) return true;
    if (this.#subject.started(this.#container.name) === (this.#kind === 'Startup')) return true;

    const result = await this.#ask(pod, container.id);
    if (result === undefined || this.#stopped) return true;
    this.#run = this.#last === result ? this.#run + 1 : 1;
    this.#last = result;
    if (this.#run < (result === 'failure' ? (this.#probe.failureThreshold ?? 3) : (this.#probe.successThreshold ?? 1))) return true;
    this.#verdict = result;
    // Nothing more to learn about this container; the next one starts over.
    if (this.#kind === 'Startup' || (this.#kind === 'Liveness' && result === 'failure')) {
      this.#onHold = true;
      this.#run = 0;
    }
    return true;
  }

  async #ask(pod: Pod, containerId: string): Promise<'success' | 'failure' | undefined> {
    const request = { pod, podIP: this.#subject.podIP(), container: this.#container, containerId };
    let outcome = await runProbe(this.#node.runtime, request, this.#probe);
    for (let tries = 1; outcome.result === 'errored' && tries < MAX_TRIES; tries++) outcome = await runProbe(this.#node.runtime, request, this.#probe);
    if (outcome.result === 'success') return 'success';
    const event = (reason: string, message: string): void =>
      this.#node.recorder.event(pod, { type: 'Warning', reason, message, fieldPath: containerFieldPath(pod, this.#container.name) });
    if (outcome.result === 'warning') {
      event('ProbeWarning', `${this.#kind} probe warning: ${outcome.output}`);
      return 'success';
    }
    if (outcome.result === 'errored') {
      event('Unhealthy', `${this.#kind} probe errored and resulted in unknown state: ${outcome.output}`);
      return undefined;
    }
    event('Unhealthy', `${this.#kind} probe failed: ${outcome.output}`);
    return 'failure';
  }
}
