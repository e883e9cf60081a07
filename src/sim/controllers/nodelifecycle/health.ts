// Whether a node still speaks: its conditions once it has been silent for too long, and the taints that its conditions mean.
// Models kubernetes/pkg/controller/nodelifecycle/node_lifecycle_controller.go
import type { Lease } from '../../../kube/api/coordination-v1.ts';
import type { Node, NodeCondition, Taint } from '../../../kube/api/core-v1.ts';
import { conditionOf } from '../../../kube/machinery/pod-conditions.ts';
import { formatTime, parseTime } from '../../../kube/machinery/time.ts';

export const MONITOR_GRACE_MS = 50_000;
export const STARTUP_GRACE_MS = 60_000;

const WATCHED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/** What was seen of a node last, by our own clock: its clock may be wrong. */
export interface NodeHealth {
  readonly probedAt: number;
  readonly ready: NodeCondition | undefined;
  readonly renewTime: string | undefined;
}

/** The health after another look; the probe time moves when status or lease did. */
export function observeHealth(known: NodeHealth | undefined, node: Node, lease: Lease | undefined, nowMs: number): NodeHealth {
  const ready = conditionOf(node.status?.conditions, 'Ready');
  const renewTime = lease?.spec.renewTime;
  const renewed = renewTime !== undefined && (known?.renewTime === undefined || parseTime(known.renewTime) < parseTime(renewTime));
  const heartbeat = known && ready ? known.ready?.lastHeartbeatTime !== ready.lastHeartbeatTime : known ? known.ready !== undefined : ready !== undefined;
  if (known && !renewed && !heartbeat) return { ...known, ready };
  const created = parseTime(node.metadata.creationTimestamp);
  const probedAt = !known && !ready && !renewed && !Number.isNaN(created) ? created : nowMs;
  return { probedAt, ready, renewTime: renewed ? renewTime : known?.renewTime };
}

/** The conditions of a node that has been silent beyond its grace period; undefined while it is not, or when they say so already. */
export function silentConditions(node: Node, { probedAt }: NodeHealth, nowMs: number): readonly NodeCondition[] | undefined {
  const ready = conditionOf(node.status?.conditions, 'Ready');
  if (nowMs <= probedAt + (ready ? MONITOR_GRACE_MS : STARTUP_GRACE_MS) || ready?.status === 'Unknown') return undefined;
  const now = formatTime(nowMs);
  const { creationTimestamp } = node.metadata;
  let conditions = node.status?.conditions ?? [];
  for (const type of WATCHED) {
    const current = conditionOf(conditions, type);
    if (!current) {
      conditions = [
        ...conditions,
        {
          type,
          status: 'Unknown',
          reason: 'NodeStatusNeverUpdated',
          message: 'Kubelet never posted node status.',
          ...(creationTimestamp ? { lastHeartbeatTime: creationTimestamp } : {}),
          lastTransitionTime: now,
        },
      ];
    } else if (current.status !== 'Unknown') {
      conditions = conditions.map((each) =>
        each === current
          ? { ...each, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: now }
          : each,
      );
    }
  }
  return conditions;
}

const CONDITION_TAINTS: readonly { readonly type: string; readonly status: string; readonly key: string }[] = [
  { type: 'Ready', status: 'False', key: 'node.kubernetes.io/not-ready' },
  { type: 'Ready', status: 'Unknown', key: 'node.kubernetes.io/unreachable' },
  { type: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure' },
  { type: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure' },
  { type: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable' },
  { type: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure' },
];
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const MANAGED = new Set([UNSCHEDULABLE, ...CONDITION_TAINTS.map(({ key }) => key)]);

/** The NoSchedule taints that conditions and cordoning ask for, against those of this kind that the node has. */
export function scheduleTaints({ spec, status }: Node, nowMs: number): { readonly add: readonly Taint[]; readonly remove: readonly Taint[] } {
  const wanted = CONDITION_TAINTS.filter(({ type, status: value }) => conditionOf(status?.conditions, type)?.status === value).map(({ key }) => key);
  if (spec.unschedulable) wanted.push(UNSCHEDULABLE);
  const present = (spec.taints ?? []).filter(({ key, effect }) => effect === 'NoSchedule' && MANAGED.has(key));
  return {
    add: wanted.filter((key) => !present.some((taint) => taint.key === key)).map((key) => ({ key, effect: 'NoSchedule', timeAdded: formatTime(nowMs) })),
    remove: present.filter(({ key }) => !wanted.includes(key)),
  };
}

export const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' };
export const UNREACHABLE: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };

export type ZoneState = 'normal' | 'partial' | 'full';
const PARTIAL_SHARE = 0.55;

/** How bad a zone is off, by the Ready conditions of its nodes. */
export function zoneState(ready: readonly (NodeCondition | undefined)[]): ZoneState {
  const healthy = ready.filter((condition) => condition?.status === 'True').length;
  const unhealthy = ready.length - healthy;
  if (healthy === 0 && unhealthy > 0) return 'full';
  return unhealthy > 2 && unhealthy / ready.length >= PARTIAL_SHARE ? 'partial' : 'normal';
}
