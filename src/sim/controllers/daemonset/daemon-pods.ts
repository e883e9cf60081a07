// On which nodes a DaemonSet wants pods, what these look like, and which pods are too many. Models kubernetes/pkg/controller/daemon/daemon_controller.go and util/daemonset_util.go
import type { DaemonSet } from '../../../kube/api/apps-v1.ts';
import type { Affinity, Node, Pod, PodSpec, PodTemplateSpec, Toleration } from '../../../kube/api/core-v1.ts';
import { matchesRequiredNodeAffinity } from '../../../kube/machinery/node-affinity.ts';
import { isPodAvailable, isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { DO_NOT_SCHEDULE, untoleratedTaint } from '../../../kube/machinery/tolerations.ts';

export const REVISION_HASH = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

const exists = (key: string, effect: 'NoSchedule' | 'NoExecute'): Toleration => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect });
/** Daemon pods stay through a node's troubles. */
const DAEMON_TOLERATIONS: readonly Toleration[] = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
];
const HOST_NETWORK_TOLERATION = exists('network-unavailable', 'NoSchedule');

function withDaemonTolerations(spec: PodSpec): PodSpec {
  const tolerations = [...(spec.tolerations ?? [])];
  for (const needed of spec.hostNetwork ? [...DAEMON_TOLERATIONS, HOST_NETWORK_TOLERATION] : DAEMON_TOLERATIONS) {
    const at = tolerations.findIndex(
      ({ key, effect, operator, value }) => key === needed.key && effect === needed.effect && operator === needed.operator && !value,
    );
    if (at >= 0) tolerations[at] = needed;
    else tolerations.push(needed);
  }
  return { ...spec, tolerations };
}

/** The affinity that pins a pod to its node; other required terms have been judged already. */
function pinned(affinity: Affinity | undefined, nodeName: string): Affinity {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [nodeName] }] }];
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

const generationOf = ({ metadata }: DaemonSet): string | undefined => metadata.annotations?.[GENERATION_ANNOTATION];

export function daemonTemplate(set: DaemonSet, hash: string, nodeName: string): PodTemplateSpec {
  const { metadata, spec = { containers: [] } } = set.spec.template;
  const generation = generationOf(set);
  return {
    metadata: { ...metadata, labels: { ...metadata?.labels, ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }), [REVISION_HASH]: hash } },
    spec: { ...withDaemonTolerations(spec), affinity: pinned(spec.affinity, nodeName) },
  };
}

export function isUpdated(pod: Pod, set: DaemonSet, hash: string): boolean {
  const generation = generationOf(set);
  return pod.metadata.labels?.[REVISION_HASH] === hash || (generation !== undefined && pod.metadata.labels?.[GENERATION_LABEL] === generation);
}

/** The node that a pod is on, or is meant for. */
export function targetNodeOf({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  for (const { matchFields = [] } of spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values = [] } of matchFields) if (key === 'metadata.name' && operator === 'In' && values.length === 1) return values[0] ?? '';
  }
  return '';
}

/** Whether a pod should be made on the node, and whether one that is there may stay. */
export function nodeWants(set: DaemonSet, node: Node): { readonly run: boolean; readonly keep: boolean } {
  const spec = withDaemonTolerations(set.spec.template.spec ?? { containers: [] });
  if ((spec.nodeName && spec.nodeName !== node.metadata.name) || !matchesRequiredNodeAffinity({ spec }, node)) return { run: false, keep: false };
  if (!untoleratedTaint(node.spec.taints, spec.tolerations, DO_NOT_SCHEDULE)) return { run: true, keep: true };
  return { run: false, keep: !untoleratedTaint(node.spec.taints, spec.tolerations, ['NoExecute']) };
}

/** Scheduled ones first, then by age. */
export const byScheduledAndAge = (a: Pod, b: Pod): number =>
  Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName)) ||
  parseTime(a.metadata.creationTimestamp) - parseTime(b.metadata.creationTimestamp) ||
  ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);

export interface NodePlan {
  readonly create: boolean;
  readonly remove: readonly Pod[];
  /** Pods that ended and are to be replaced. */
  readonly failed: readonly Pod[];
  readonly succeeded: readonly Pod[];
}

export interface NodeInput {
  readonly set: DaemonSet;
  readonly node: Node;
  /** Undefined when the node has none, not even terminating ones. */
  readonly pods: readonly Pod[] | undefined;
  readonly hash: string;
  readonly surges: boolean;
  readonly nowMs: number;
}

/** What one node lacks, and which of its pods are too many. */
export function planNode({ set, node, pods, hash, surges, nowMs }: NodeInput): NodePlan {
  const nothing: NodePlan = { create: false, remove: [], failed: [], succeeded: [] };
  const { run, keep } = nodeWants(set, node);
  if (!pods) return { ...nothing, create: run };
  const alive = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  if (!keep) return { ...nothing, remove: alive };
  const failed = alive.filter(({ status }) => status?.phase === 'Failed');
  const succeeded = alive.filter(({ status }) => status?.phase === 'Succeeded');
  const running = alive.filter((pod) => !failed.includes(pod) && !succeeded.includes(pod)).sort(byScheduledAndAge);
  if (!surges) return { ...nothing, failed, succeeded, remove: running.slice(1) };
  if (running.length <= 1) return { ...nothing, failed, succeeded, create: running.length === 0 && run };
  // While surging, one old and one new pod may share the node.
  const [newest, ...spareNew] = running.filter(({ metadata }) => metadata.labels?.[REVISION_HASH] === hash);
  const [oldest, ...spareOld] = running.filter(({ metadata }) => metadata.labels?.[REVISION_HASH] !== hash);
  const replaced = newest && oldest && (!isPodReady(oldest) || isPodAvailable(newest, set.spec.minReadySeconds ?? 0, nowMs)) ? [oldest] : [];
  return { ...nothing, failed, succeeded, remove: [...spareNew, ...spareOld, ...replaced] };
}
