// Placing pods near or away from other pods. Models kubernetes/pkg/scheduler/framework/plugins/interpodaffinity
import type { Pod } from '../../../kube/api/core-v1.ts';
import { namespaces } from '../../../kube/api/resources.ts';
import { matchesSelector, type Labels, type Selector } from '../../../kube/machinery/selectors.ts';
import { MAX_NODE_SCORE, StateKey, unresolvable, unschedulable, type ClusterEvent, type Plugin } from '../framework.ts';
import type { PluginEntry } from '../handle.ts';
import type { NodeInfo } from '../node-info.ts';
import { resolveNamespaces, termMatches, type AffinityTerm, type PodInfo } from '../pod-info.ts';

/** How many terms were met, by topology key and value. */
class TopologyCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  add(node: NodeInfo, key: string, by: number): void {
    const value = node.label(key);
    if (value === undefined) return;
    let values = this.#counts.get(key);
    if (!values) this.#counts.set(key, (values = new Map()));
    const count = (values.get(value) ?? 0) + by;
    if (count === 0) values.delete(value);
    else values.set(value, count);
    if (values.size === 0) this.#counts.delete(key);
  }

  at(node: NodeInfo, key: string): number {
    const value = node.label(key);
    return value === undefined ? 0 : (this.#counts.get(key)?.get(value) ?? 0);
  }

  /** The sum over all keys that the node has. */
  sumAt(node: NodeInfo): number {
    let sum = 0;
    for (const key of this.#counts.keys()) sum += this.at(node, key);
    return sum;
  }

  anyPositiveAt(node: NodeInfo): boolean {
    for (const key of this.#counts.keys()) if (this.at(node, key) > 0) return true;
    return false;
  }

  clone(): TopologyCounts {
    const copy = new TopologyCounts();
    for (const [key, values] of this.#counts) copy.#counts.set(key, new Map(values));
    return copy;
  }
}

interface FilterState {
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly namespaceLabels: Labels;
  /** Existing pods that want this one away. */
  readonly unwelcome: TopologyCounts;
  readonly near: TopologyCounts;
  readonly away: TopologyCounts;
}

const FILTER = new StateKey<FilterState>('InterPodAffinity.filter', (state) => ({
  ...state,
  unwelcome: state.unwelcome.clone(),
  near: state.near.clone(),
  away: state.away.clone(),
}));
const SCORE = new StateKey<TopologyCounts>('InterPodAffinity.score');

/** One pod has to satisfy all the terms at once. */
export const matchesAllTerms = (terms: readonly AffinityTerm[], pod: Pod): boolean =>
  terms.length > 0 && terms.every((term) => termMatches(term, pod, undefined));

function count(state: FilterState, pod: Pod, other: PodInfo, node: NodeInfo, by: number): void {
  for (const term of other.antiAffinity) if (termMatches(term, pod, state.namespaceLabels)) state.unwelcome.add(node, term.topologyKey, by);
  if (matchesAllTerms(state.affinity, other.pod)) for (const { topologyKey } of state.affinity) state.near.add(node, topologyKey, by);
  for (const term of state.antiAffinity) if (termMatches(term, other.pod, undefined)) state.away.add(node, term.topologyKey, by);
}

function meetsAffinity({ affinity, near }: FilterState, pod: Pod, node: NodeInfo): boolean {
  if (affinity.some(({ topologyKey }) => node.label(topologyKey) === undefined)) return false;
  if (affinity.every(({ topologyKey }) => near.at(node, topologyKey) > 0)) return true;
  // The first of a group of pods that want to be together may go anywhere.
  return near.isEmpty && matchesAllTerms(affinity, pod);
}

export function normalizeAffinity(scores: number[]): void {
  const most = Math.max(Number.MIN_SAFE_INTEGER, ...scores);
  const least = Math.min(Number.MAX_SAFE_INTEGER, ...scores);
  for (let i = 0; i < scores.length; i++) scores[i] = most === least ? 0 : Math.floor((MAX_NODE_SCORE * ((scores[i] ?? 0) - least)) / (most - least));
}

export const interPodAffinity: PluginEntry['create'] = ({ cache, informers }): Plugin => {
  const known = informers.of(namespaces);
  const matching = (selector: Selector): readonly string[] =>
    [...known.list()].filter(({ metadata }) => matchesSelector(selector, metadata.labels)).map(({ metadata }) => metadata.name ?? '');
  const labelsOf = (pod: Pod): Labels => known.get(pod.metadata.namespace ?? '')?.metadata.labels ?? {};

  return {
    name: 'InterPodAffinity',
    preFilter(state, info) {
      const affinity = resolveNamespaces(info.affinity, matching);
      const antiAffinity = resolveNamespaces(info.antiAffinity, matching);
      const own = affinity.length + antiAffinity.length > 0;
      const found: FilterState = {
        affinity,
        antiAffinity,
        namespaceLabels: labelsOf(info.pod),
        unwelcome: new TopologyCounts(),
        near: new TopologyCounts(),
        away: new TopologyCounts(),
      };
      for (const node of cache.nodes) for (const other of own ? node.pods : node.podsWithAntiAffinity.values()) count(found, info.pod, other, node, 1);
      if (!own && found.unwelcome.isEmpty) return 'skip';
      state.write(FILTER, found);
      return undefined;
    },
    addPod(state, { pod }, added, node) {
      const found = state.read(FILTER);
      if (found) count(found, pod, added, node, 1);
    },
    removePod(state, { pod }, removed, node) {
      const found = state.read(FILTER);
      if (found) count(found, pod, removed, node, -1);
    },
    filter(state, { pod }, node) {
      const found = state.read(FILTER);
      if (!found) return undefined;
      if (found.affinity.length && !meetsAffinity(found, pod, node)) return unresolvable("node(s) didn't match pod affinity rules");
      if (found.antiAffinity.some(({ topologyKey }) => found.away.at(node, topologyKey) > 0))
        return unschedulable("node(s) didn't match pod anti-affinity rules");
      if (found.unwelcome.anyPositiveAt(node)) return unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
      return undefined;
    },
    preScore(state, info) {
      const near = resolveNamespaces(info.preferredAffinity, matching);
      const away = resolveNamespaces(info.preferredAntiAffinity, matching);
      const own = near.length + away.length > 0;
      const labels = labelsOf(info.pod);
      const scores = new TopologyCounts();
      for (const node of cache.nodes) {
        for (const other of own ? node.pods : node.podsWithAffinity.values()) {
          for (const term of near) if (termMatches(term, other.pod, undefined)) scores.add(node, term.topologyKey, term.weight);
          for (const term of away) if (termMatches(term, other.pod, undefined)) scores.add(node, term.topologyKey, -term.weight);
          // A pod that must be near pods like this one is a mild reason to go there.
          for (const term of other.affinity) if (termMatches(term, info.pod, labels)) scores.add(node, term.topologyKey, 1);
          for (const term of other.preferredAffinity) if (termMatches(term, info.pod, labels)) scores.add(node, term.topologyKey, term.weight);
          for (const term of other.preferredAntiAffinity) if (termMatches(term, info.pod, labels)) scores.add(node, term.topologyKey, -term.weight);
        }
      }
      if (scores.isEmpty) return 'skip';
      state.write(SCORE, scores);
      return undefined;
    },
    score: (state, _pod, node) => state.read(SCORE)?.sumAt(node) ?? 0,
    normalize: (_state, _pod, scores) => normalizeAffinity(scores),
    helps: (event, info) => mayHelp(event, info, matching),
  };
};

function mayHelp(event: ClusterEvent, info: PodInfo, matching: (selector: Selector) => readonly string[]): boolean {
  if (event.kind === 'own-update' || event.kind === 'storage') return false;
  const affinity = resolveNamespaces(info.affinity, matching);
  const antiAffinity = resolveNamespaces(info.antiAffinity, matching);
  if (event.kind === 'assigned-pod') {
    const near = (pod: Pod | undefined): boolean => pod !== undefined && matchesAllTerms(affinity, pod);
    const away = (pod: Pod | undefined): boolean => pod !== undefined && matchesAllTerms(antiAffinity, pod);
    if (event.pod && !event.labels && event.old) return false;
    // As upstream, a pod that went is not asked for its own rules: one that only these kept out waits for the next flush.
    return (!near(event.old) && near(event.pod)) || (away(event.old) && !away(event.pod));
  }
  if (!event.node) return false;
  const { old, node } = event;
  const before = (key: string): string | undefined => old?.metadata.labels?.[key];
  const now = (key: string): string | undefined => node.metadata.labels?.[key];
  if (affinity.some(({ topologyKey }) => now(topologyKey) !== undefined && now(topologyKey) !== before(topologyKey))) return true;
  return antiAffinity.some(({ topologyKey }) => old === undefined || (before(topologyKey) !== undefined && before(topologyKey) !== now(topologyKey)));
}
