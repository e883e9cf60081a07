// Finds the node for one pod: filter, then score, then the best one, by chance among equals. Models kubernetes/pkg/scheduler/schedule_one.go (schedulePod)
import type { Random } from '../../platform/random.ts';
import type { SchedulerCache } from './cache.ts';
import type { FitFailure } from './fit-error.ts';
import { unresolvable, type CycleState, type NodeVerdicts, type Rejection } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import type { Profile } from './profile.ts';

const ENOUGH_NODES = 100;
const LEAST_PERCENT = 5;

/** How many nodes that fit are enough: all of up to 100, then from 50 % downwards. */
export function nodesToFind(total: number): number {
  if (total < ENOUGH_NODES) return total;
  const percent = Math.max(50 - Math.floor(total / 125), LEAST_PERCENT);
  return Math.max(Math.floor((total * percent) / 100), ENOUGH_NODES);
}

export type Placement = { readonly node: string } | { readonly failure: FitFailure; readonly rejectedBy: ReadonlySet<string> };

export class NodeFinder {
  readonly #cache: SchedulerCache;
  readonly #profile: Profile;
  readonly #random: Random;
  /** Where the search went on last time, so that every node has its turn. */
  #next = 0;

  constructor(cache: SchedulerCache, profile: Profile, random: Random) {
    this.#cache = cache;
    this.#profile = profile;
    this.#random = random;
  }

  find(state: CycleState, pod: PodInfo): Placement {
    const all = this.#cache.nodes;
    const pre = this.#profile.preFilter(state, pod);
    if (pre.rejection) {
      const verdicts: NodeVerdicts = { byNode: new Map(), absent: pre.rejection };
      return {
        failure: { nodeCount: all.length, verdicts, preFilter: pre.rejection },
        rejectedBy: new Set([...(pre.rejection.plugin ? [pre.rejection.plugin] : []), ...pre.narrowedBy]),
      };
    }
    const nominated = pod.pod.status?.nominatedNodeName;
    const first = nominated ? this.#cache.node(nominated) : undefined;
    if (first && !this.#profile.filter(state, pod, first)) return { node: first.name };

    const eligible = pre.onlyNodes ? [...pre.onlyNodes].flatMap((name) => this.#cache.node(name) ?? []) : all;
    const byNode = new Map<string, Rejection>();
    const fitting = this.#fitting(state, pod, eligible, byNode);
    this.#next = (this.#next + fitting.length + byNode.size) % Math.max(1, all.length);
    if (fitting.length === 0) {
      const absent = pre.onlyNodes ? unresolvable(`node(s) didn't satisfy plugin(s) [${pre.narrowedBy.toSorted().join(' ')}]`) : unresolvable();
      const rejectedBy = new Set(pre.narrowedBy);
      for (const { plugin } of byNode.values()) if (plugin) rejectedBy.add(plugin);
      return { failure: { nodeCount: all.length, verdicts: { byNode, absent } }, rejectedBy };
    }
    return { node: this.#best(state, pod, fitting) };
  }

  #fitting(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[], byNode: Map<string, Rejection>): readonly NodeInfo[] {
    const enough = nodesToFind(nodes.length);
    const fitting: NodeInfo[] = [];
    for (let i = 0; i < nodes.length && fitting.length < enough; i++) {
      const node = nodes[(this.#next + i) % nodes.length];
      if (!node) continue;
      const rejection = this.#profile.filter(state, pod, node);
      if (rejection) byNode.set(node.name, rejection);
      else fitting.push(node);
    }
    return fitting;
  }

  #best(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): string {
    const [only] = nodes;
    if (nodes.length === 1 && only) return only.name;
    const scores = this.#profile.score(state, pod, nodes);
    const top = Math.max(...scores);
    const best = nodes.filter((_node, i) => scores[i] === top);
    return best[this.#random.below(best.length)]?.name ?? '';
  }
}
