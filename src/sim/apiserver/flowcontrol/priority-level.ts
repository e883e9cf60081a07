// One priority level: so many requests at a time, the next ones in queues, the rest refused.
// Models apiserver/pkg/util/flowcontrol/fairqueuing/queueset (every request takes one seat; seats are not lent to other levels)
import { createHash } from 'node:crypto';
import type { PriorityLevelConfiguration } from '../../../kube/api/flowcontrol-v1.ts';
import type { Clock } from '../../../platform/clock.ts';
import { DroppedRequests } from './dropped-requests.ts';

/** Gives a seat back. Calling it again does nothing. */
export type Release = () => void;

interface Waiting {
  /** False once it has left the queue. */
  isWaiting: boolean;
  start(): void;
}

const HAND = 6;

export class PriorityLevel {
  readonly name: string;
  uid = '';
  readonly dropped = new DroppedRequests();
  readonly #clock: Clock;
  /** Infinity: exempt. */
  #seats = Number.POSITIVE_INFINITY;
  #taken = 0;
  /** Empty: what finds no seat is refused. */
  #queues: Waiting[][] = [];
  #handSize = HAND;
  #longest = 0;
  #waiting = 0;
  #turn = 0;

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.#clock = clock;
  }

  get executing(): number {
    return this.#taken;
  }
  get waiting(): number {
    return this.#waiting;
  }
  get seats(): number {
    return this.#seats;
  }

  /** Takes over a changed configuration; who waits or runs goes on. */
  configure({ metadata, spec }: PriorityLevelConfiguration, seats: number): void {
    this.uid = metadata.uid ?? '';
    this.#seats = spec.type === 'Exempt' ? Number.POSITIVE_INFINITY : seats;
    const { type, queuing } = spec.limited?.limitResponse ?? {};
    const wanted = type === 'Queue' ? (queuing?.queues ?? 64) : 0;
    this.#handSize = queuing?.handSize ?? HAND;
    this.#longest = queuing?.queueLengthLimit ?? 50;
    // Queues that are no longer wanted are kept until they are empty.
    while (this.#queues.length < wanted) this.#queues.push([]);
    while (this.#queues.length > wanted && !this.#queues.at(-1)?.length) this.#queues.pop();
    this.#dispatch();
  }

  /** A seat at once, where there is one and nobody waits for it. */
  tryTake(): Release | undefined {
    return this.#taken < this.#seats && this.#waiting === 0 ? this.#take() : undefined;
  }

  /** A seat once it is this flow's turn; undefined where there is no room to wait, or the time to wait is over. */
  wait(flow: string, patienceMs: number): Promise<Release | undefined> {
    const queue = this.#queueFor(flow);
    if (!queue || queue.length >= this.#longest) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const waiting: Waiting = {
        isWaiting: true,
        start: () => {
          timer.cancel();
          resolve(this.#take());
        },
      };
      const timer = this.#clock.after(patienceMs, () => {
        if (!waiting.isWaiting) return;
        waiting.isWaiting = false;
        queue.splice(queue.indexOf(waiting), 1);
        this.#waiting--;
        resolve(undefined);
      });
      queue.push(waiting);
      this.#waiting++;
    });
  }

  #take(): Release {
    this.#taken++;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#taken--;
      if (this.#waiting) this.#dispatch();
    };
  }

  /** Queues take turns, so that one busy flow does not keep the others out. */
  #dispatch(): void {
    while (this.#waiting && this.#taken < this.#seats) {
      this.#turn = (this.#turn + 1) % this.#queues.length;
      const next = this.#queues[this.#turn]?.shift();
      if (!next) continue;
      next.isWaiting = false;
      this.#waiting--;
      next.start();
    }
  }

  /** The shortest queue of the hand that is dealt to the flow. */
  #queueFor(flow: string): Waiting[] | undefined {
    let best: Waiting[] | undefined;
    for (const each of dealt(flow, this.#queues.length, this.#handSize)) {
      const queue = this.#queues[each];
      if (queue && (!best || queue.length < best.length)) best = queue;
    }
    return best;
  }
}

/** Different queues for a flow, always the same ones. Models apiserver/pkg/util/shufflesharding */
export function dealt(flow: string, deckSize: number, handSize: number): readonly number[] {
  let hash = createHash('sha256').update(flow).digest().readBigUInt64LE(0);
  const hand: number[] = [];
  for (let i = 0; i < Math.min(handSize, deckSize); i++) {
    const left = BigInt(deckSize - i);
    let card = Number(hash % left);
    hash /= left;
    for (const each of [...hand].sort((a, b) => a - b)) if (each <= card) card++;
    hand.push(card);
  }
  return hand;
}
