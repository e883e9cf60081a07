// Spreads pods over zones, hosts or any label of nodes. Models kubernetes/pkg/scheduler/framework/plugins/podtopologyspread
import type { Node, Pod } from '../../../kube/api/core-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { matchesSelector } from '../../../kube/machinery/selectors.ts';
import { MAX_NODE_SCORE, StateKey, unresolvable, unschedulable, type Plugin } from '../framework.ts';
import type { PluginEntry } from '../handle.ts';
import type { NodeInfo } from '../node-info.ts';
import { countMatching, defaultSelectorSource, hasAllTopologies, includesNode, spreadConstraints, type SpreadConstraint } from './spread-constraints.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const NOT_MATCHED = "node(s) didn't match pod topology spread constraints";

interface FilterState {
  readonly constraints: readonly SpreadConstraint[];
  readonly counts: readonly Map<string, number>[];
}
interface ScoreState {
  readonly constraints: readonly SpreadConstraint[];
  /** Nodes without all the topologies; they score nothing. */
  readonly ignored: ReadonlySet<string>;
  readonly counts: readonly Map<string, number>[];
  readonly weights: readonly number[];
}

const FILTER = new StateKey<FilterState>('PodTopologySpread.filter', ({ constraints, counts }) => ({
  constraints,
  counts: counts.map((each) => new Map(each)),
}));
const SCORE = new StateKey<ScoreState>('PodTopologySpread.score');

/** The fewest matching pods in a domain; 0 while there are fewer domains than asked for. */
export function globalMinimum(counts: ReadonlyMap<string, number>, minDomains: number): number {
  return counts.size < minDomains ? 0 : Math.min(Number.MAX_SAFE_INTEGER, ...counts.values());
}

/** By how much a domain would exceed the least filled one if the pod went there. */
export const skewOf = (inDomain: number, selfMatches: boolean, minimum: number): number => inDomain + (selfMatches ? 1 : 0) - minimum;

/** Small topologies weigh as much as large ones. */
export const topologyWeight = (domains: number): number => Math.log(domains + 2);

export function normalizeSpread(scores: number[], ignored: (index: number) => boolean): void {
  let least = Number.MAX_SAFE_INTEGER;
  let most = 0;
  scores.forEach((score, i) => {
    if (ignored(i)) return;
    least = Math.min(least, score);
    most = Math.max(most, score);
  });
  for (let i = 0; i < scores.length; i++) {
    if (ignored(i)) scores[i] = 0;
    else scores[i] = most === 0 ? MAX_NODE_SCORE : Math.floor((MAX_NODE_SCORE * (most + least - (scores[i] ?? 0))) / most);
  }
}

export const podTopologySpread: PluginEntry['create'] = ({ cache, informers }): Plugin => {
  const defaultSelector = defaultSelectorSource(informers);

  const shift = (state: FilterState | undefined, pod: Pod, other: Pod, node: NodeInfo, by: number): void => {
    if (!state || other.metadata.namespace !== pod.metadata.namespace || !hasAllTopologies(node, state.constraints)) return;
    state.constraints.forEach((constraint, i) => {
      if (!constraint.selector || !matchesSelector(constraint.selector, other.metadata.labels) || !includesNode(constraint, pod, node.node)) return;
      const domain = node.label(constraint.topologyKey) ?? '';
      state.counts[i]?.set(domain, (state.counts[i]?.get(domain) ?? 0) + by);
    });
  };

  return {
    name: 'PodTopologySpread',
    preFilter(state, { pod }) {
      const constraints = spreadConstraints(pod, 'DoNotSchedule');
      if (constraints.length === 0) return 'skip';
      const counts = constraints.map(() => new Map<string, number>());
      for (const node of cache.nodes) {
        if (!hasAllTopologies(node, constraints)) continue;
        constraints.forEach((constraint, i) => {
          if (!includesNode(constraint, pod, node.node)) return;
          const domain = node.label(constraint.topologyKey) ?? '';
          counts[i]?.set(domain, (counts[i]?.get(domain) ?? 0) + countMatching(node, constraint, pod.metadata.namespace));
        });
      }
      state.write(FILTER, { constraints, counts });
      return undefined;
    },
    addPod: (state, { pod }, added, node) => shift(state.read(FILTER), pod, added.pod, node, 1),
    removePod: (state, { pod }, removed, node) => shift(state.read(FILTER), pod, removed.pod, node, -1),
    filter(state, { pod }, node) {
      const { constraints, counts } = state.read(FILTER) ?? { constraints: [], counts: [] };
      for (const [i, { topologyKey, selector, minDomains, maxSkew }] of constraints.entries()) {
        const domain = node.label(topologyKey);
        if (domain === undefined) return unresolvable(`${NOT_MATCHED} (missing required label)`);
        const found = counts[i] ?? new Map<string, number>();
        const selfMatches = selector !== undefined && matchesSelector(selector, pod.metadata.labels);
        if (skewOf(found.get(domain) ?? 0, selfMatches, globalMinimum(found, minDomains)) > maxSkew) return unschedulable(NOT_MATCHED);
      }
      return undefined;
    },
    preScore(state, { pod }, nodes) {
      const own = (pod.spec.topologySpreadConstraints?.length ?? 0) > 0;
      const constraints = spreadConstraints(pod, 'ScheduleAnyway', own ? undefined : defaultSelector(pod));
      if (constraints.length === 0) return 'skip';
      // By the system's defaults a node without a zone still counts for its host name.
      const ignored = new Set(own ? nodes.filter((node) => !hasAllTopologies(node, constraints)).map(({ name }) => name) : []);
      const counts = constraints.map(({ topologyKey }) => {
        const domains = new Map<string, number>();
        if (topologyKey !== HOSTNAME) for (const node of nodes) if (!ignored.has(node.name)) domains.set(node.label(topologyKey) ?? '', 0);
        return domains;
      });
      const weights = constraints.map(({ topologyKey }, i) => topologyWeight(topologyKey === HOSTNAME ? nodes.length - ignored.size : (counts[i]?.size ?? 0)));
      if (constraints.some(({ topologyKey }) => topologyKey !== HOSTNAME)) {
        for (const node of cache.nodes) {
          if (own && !hasAllTopologies(node, constraints)) continue;
          constraints.forEach((constraint, i) => {
            const domain = node.label(constraint.topologyKey) ?? '';
            const known = counts[i]?.get(domain);
            if (known === undefined || !includesNode(constraint, pod, node.node)) return;
            counts[i]?.set(domain, known + countMatching(node, constraint, pod.metadata.namespace));
          });
        }
      }
      state.write(SCORE, { constraints, ignored, counts, weights });
      return undefined;
    },
    score(state, { pod }, node) {
      const found = state.read(SCORE);
      if (!found || found.ignored.has(node.name)) return 0;
      let score = 0;
      found.constraints.forEach((constraint, i) => {
        const domain = node.label(constraint.topologyKey);
        if (domain === undefined) return;
        const count = constraint.topologyKey === HOSTNAME ? countMatching(node, constraint, pod.metadata.namespace) : (found.counts[i]?.get(domain) ?? 0);
        score += count * (found.weights[i] ?? 0) + (constraint.maxSkew - 1);
      });
      return Math.round(score);
    },
    normalize(state, _pod, scores, nodes) {
      const ignored = state.read(SCORE)?.ignored;
      normalizeSpread(scores, (i) => ignored?.has(nodes[i]?.name ?? '') ?? false);
    },
    helps(event, { pod }) {
      if (event.kind === 'storage') return false;
      const constraints = spreadConstraints(pod, 'DoNotSchedule');
      if (event.kind === 'own-update')
        return !jsonEqual(event.old.spec.tolerations, event.pod.spec.tolerations) || !jsonEqual(event.old.metadata.labels, event.pod.metadata.labels);
      if (event.kind === 'assigned-pod') {
        if ((event.pod ?? event.old)?.metadata.namespace !== pod.metadata.namespace) return false;
        const matches = (other: Pod | undefined): boolean[] =>
          constraints.map(({ selector }) => other !== undefined && selector !== undefined && matchesSelector(selector, other.metadata.labels));
        return !jsonEqual(matches(event.old), matches(event.pod));
      }
      const all = (node: Node | undefined): boolean =>
        node !== undefined && constraints.every(({ topologyKey }) => node.metadata.labels?.[topologyKey] !== undefined);
      if (all(event.old) !== all(event.node)) return true;
      if (!event.old || !event.node || !all(event.node)) return false;
      const { old, node } = event;
      return event.taints || constraints.some(({ topologyKey }) => old.metadata.labels?.[topologyKey] !== node.metadata.labels?.[topologyKey]);
    },
  };
};
