// What a node is made of, as data, and the nodes of a fresh cluster.
import type { Taint } from '../../../kube/api/core-v1.ts';

export interface NodeSpec {
  readonly name: string;
  readonly address: string;
  /** Pod range to register with; left out where a controller assigns it. */
  readonly podCIDR?: string;
  /** Beyond those that every kubelet sets; given by whoever set up the cluster. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly machine: { readonly bootID: string; readonly machineID: string; readonly systemUUID: string };
  /** Runs the control plane's static pods. */
  readonly isControlPlane: boolean;
}

export const NODE_OS = {
  kernelVersion: '6.8.0-64-generic',
  osImage: 'Ubuntu 24.04.2 LTS',
  containerRuntimeVersion: 'containerd://2.1.4',
  architecture: 'amd64',
  operatingSystem: 'linux',
} as const;

const CONTROL_PLANE_LABELS = { 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' };
const CONTROL_PLANE_TAINT: Taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };
const RESERVED_KI = 102_400;

function nodeSpec(index: number, name: string, isControlPlane: boolean, cpu: string, memoryKi: number): NodeSpec {
  const shared = { cpu, 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: '110' };
  const digit = index % 10;
  return {
    name,
    address: `192.168.${56 + Math.floor(index / 200)}.${10 + (index % 200)}`,
    podCIDR: `10.${244 + (index >> 8)}.${index & 255}.0/24`,
    labels: isControlPlane ? CONTROL_PLANE_LABELS : {},
    taints: isControlPlane ? [CONTROL_PLANE_TAINT] : [],
    capacity: { ...shared, 'ephemeral-storage': '61255492Ki', memory: `${memoryKi}Ki` },
    allocatable: { ...shared, 'ephemeral-storage': '56453061334', memory: `${memoryKi - RESERVED_KI}Ki` },
    machine: {
      bootID: `00000000-0000-4000-8000-00000000b00${digit}`,
      machineID: `0000000000000000000000000000000${digit}`,
      systemUUID: `00000000-0000-4000-8000-00000000500${digit}`,
    },
    isControlPlane,
  };
}

/** `controlplane` with 2 CPUs, and `node01`, `node02` … with 4. */
export function defaultNodes(workers: number): readonly NodeSpec[] {
  const controlPlane = nodeSpec(0, 'controlplane', true, '2', 4_005_728);
  return [controlPlane, ...Array.from({ length: workers }, (_, i) => nodeSpec(i + 1, `node${String(i + 1).padStart(2, '0')}`, false, '4', 8_129_704))];
}
