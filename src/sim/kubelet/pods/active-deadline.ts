// The time a pod may be active on a node. Models kubernetes/pkg/kubelet/active_deadline.go
import type { Pod } from '../../../kube/api/core-v1.ts';
import { parseTime, secondsToMs } from '../../../kube/machinery/time.ts';
import type { Clock, Timer } from '../../../platform/clock.ts';

export const DEADLINE_EXCEEDED = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' } as const;

export class ActiveDeadline {
  readonly #clock: Clock;
  readonly #passed: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, passed: () => void) {
    this.#clock = clock;
    this.#passed = passed;
  }

  hasPassed(pod: Pod, startTime: string | undefined): boolean {
    return this.#leftMs(pod, startTime) <= 0;
  }

  /** Tells when it has passed; a deadline may be set or shortened while the pod runs. */
  watch(pod: Pod, startTime: string | undefined): void {
    this.stop();
    const leftMs = this.#leftMs(pod, startTime);
    if (leftMs !== Number.POSITIVE_INFINITY) this.#timer = this.#clock.after(leftMs, this.#passed);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #leftMs({ spec: { activeDeadlineSeconds } }: Pod, startTime: string | undefined): number {
    const startedAtMs = parseTime(startTime);
    if (activeDeadlineSeconds === undefined || Number.isNaN(startedAtMs)) return Number.POSITIVE_INFINITY;
    return startedAtMs + secondsToMs(activeDeadlineSeconds) - this.#clock.now();
  }
}
