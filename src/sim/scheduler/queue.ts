// Pods waiting for a node: ready ones by priority, those backing off, and those that only an event can help.
// Models kubernetes/pkg/scheduler/backend/queue/scheduling_queue.go
import type { Pod } from '../../kube/api/core-v1.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { ClusterEvent, Plugin } from './framework.ts';
import { KeyedHeap } from './heap.ts';
import { podInfo, type PodInfo } from './pod-info.ts';

const INITIAL_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 10_000;
/** Back-off ends on whole seconds, so that pods that end together are ordered by priority. */
const WINDOW_MS = 1000;
const FLUSH_EVERY_MS = 30_000;
const FLUSH_AFTER_MS = 300_000;

export interface QueuedPod {
  info: PodInfo;
  /** When it came, or came back. */
  timestamp: number;
  attempts: number;
  unschedulableCount: number;
  errorCount: number;
  /** The plugins that rejected it last time; empty after an error. */
  rejectedBy: ReadonlySet<string>;
  /** Kept back by this plugin before it may be tried at all. */
  gatedBy: string | undefined;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly plugins: readonly Plugin[];
  readonly before: (a: QueuedPod, b: QueuedPod) => boolean;
  /** Called whenever there may be something to pop. */
  readonly ready: () => void;
}

const keyOf = ({ info }: QueuedPod): string => info.uid;

export class SchedulingQueue {
  readonly #options: QueueOptions;
  readonly #active: KeyedHeap<QueuedPod>;
  readonly #backoff: KeyedHeap<QueuedPod>;
  readonly #errorBackoff: KeyedHeap<QueuedPod>;
  readonly #unschedulable = new Map<string, QueuedPod>();
  readonly #preEnqueue: readonly Plugin[];
  readonly #byName: ReadonlyMap<string, Plugin>;
  #backoffTimer: { readonly at: number; readonly timer: Timer } | undefined;
  #flushTimer: Timer | undefined;
  #stopped = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#preEnqueue = options.plugins.filter((plugin) => plugin.preEnqueue);
    this.#byName = new Map(options.plugins.map((plugin) => [plugin.name, plugin]));
    this.#active = new KeyedHeap(keyOf, options.before);
    const sooner = (a: QueuedPod, b: QueuedPod): boolean => {
      const difference = this.#backoffEnd(a) - this.#backoffEnd(b);
      return difference !== 0 ? difference < 0 : options.before(a, b);
    };
    this.#backoff = new KeyedHeap(keyOf, sooner);
    this.#errorBackoff = new KeyedHeap(keyOf, sooner);
  }

  get size(): number {
    return this.#active.size + this.#backoff.size + this.#errorBackoff.size + this.#unschedulable.size;
  }

  add(pod: Pod): void {
    this.#activate({
      info: podInfo(pod),
      timestamp: this.#options.clock.now(),
      attempts: 0,
      unschedulableCount: 0,
      errorCount: 0,
      rejectedBy: new Set(),
      gatedBy: undefined,
    });
  }

  /** A waiting pod changed. False when it is not in the queue: being bound, or not known. */
  update(old: Pod, pod: Pod): PodInfo | undefined {
    const uid = pod.metadata.uid ?? '';
    const waiting = this.#unschedulable.get(uid);
    const queued = waiting ?? this.#active.get(uid) ?? this.#backoff.get(uid) ?? this.#errorBackoff.get(uid);
    if (!queued) return undefined;
    queued.info = podInfo(pod);
    if (waiting) {
      const event: ClusterEvent = { kind: 'own-update', old, pod };
      if (waiting.gatedBy !== undefined ? this.#gate(waiting) === undefined : this.#mayHelp(event, waiting)) this.#requeue(waiting);
    }
    return queued.info;
  }

  delete(uid: string): void {
    this.#active.delete(uid);
    this.#backoff.delete(uid);
    this.#errorBackoff.delete(uid);
    this.#unschedulable.delete(uid);
  }

  /** The next pod to try. With nothing else to do, back-off is cut short. */
  pop(): QueuedPod | undefined {
    const next = this.#active.pop() ?? this.#backoff.pop();
    if (next) next.attempts += 1;
    return next;
  }

  /** Puts back a pod that was popped and got no node; without plugins to blame it failed by an error. */
  returned(queued: QueuedPod, rejectedBy: ReadonlySet<string>): void {
    queued.rejectedBy = rejectedBy;
    queued.timestamp = this.#options.clock.now();
    if (rejectedBy.size > 0) {
      queued.unschedulableCount += 1;
      queued.errorCount = 0;
      this.#park(queued);
      return;
    }
    queued.errorCount += 1;
    this.#errorBackoff.put(queued);
    this.#armBackoff();
  }

  /** Moves every pod that the event may help. */
  moveFor(event: ClusterEvent): void {
    for (const queued of this.#unschedulable.values()) if (queued.gatedBy === undefined && this.#mayHelp(event, queued)) this.#requeue(queued);
  }

  /** Tries the pod again at once, whatever kept it. */
  retry(uid: string): void {
    const queued = this.#unschedulable.get(uid);
    if (queued) this.#activate(queued);
  }

  stop(): void {
    this.#stopped = true;
    this.#backoffTimer?.timer.cancel();
    this.#flushTimer?.cancel();
  }

  #mayHelp(event: ClusterEvent, { rejectedBy, info }: QueuedPod): boolean {
    for (const name of rejectedBy) {
      const plugin = this.#byName.get(name);
      if (!plugin?.helps || plugin.helps(event, info)) return true;
    }
    return rejectedBy.size === 0;
  }

  #gate({ info }: QueuedPod): string | undefined {
    return this.#preEnqueue.find((plugin) => plugin.preEnqueue?.(info.pod))?.name;
  }

  #requeue(queued: QueuedPod): void {
    if (!this.#isBackingOff(queued)) {
      this.#activate(queued);
      return;
    }
    queued.gatedBy = this.#gate(queued);
    if (queued.gatedBy !== undefined) {
      this.#park(queued);
      return;
    }
    this.#unschedulable.delete(queued.info.uid);
    this.#backoff.put(queued);
    this.#armBackoff();
    this.#options.ready();
  }

  #activate(queued: QueuedPod): void {
    queued.gatedBy = this.#gate(queued);
    if (queued.gatedBy !== undefined) {
      this.#park(queued);
      return;
    }
    this.#unschedulable.delete(queued.info.uid);
    this.#active.put(queued);
    this.#options.ready();
  }

  #park(queued: QueuedPod): void {
    this.#unschedulable.set(queued.info.uid, queued);
    this.#armFlush();
  }

  #backoffEnd({ unschedulableCount, errorCount, timestamp }: QueuedPod): number {
    const count = errorCount || unschedulableCount;
    if (count === 0) return 0;
    const end = timestamp + Math.min(INITIAL_BACKOFF_MS * 2 ** (count - 1), MAX_BACKOFF_MS);
    return Math.floor(end / WINDOW_MS) * WINDOW_MS;
  }

  #isBackingOff(queued: QueuedPod): boolean {
    return this.#backoffEnd(queued) >= Math.floor(this.#options.clock.now() / WINDOW_MS) * WINDOW_MS;
  }

  #armBackoff(): void {
    const ends = [this.#backoff.peek(), this.#errorBackoff.peek()].flatMap((queued) => (queued ? [this.#backoffEnd(queued)] : []));
    if (ends.length === 0 || this.#stopped) return;
    const at = Math.min(...ends) + WINDOW_MS;
    if (this.#backoffTimer && this.#backoffTimer.at <= at) return;
    this.#backoffTimer?.timer.cancel();
    const timer = this.#options.clock.after(at - this.#options.clock.now(), () => {
      this.#backoffTimer = undefined;
      for (const heap of [this.#backoff, this.#errorBackoff]) {
        for (let queued = heap.peek(); queued && !this.#isBackingOff(queued); queued = heap.peek()) {
          heap.pop();
          this.#activate(queued);
        }
      }
      this.#armBackoff();
    });
    this.#backoffTimer = { at, timer };
  }

  /** Hints may be wrong: after five minutes a pod is tried again anyway. */
  #armFlush(): void {
    if (this.#flushTimer || this.#stopped) return;
    this.#flushTimer = this.#options.clock.after(FLUSH_EVERY_MS, () => {
      this.#flushTimer = undefined;
      const limit = this.#options.clock.now() - FLUSH_AFTER_MS;
      for (const queued of this.#unschedulable.values()) if (queued.gatedBy === undefined && queued.timestamp < limit) this.#requeue(queued);
      if (this.#unschedulable.size > 0) this.#armFlush();
    });
  }
}
