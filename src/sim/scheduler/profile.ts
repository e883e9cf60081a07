// Runs the plugins of the scheduler at each extension point, in the order of the registry. Models kubernetes/pkg/scheduler/framework/runtime/framework.go
import { isRejection, unschedulable, type CycleState, type NodeVerdicts, type Plugin, type PostFilterOutcome, type Rejection } from './framework.ts';
import type { PluginEntry } from './handle.ts';
import type { NodeInfo } from './node-info.ts';
import type { Nominator } from './nominator.ts';
import type { PodInfo } from './pod-info.ts';

interface Weighted {
  readonly plugin: Plugin;
  readonly weight: number;
}

export interface PreFilterResult {
  readonly rejection?: Rejection;
  /** Only these nodes can do. */
  readonly onlyNodes?: ReadonlySet<string>;
  /** Plugins that narrowed the choice. */
  readonly narrowedBy: readonly string[];
}

const by = (plugin: Plugin, rejection: Rejection): Rejection => ({ ...rejection, plugin: plugin.name });

export class Profile {
  readonly #nominator: Nominator;
  #plugins: readonly Plugin[] = [];
  #filters: readonly Plugin[] = [];
  #scorers: readonly Weighted[] = [];

  constructor(nominator: Nominator) {
    this.#nominator = nominator;
  }

  /** Plugins may need the profile themselves, so they come after it. */
  use(entries: readonly PluginEntry[], create: (entry: PluginEntry) => Plugin): void {
    const built = entries.map((entry) => ({ plugin: create(entry), weight: entry.weight ?? 1 }));
    this.#plugins = built.map(({ plugin }) => plugin);
    const names = new Set(this.#plugins.map(({ name }) => name));
    if (names.size !== built.length) throw new Error('a scheduler plugin is registered twice');
    this.#filters = this.#plugins.filter((plugin) => plugin.filter);
    this.#scorers = built.filter(({ plugin }) => plugin.score);
  }

  get plugins(): readonly Plugin[] {
    return this.#plugins;
  }

  preFilter(state: CycleState, pod: PodInfo): PreFilterResult {
    let onlyNodes: ReadonlySet<string> | undefined;
    const narrowedBy: string[] = [];
    for (const plugin of this.#plugins) {
      const outcome = plugin.preFilter?.(state, pod);
      if (outcome === undefined) continue;
      if (outcome === 'skip') state.skipFilter.add(plugin.name);
      else if (isRejection(outcome)) return { rejection: by(plugin, outcome), narrowedBy };
      else {
        narrowedBy.push(plugin.name);
        onlyNodes = onlyNodes ? new Set([...onlyNodes].filter((name) => outcome.onlyNodes.has(name))) : outcome.onlyNodes;
        if (onlyNodes.size === 0)
          return {
            rejection: {
              ...unschedulable(`node(s) didn't satisfy plugin(s) [${narrowedBy.toSorted().join(' ')}] simultaneously`),
              code: 'unresolvable',
              plugin: plugin.name,
            },
            narrowedBy,
          };
      }
    }
    return { ...(onlyNodes ? { onlyNodes } : {}), narrowedBy };
  }

  addPod(state: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void {
    node.addPod(added);
    for (const plugin of this.#plugins) if (!state.skipFilter.has(plugin.name)) plugin.addPod?.(state, pod, added, node);
  }

  removePod(state: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void {
    node.removePod(removed.uid);
    for (const plugin of this.#plugins) if (!state.skipFilter.has(plugin.name)) plugin.removePod?.(state, pod, removed, node);
  }

  /** The pod must fit with the pods nominated to this node counted, and without them too: they are not there yet. */
  filter(state: CycleState, pod: PodInfo, node: NodeInfo): Rejection | undefined {
    let withNominated: { readonly state: CycleState; readonly node: NodeInfo } | undefined;
    for (const nominated of this.#nominator.on(node.name)) {
      if (nominated.priority < pod.priority || nominated.uid === pod.uid) continue;
      withNominated ??= { state: state.clone(), node: node.clone() };
      this.addPod(withNominated.state, pod, nominated, withNominated.node);
    }
    if (withNominated) {
      const rejection = this.#runFilters(withNominated.state, pod, withNominated.node);
      if (rejection) return rejection;
    }
    return this.#runFilters(state, pod, node);
  }

  #runFilters(state: CycleState, pod: PodInfo, node: NodeInfo): Rejection | undefined {
    for (const plugin of this.#filters) {
      if (state.skipFilter.has(plugin.name)) continue;
      const rejection = plugin.filter?.(state, pod, node);
      if (rejection) return by(plugin, rejection);
    }
    return undefined;
  }

  /** What the plugins can do for a pod that fits nowhere; their reasons end the failure sentence. */
  postFilter(state: CycleState, pod: PodInfo, verdicts: NodeVerdicts): PostFilterOutcome {
    let nominate: string | undefined;
    const reasons: string[] = [];
    for (const plugin of this.#plugins) {
      const outcome = plugin.postFilter?.(state, pod, verdicts);
      if (!outcome) continue;
      if (outcome.error !== undefined) return { rejection: unschedulable(outcome.error) };
      if (!outcome.rejection) return outcome;
      if (outcome.nominate !== undefined) nominate = outcome.nominate;
      reasons.push(...outcome.rejection.reasons);
    }
    return { rejection: unschedulable(...reasons), ...(nominate === undefined ? {} : { nominate }) };
  }

  /** Weighted sums in the order of `nodes`. */
  score(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): readonly number[] {
    for (const plugin of this.#plugins) if (plugin.preScore?.(state, pod, nodes) === 'skip') state.skipScore.add(plugin.name);
    const totals = nodes.map(() => 0);
    for (const { plugin, weight } of this.#scorers) {
      if (state.skipScore.has(plugin.name)) continue;
      const scores = nodes.map((node) => plugin.score?.(state, pod, node) ?? 0);
      plugin.normalize?.(state, pod, scores, nodes);
      for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + weight * (scores[i] ?? 0);
    }
    return totals;
  }

  reserve(state: CycleState, pod: PodInfo, node: string): Rejection | undefined {
    for (const plugin of this.#plugins) {
      const rejection = plugin.reserve?.(state, pod, node);
      if (rejection) return by(plugin, rejection);
    }
    return undefined;
  }

  unreserve(state: CycleState, pod: PodInfo, node: string): void {
    for (const plugin of this.#plugins.toReversed()) plugin.unreserve?.(state, pod, node);
  }

  async bind(state: CycleState, pod: PodInfo, node: string): Promise<void> {
    for (const plugin of this.#plugins) await plugin.preBind?.(state, pod, node);
    for (const plugin of this.#plugins) if (await plugin.bind?.(state, pod, node)) break;
    for (const plugin of this.#plugins) plugin.postBind?.(state, pod, node);
  }
}
