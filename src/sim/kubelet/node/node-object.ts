// The Node object that a kubelet registers, and the conditions that it keeps: pure functions. Models kubernetes/pkg/kubelet/kubelet_node_status.go and nodestatus/setters.go
import type { Node, NodeCondition } from '../../../kube/api/core-v1.ts';
import { SERVER_VERSION } from './version.ts';
import type { Draft } from '../../../kube/machinery/object.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { NODE_OS, type NodeSpec } from './node-spec.ts';

const KUBELET_PORT = 10250;

export function nodeObject(spec: NodeSpec, notReady: string | undefined, nowMs: number): Draft<Node> {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: spec.name,
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
      labels: defaultLabels(spec),
    },
    spec: {
      ...(spec.podCIDR ? { podCIDR: spec.podCIDR, podCIDRs: [spec.podCIDR] } : {}),
      ...(spec.taints.length ? { taints: spec.taints } : {}),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: spec.address },
        { type: 'Hostname', address: spec.name },
      ],
      capacity: spec.capacity,
      allocatable: spec.allocatable,
      conditions: nodeConditions([], notReady, nowMs),
      daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
      nodeInfo: { ...NODE_OS, ...spec.machine, kubeProxyVersion: '', kubeletVersion: SERVER_VERSION },
    },
  };
}

/** Labels that the kubelet puts right when they are missing. */
export const defaultLabels = ({ name }: NodeSpec): Readonly<Record<string, string>> => ({
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
});

const HEALTHY: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
];

/** All conditions as of now; those of others are not among them. */
export function nodeConditions(previous: readonly NodeCondition[], notReady: string | undefined, nowMs: number): readonly NodeCondition[] {
  const now = formatTime(nowMs);
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string): NodeCondition => {
    const before = previous.find((each) => each.type === type);
    return {
      type,
      status,
      lastHeartbeatTime: now,
      lastTransitionTime: before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : now,
      reason,
      message,
    };
  };
  return [
    ...HEALTHY.map(([type, reason, message]) => condition(type, 'False', reason, message)),
    notReady === undefined
      ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      : condition('Ready', 'False', 'KubeletNotReady', notReady),
  ];
}

/** Events of conditions that changed: reasons, in order. */
export function conditionEvents(previous: readonly NodeCondition[], current: readonly NodeCondition[]): readonly string[] {
  const names: Readonly<Record<string, string>> = {
    MemoryPressure: 'NodeHasSufficientMemory',
    DiskPressure: 'NodeHasNoDiskPressure',
    PIDPressure: 'NodeHasSufficientPID',
  };
  return current.flatMap(({ type, status }) => {
    const before = previous.find((each) => each.type === type);
    if (before?.status === status) return [];
    // Readiness is only news when it was known before.
    if (type === 'Ready') return before ? [status === 'True' ? 'NodeReady' : 'NodeNotReady'] : [];
    return [names[type] ?? type];
  });
}
