// A pod as the scheduler sees it: requests as numbers, affinity terms with parsed selectors. Models kubernetes/pkg/scheduler/framework/types.go (PodInfo)
import type { Pod, PodAffinityTerm, WeightedPodAffinityTerm } from '../../kube/api/core-v1.ts';
import { podRequests } from '../../kube/machinery/pod-resources.ts';
import { millisOf, unitsOf, type Quantity } from '../../kube/machinery/quantity.ts';
import { matchesSelector, selectorOf, type Labels, type Selector } from '../../kube/machinery/selectors.ts';

/** Amounts by resource name: CPU in thousandths, everything else in whole units. */
export type Amounts = Readonly<Record<string, number>>;

export const toAmount = (name: string, quantity: Quantity): number => (name === 'cpu' ? millisOf(quantity) : unitsOf(quantity));
export function toAmounts(quantities: Readonly<Record<string, Quantity>>): Amounts {
  const amounts: Record<string, number> = {};
  for (const name in quantities) {
    const quantity = quantities[name];
    if (quantity) amounts[name] = toAmount(name, quantity);
  }
  return amounts;
}

/** Counted for containers that request none, so that spreading them still works. */
const MISSING_FOR_SCORE = { cpu: '100m', memory: '209715200' } as const;

export interface AffinityTerm {
  readonly topologyKey: string;
  /** Undefined selects no pod. */
  readonly selector: Selector | undefined;
  readonly namespaces: ReadonlySet<string>;
  /** Undefined selects no namespace, an empty one all. */
  readonly namespaceSelector: Selector | undefined;
  readonly weight: number;
}

export function affinityTerm(pod: Pod, term: PodAffinityTerm, weight = 0): AffinityTerm {
  const ownOnly = !term.namespaces?.length && !term.namespaceSelector;
  return {
    topologyKey: term.topologyKey,
    selector: selectorOf(term.labelSelector),
    namespaces: new Set(ownOnly ? [pod.metadata.namespace ?? ''] : (term.namespaces ?? [])),
    namespaceSelector: selectorOf(term.namespaceSelector),
    weight,
  };
}

/** Whether a pod is one that the term speaks of; `namespaceLabels` are those of the pod's namespace. */
export function termMatches(term: AffinityTerm, pod: Pod, namespaceLabels: Labels | undefined): boolean {
  const inNamespace =
    term.namespaces.has(pod.metadata.namespace ?? '') || (term.namespaceSelector !== undefined && matchesSelector(term.namespaceSelector, namespaceLabels));
  return inNamespace && term.selector !== undefined && matchesSelector(term.selector, pod.metadata.labels);
}

const weighted = (pod: Pod, terms: readonly WeightedPodAffinityTerm[] | undefined): readonly AffinityTerm[] =>
  terms?.map(({ podAffinityTerm, weight }) => affinityTerm(pod, podAffinityTerm, weight)) ?? [];
const plain = (pod: Pod, terms: readonly PodAffinityTerm[] | undefined): readonly AffinityTerm[] => terms?.map((term) => affinityTerm(pod, term)) ?? [];

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface PodInfo {
  readonly pod: Pod;
  readonly uid: string;
  readonly priority: number;
  /** What filters count. */
  readonly requests: Amounts;
  /** What scores count: never zero for CPU and memory. */
  readonly scoreRequests: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
  readonly hasAffinity: boolean;
}

export const priorityOf = (pod: Pod): number => pod.spec.priority ?? 0;

function hostPortsOf(pod: Pod): readonly HostPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, protocol }) => (hostPort ? [{ ip: hostIP || '0.0.0.0', protocol: protocol ?? 'TCP', port: hostPort }] : [])),
  );
}

export function podInfo(pod: Pod): PodInfo {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const preferredAffinity = weighted(pod, podAffinity?.preferredDuringSchedulingIgnoredDuringExecution);
  const preferredAntiAffinity = weighted(pod, podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution);
  const affinity = plain(pod, podAffinity?.requiredDuringSchedulingIgnoredDuringExecution);
  const antiAffinity = plain(pod, podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution);
  return {
    pod,
    uid: pod.metadata.uid ?? '',
    priority: priorityOf(pod),
    requests: toAmounts(podRequests(pod, { useStatus: true })),
    scoreRequests: toAmounts(podRequests(pod, { useStatus: true, missing: MISSING_FOR_SCORE })),
    hostPorts: hostPortsOf(pod),
    affinity,
    antiAffinity,
    preferredAffinity,
    preferredAntiAffinity,
    hasAffinity: affinity.length + antiAffinity.length + preferredAffinity.length + preferredAntiAffinity.length > 0,
  };
}

/** The terms with their namespace selectors resolved into names, as suits the pod being scheduled. */
export function resolveNamespaces(terms: readonly AffinityTerm[], namespacesMatching: (selector: Selector) => readonly string[]): readonly AffinityTerm[] {
  return terms.map((term) => {
    if (!term.namespaceSelector || term.namespaceSelector.length === 0) return term;
    return { ...term, namespaces: new Set([...term.namespaces, ...namespacesMatching(term.namespaceSelector)]), namespaceSelector: undefined };
  });
}
