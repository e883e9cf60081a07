// Topology spread constraints with their selectors parsed, and the default ones of pods that state none.
// Models kubernetes/pkg/scheduler/framework/plugins/podtopologyspread/common.go and plugins/helper/spread.go
import { replicaSets, replicationControllers, services, statefulSets } from '../../../kube/api/resources.ts';
import type { Node, Pod, TopologySpreadConstraint } from '../../../kube/api/core-v1.ts';
import type { InformerFactory } from '../../../kube/client/informer.ts';
import { matchesRequiredNodeAffinity } from '../../../kube/machinery/node-affinity.ts';
import { controllerOf } from '../../../kube/machinery/object.ts';
import { formatSelector, matchesSelector, selectorOf, type Requirement, type Selector } from '../../../kube/machinery/selectors.ts';
import { DO_NOT_SCHEDULE, untoleratedTaint } from '../../../kube/machinery/tolerations.ts';
import type { NodeInfo } from '../node-info.ts';

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  /** Undefined selects nothing. */
  readonly selector: Selector | undefined;
  /** The selector as text, to remember counts by. */
  readonly selectorText: string;
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

const equalities = (labels: Readonly<Record<string, string>>): readonly Requirement[] =>
  Object.entries(labels).map(([key, value]) => ({ key, operator: '=', values: [value] }));

function parsed(constraint: TopologySpreadConstraint, pod: Pod, selector = selectorOf(constraint.labelSelector)): SpreadConstraint {
  const labels = pod.metadata.labels ?? {};
  const same = (constraint.matchLabelKeys ?? []).flatMap((key) =>
    labels[key] === undefined ? [] : [{ key, operator: '=', values: [labels[key]] } satisfies Requirement],
  );
  const whole = selector && [...selector, ...same];
  return {
    maxSkew: constraint.maxSkew,
    topologyKey: constraint.topologyKey,
    selector: whole,
    selectorText: whole ? formatSelector(whole) : '',
    minDomains: constraint.minDomains ?? 1,
    honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
    honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
  };
}

/** The pod's constraints of one kind; the system's where it states none and `defaults`, the selector of its workload, is given. */
export function spreadConstraints(pod: Pod, action: TopologySpreadConstraint['whenUnsatisfiable'], defaults?: Selector): readonly SpreadConstraint[] {
  const own = pod.spec.topologySpreadConstraints;
  if (own?.length) return own.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action).map((each) => parsed(each, pod));
  if (!defaults?.length) return [];
  return SYSTEM_DEFAULTS.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action).map((each) => parsed(each, pod, defaults));
}

export const hasAllTopologies = (node: NodeInfo, constraints: readonly SpreadConstraint[]): boolean =>
  constraints.every(({ topologyKey }) => node.label(topologyKey) !== undefined);

/** Whether the node's pods count for the pod to be placed. */
export function includesNode({ honorsAffinity, honorsTaints }: SpreadConstraint, pod: Pod, node: Node): boolean {
  if (honorsAffinity && !matchesRequiredNodeAffinity(pod, node)) return false;
  return !honorsTaints || untoleratedTaint(node.spec.taints, pod.spec.tolerations, DO_NOT_SCHEDULE) === undefined;
}

/** Pods on the node that the constraint selects, without those on their way out. */
export function countMatching(node: NodeInfo, { selector, selectorText }: SpreadConstraint, namespace: string | undefined): number {
  if (!selector?.length || node.podCount === 0) return 0;
  return node.counted(`${namespace ?? ''} ${selectorText}`, (pods) => {
    let count = 0;
    for (const { pod } of pods) {
      if (pod.metadata.namespace === namespace && pod.metadata.deletionTimestamp === undefined && matchesSelector(selector, pod.metadata.labels)) count += 1;
    }
    return count;
  });
}

/** Gives the selector that a pod's Services and its controller have in common. */
export function defaultSelectorSource(informers: InformerFactory): (pod: Pod) => Selector {
  const byNamespace = informers.of(services);
  byNamespace.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  const [controllers, sets, stateful] = [informers.of(replicationControllers), informers.of(replicaSets), informers.of(statefulSets)];
  const ownerSelector = (pod: Pod): Selector => {
    const owner = controllerOf(pod);
    const { namespace } = pod.metadata;
    if (owner?.kind === 'ReplicaSet' && owner.apiVersion === 'apps/v1') return selectorOf(sets.get(owner.name, namespace)?.spec.selector) ?? [];
    if (owner?.kind === 'StatefulSet' && owner.apiVersion === 'apps/v1') return selectorOf(stateful.get(owner.name, namespace)?.spec.selector) ?? [];
    if (owner?.kind === 'ReplicationController' && owner.apiVersion === 'v1') return equalities(controllers.get(owner.name, namespace)?.spec?.selector ?? {});
    return [];
  };
  return (pod) => {
    const merged: Record<string, string> = {};
    for (const { spec } of byNamespace.byIndex('namespace', pod.metadata.namespace ?? '')) {
      if (spec.selector && matchesSelector(equalities(spec.selector), pod.metadata.labels)) Object.assign(merged, spec.selector);
    }
    return [...equalities(merged), ...ownerSelector(pod)];
  };
}
