// Nodes that are due for a NoExecute taint, one at a time and slowly: what looks like dead nodes is often a dead network.
// Models kubernetes/pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go and node_lifecycle_controller.go (handleDisruption)
import type { NodeCondition } from '../../../kube/api/core-v1.ts';
import { zoneState, type ZoneState } from './health.ts';

const NORMAL_PER_SECOND = 0.1;
const REDUCED_PER_SECOND = 0.01;
const LARGE_ZONE = 50;

interface Zone {
  state: ZoneState | 'initial';
  perSecond: number;
  tokens: number;
  at: number;
  readonly due: Set<string>;
}

export class ZonedEvictor {
  readonly #zones = new Map<string, Zone>();

  add(zone: string, node: string, nowMs: number): void {
    this.#zone(zone, nowMs).due.add(node);
  }

  get isWaiting(): boolean {
    return [...this.#zones.values()].some(({ due }) => due.size > 0);
  }

  remove(node: string): void {
    for (const { due } of this.#zones.values()) due.delete(node);
  }

  /** Nodes that may be tainted now. */
  take(nowMs: number): readonly string[] {
    return [...this.#zones.values()].flatMap((zone) => {
      zone.tokens = Math.min(1, zone.tokens + ((nowMs - zone.at) / 1000) * zone.perSecond);
      zone.at = nowMs;
      const [next] = zone.due;
      if (next === undefined || zone.tokens < 1 || zone.perSecond === 0) return [];
      zone.tokens -= 1;
      zone.due.delete(next);
      return [next];
    });
  }

  /** Adapts the pace to how many nodes of each zone are well. Tells when the whole cluster has just gone silent, or come back. */
  judge(readyByZone: ReadonlyMap<string, readonly (NodeCondition | undefined)[]>, nowMs: number): 'all-lost' | 'back' | undefined {
    const states = new Map([...readyByZone].map(([name, ready]) => [name, zoneState(ready)]));
    for (const name of states.keys()) this.#zone(name, nowMs);
    for (const name of this.#zones.keys()) if (!states.has(name)) this.#zones.delete(name);
    const wasFull = this.#zones.size > 0 && [...this.#zones.values()].every(({ state }) => state === 'full');
    const isFull = states.size > 0 && [...states.values()].every((state) => state === 'full');
    if (wasFull && isFull) return undefined;
    for (const [name, zone] of this.#zones) {
      const state = states.get(name) ?? 'normal';
      // When nothing answers, the fault is rather ours: nobody is evicted.
      zone.perSecond = isFull ? 0 : state === 'partial' ? ((readyByZone.get(name)?.length ?? 0) > LARGE_ZONE ? REDUCED_PER_SECOND : 0) : NORMAL_PER_SECOND;
      zone.state = state;
    }
    return isFull ? 'all-lost' : wasFull ? 'back' : undefined;
  }

  #zone(name: string, nowMs: number): Zone {
    let zone = this.#zones.get(name);
    if (!zone) this.#zones.set(name, (zone = { state: 'initial', perSecond: NORMAL_PER_SECOND, tokens: 1, at: nowMs, due: new Set() }));
    return zone;
  }
}
