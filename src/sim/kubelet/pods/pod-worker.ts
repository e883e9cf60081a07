// One pod on this node, from its first sight to its last: a state machine that does one thing at a time. Models kubernetes/pkg/kubelet/pod_workers.go and kubelet.go (SyncPod, SyncTerminatingPod, SyncTerminatedPod)
import type { ContainerStatus, Pod, PodStatus } from '../../../kube/api/core-v1.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { delay, type Timer } from '../../../platform/clock.ts';
import type { ContainerStarter } from '../containers/container-starter.ts';
import type { ReferencedObjects } from '../containers/environment.ts';
import type { NodeContext } from '../node/node-context.ts';
import { PodProbes } from '../probes/pod-probes.ts';
import { type NodeFiles, PodVolumes, VolumesNotReady } from '../volumes/pod-volumes.ts';
import { ActiveDeadline, DEADLINE_EXCEEDED } from './active-deadline.ts';
import { adoptContainers } from './adoption.ts';
import { isStaticPod, isTerminalPhase } from './pod-phase.ts';
import type { PodRuntime } from './pod-runtime.ts';
import { finalPodStatus, generatePodStatus } from './pod-status.ts';
import { PodSyncer } from './pod-syncer.ts';
import { PodStatusWriter, readinessIsStale } from './status-writer.ts';

export interface PodWorkerParts {
  readonly node: NodeContext;
  readonly starter: ContainerStarter;
  readonly objects: ReferencedObjects;
  readonly nodeFiles: NodeFiles;
  /** Brings the mirror of a static pod into being; does nothing for others. */
  ensureMirror(pod: Pod, mirror: Pod | undefined): Promise<void>;
  /** Nothing is left of the pod on this node. */
  finished(podUid: string): void;
}

export interface PodWorkerStart {
  readonly pod: Pod;
  /** The pod in the API; of a static pod, its mirror. */
  readonly api: Pod | undefined;
  /** The node refuses the pod. */
  readonly verdict?: Verdict | undefined;
  /** The containers run already although no status tells so. */
  readonly runningSinceMs?: number;
}

type Stage = 'syncing' | 'terminating' | 'terminated' | 'ended';
interface Verdict {
  readonly reason: string;
  readonly message: string;
}

const RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 60_000;
const NETWORK_RETRY_MS = 1_000;
/** `Error` is seen for a moment before `CrashLoopBackOff`. */
const BACK_OFF_SHOWN_MS = 1_200;
/** Unmounting and clean-up take a moment; a pod that is gone within milliseconds makes clients wait for an end they have missed. */
const SHORTEST_TERMINATION_MS = 300;

export class PodWorker {
  readonly #parts: PodWorkerParts;
  readonly #node: NodeContext;
  readonly #writer: PodStatusWriter;
  readonly #syncer: PodSyncer;
  readonly #volumes: PodVolumes;
  readonly #probes: PodProbes;
  #pod: Pod;
  #stage: Stage = 'syncing';
  #verdict: Verdict | undefined;
  /** The pod is no longer in the API. */
  #removed = false;
  #adopted = false;
  readonly #runningSinceMs: number | undefined;
  #terminationSeenAtMs: number | undefined;
  #graceSeconds: number | undefined;
  #cut = Promise.withResolvers<void>();
  #timer: Timer | undefined;
  readonly #deadline: ActiveDeadline;
  #working = false;
  #pending = false;
  #stopped = false;

  constructor(parts: PodWorkerParts, { pod, api, verdict, runningSinceMs }: PodWorkerStart) {
    this.#parts = parts;
    this.#node = parts.node;
    this.#pod = pod;
    this.#verdict = verdict;
    this.#runningSinceMs = runningSinceMs;
    this.#writer = new PodStatusWriter(parts.node, api);
    this.#deadline = new ActiveDeadline(parts.node.clock, () => this.wake());
    this.#volumes = new PodVolumes(parts.node, parts.nodeFiles);
    this.#syncer = new PodSyncer(parts.node, parts.starter, this.#volumes);
    this.#probes = new PodProbes(parts.node, {
      pod: () => this.#pod,
      podIP: () => this.#syncer.podIP(this.#pod),
      runtime: () => this.#runtime,
      started: (name) => this.#isStarted(name),
      changed: () => this.wake(),
    });
    if (isTerminalPhase((api ?? pod).status.phase)) this.#stage = 'terminated';
    this.wake();
  }

  get pod(): Pod {
    return this.#pod;
  }
  /** The status as the kubelet knows it, ahead of the API. */
  get status(): PodStatus {
    return this.#writer.current;
  }
  /** Takes part in admission: neither ended nor refused. */
  get isActive(): boolean {
    return (this.#stage === 'syncing' || this.#stage === 'terminating') && !this.#verdict;
  }

  /** The pod has changed in the API. */
  update(pod: Pod): void {
    const old = this.#pod;
    this.#pod = pod;
    this.#writer.observe(pod);
    if (pod.metadata.deletionTimestamp) {
      this.#shortenGrace(pod.metadata.deletionGracePeriodSeconds);
      if (!old.metadata.deletionTimestamp || this.#stage === 'terminated') this.wake();
    } else if (old.metadata.generation !== pod.metadata.generation || readinessIsStale(pod)) this.wake();
  }

  /** The mirror of this static pod has changed, or is gone. */
  updateMirror(mirror: Pod | undefined): void {
    const before = this.#writer.api;
    this.#writer.observe(mirror);
    if (before?.metadata.uid !== mirror?.metadata.uid || mirror?.metadata.deletionTimestamp) this.wake();
  }

  /** The pod is gone from the API: whatever still runs is ended. */
  remove(): void {
    this.#removed = true;
    this.#shortenGrace(this.#pod.metadata.deletionGracePeriodSeconds);
    this.wake();
  }

  /** Looks again as soon as the present work is done. */
  wake(): void {
    if (this.#stopped || this.#stage === 'ended') return;
    this.#pending = true;
    if (this.#working) return;
    this.#working = true;
    void this.#work();
  }

  /** Leaves everything as it is. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#deadline.stop();
    this.#probes.stop();
    this.#writer.stop();
  }

  async #work(): Promise<void> {
    // Woken from a handler: let that finish first.
    await Promise.resolve();
    while (this.#pending && !this.#stopped && this.#stage !== 'ended') {
      this.#pending = false;
      this.#timer?.cancel();
      try {
        await this.#step();
      } catch (error) {
        if (this.#stopped) break;
        this.#node.log.error('pod sync failed', {
          pod: `${this.#pod.metadata.namespace ?? ''}/${this.#pod.metadata.name ?? ''}`,
          error: error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
        });
        this.#wakeIn(this.#jittered(RETRY_MS));
      }
    }
    this.#working = false;
  }

  async #step(): Promise<void> {
    switch (this.#stage) {
      case 'syncing':
        return this.#sync();
      case 'terminating':
        return this.#terminate();
      case 'terminated':
        return this.#finish();
      case 'ended':
        return;
    }
  }

  async #sync(): Promise<void> {
    if (!this.#adopted) {
      this.#adopted = true;
      await adoptContainers({
        node: this.#node,
        pod: this.#pod,
        status: this.#writer.current,
        syncer: this.#syncer,
        starter: this.#parts.starter,
        volumes: this.#volumes,
        payload: this.#payload(),
        runningSinceMs: this.#runningSinceMs,
      });
    }
    if (this.#mustEnd()) {
      this.#enter('terminating');
      return;
    }
    const status = this.#generate(false);
    this.#writer.set(status, true);
    if (isTerminalPhase(status.phase)) {
      this.#enter('terminating');
      return;
    }
    this.#deadline.watch(this.#pod, status.startTime);

    const pod = this.#pod;
    const notReady = pod.spec.hostNetwork ? undefined : this.#node.network.notReady(this.#node.node()?.spec.podCIDR ?? this.#node.spec.podCIDR);
    if (notReady) {
      this.#node.recorder.event(pod, { type: 'Warning', reason: 'NetworkNotReady', message: `network is not ready: ${notReady}` });
      this.#wakeIn(this.#jittered(NETWORK_RETRY_MS));
      return;
    }
    await this.#parts.ensureMirror(pod, this.#writer.api);
    try {
      await this.#volumes.ensure(pod, this.#payload());
    } catch (error) {
      if (!(error instanceof VolumesNotReady)) throw error;
      this.#wakeIn(error.retryAtMs - this.#node.clock.now());
      return;
    }
    this.#probes.ensure(pod);
    const hadSandbox = this.#runtime.sandbox?.id;
    const { failed, retryAtMs } = await this.#syncer.sync(pod, this.#probes, allStatuses(status));
    if (this.#runtime.sandbox?.id !== hadSandbox) this.wake();
    if (failed && this.#hidesBackOff(status)) {
      this.#wakeIn(BACK_OFF_SHOWN_MS);
      return;
    }
    if (failed) this.#wakeIn(this.#jittered(Math.min(retryAtMs === undefined ? RETRY_MS : Math.max(0, retryAtMs - this.#node.clock.now()), LONGEST_RETRY_MS)));
  }

  /** A container waits for its restart, and the status still shows how it ended. */
  #hidesBackOff(status: PodStatus): boolean {
    return allStatuses(status).some(
      ({ name, state }) => this.#syncer.failures.get(name)?.reason === 'CrashLoopBackOff' && state?.waiting?.reason !== 'CrashLoopBackOff',
    );
  }

  async #terminate(): Promise<void> {
    this.#terminationSeenAtMs ??= this.#node.clock.now();
    this.#deadline.stop();
    this.#writer.set(this.#generate(false), true);
    this.#probes.stopLivenessAndStartup();
    this.#graceSeconds = Math.max(
      1,
      Number(this.#graceSeconds ?? this.#pod.metadata.deletionGracePeriodSeconds ?? this.#pod.spec.terminationGracePeriodSeconds ?? 30),
    );
    await this.#syncer.killPod(this.#pod, { graceSeconds: this.#graceSeconds, cut: this.#cut.promise });
    this.#probes.stop();
    await delay(this.#node.clock, Math.max(0, this.#terminationSeenAtMs + SHORTEST_TERMINATION_MS - this.#node.clock.now()));
    this.#enter('terminated');
  }

  /** Everything has ended: tells so, and removes the pod when that was asked for. */
  async #finish(): Promise<void> {
    const isStatic = isStaticPod(this.#pod);
    if (!this.#removed) {
      const known = this.#writer.api?.status;
      // An end that the API already knows is not told again.
      if (!isTerminalPhase(known?.phase) || this.#terminationSeenAtMs !== undefined)
        this.#writer.set(finalPodStatus(this.#pod, this.#generate(true), isStatic), false);
      await this.#writer.flush();
      if (!this.#pod.metadata.deletionTimestamp) return;
      this.#terminationSeenAtMs ??= this.#node.clock.now();
      await delay(this.#node.clock, Math.max(0, this.#terminationSeenAtMs + SHORTEST_TERMINATION_MS - this.#node.clock.now()));
      if (!isStatic) await this.#writer.delete();
      if (!this.#removed && this.#pod.metadata.finalizers?.length) return;
    }
    this.#end();
  }

  #end(): void {
    this.#stage = 'ended';
    const uid = this.#pod.metadata.uid ?? '';
    for (const { id } of this.#node.runtime.containers(uid)) this.#node.runtime.removeContainer(id);
    this.#node.network.detach(uid);
    this.stop();
    this.#parts.finished(uid);
  }

  #mustEnd(): boolean {
    if (this.#removed || this.#pod.metadata.deletionTimestamp || this.#verdict) return true;
    if (!this.#deadline.hasPassed(this.#pod, this.#writer.current.startTime)) return false;
    this.#verdict = DEADLINE_EXCEEDED;
    this.#node.recorder.event(this.#pod, { type: 'Normal', ...DEADLINE_EXCEEDED });
    return true;
  }

  /** A second request may ask for less time, never for more. */
  #shortenGrace(seconds: number | undefined): void {
    if (seconds === undefined || this.#graceSeconds === undefined || seconds >= this.#graceSeconds || this.#stage !== 'terminating') return;
    this.#graceSeconds = Math.max(1, Number(seconds));
    this.#cut.resolve();
    this.#cut = Promise.withResolvers<void>();
    for (const { id, state } of this.#runtime.containers) if (state === 'running') void this.#node.runtime.stopContainer(id, this.#graceSeconds * 1000);
  }

  #generate(isTerminal: boolean): PodStatus {
    return generatePodStatus({
      pod:
        this.#writer.api && isStaticPod(this.#pod)
          ? {
              ...this.#pod,
              status: this.#writer.api.status,
              metadata: { ...this.#pod.metadata, ...(this.#writer.api.metadata.generation ? { generation: this.#writer.api.metadata.generation } : {}) },
            }
          : this.#pod,
      runtime: this.#runtime,
      previous: this.#writer.current,
      failures: this.#syncer.failures,
      readiness: this.#probes,
      hostIP: this.#node.spec.address,
      nowMs: this.#node.clock.now(),
      isTerminal,
      ...(this.#verdict ? { verdict: this.#verdict } : {}),
    });
  }

  get #runtime(): PodRuntime {
    return this.#syncer.runtime(this.#pod.metadata.uid ?? '');
  }

  #isStarted(name: string): boolean {
    return allStatuses(this.#writer.current).some((each) => each.name === name && each.started && each.state?.running !== undefined);
  }

  #payload(): Parameters<PodVolumes['ensure']>[1] {
    return {
      pod: this.#pod,
      addresses: { podIP: this.#syncer.podIP(this.#pod), hostIP: this.#node.spec.address },
      allocatable: this.#node.spec.allocatable,
      objects: this.#parts.objects,
    };
  }

  #enter(stage: Stage): void {
    this.#stage = stage;
    this.#pending = true;
  }

  #wakeIn(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#node.clock.after(Math.max(0, delayMs), () => this.wake());
  }

  /** Up to half as much again, so that pods do not try in step. */
  #jittered(delayMs: number): number {
    return delayMs * (1 + this.#node.random.next() * 0.5);
  }
}

const allStatuses = ({ initContainerStatuses = [], containerStatuses = [] }: PodStatus): readonly ContainerStatus[] => [
  ...initContainerStatuses,
  ...containerStatuses,
];
