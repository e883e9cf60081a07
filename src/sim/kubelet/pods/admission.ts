// Whether the node takes a pod that was bound to it: a pure function. Models kubernetes/pkg/kubelet/lifecycle/predicate.go
import type { Node, Pod } from '../../../kube/api/core-v1.ts';
import { matchesRequiredNodeAffinity } from '../../../kube/machinery/node-affinity.ts';
import { podRequests } from '../../../kube/machinery/pod-resources.ts';
import { millisOf, quantityOf, unitsOf, type Quantity } from '../../../kube/machinery/quantity.ts';
import { untoleratedTaint } from '../../../kube/machinery/tolerations.ts';
import { isStaticPod } from './pod-phase.ts';

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

const amount = (name: string, quantity: Quantity): number => (name === 'cpu' ? millisOf(quantity) : unitsOf(quantity));
const predicate = (name: string, why: string): Refusal => ({ reason: name, message: `Predicate ${name} failed: ${why}` });

/** Why the pod is refused, or undefined. `others` are the pods that the node has already taken. */
export function refusePod(pod: Pod, node: Node, others: readonly Pod[]): Refusal | undefined {
  const osLabel = pod.metadata.labels?.['kubernetes.io/os'];
  if (osLabel !== undefined && osLabel !== 'linux')
    return { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label" };
  if (pod.spec.os && pod.spec.os.name !== 'linux') return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  return (
    insufficient(pod, node, others) ??
    (matchesRequiredNodeAffinity(pod, node) ? undefined : predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")) ??
    (others.some((other) => portsCollide(pod, other)) ? predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports") : undefined) ??
    (!isStaticPod(pod) && untoleratedTaint(node.spec.taints, pod.spec.tolerations, ['NoExecute'])
      ? predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate")
      : undefined)
  );
}

function insufficient(pod: Pod, node: Node, others: readonly Pod[]): Refusal | undefined {
  const allocatable = node.status.allocatable ?? {};
  const refusal = (name: string, requested: number, used: number, capacity: number): Refusal => ({
    reason: `OutOf${name}`,
    message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  });
  const pods = unitsOf(quantityOf(allocatable['pods']));
  if (others.length + 1 > pods) return refusal('pods', 1, others.length, pods);
  const used = others.map((other) => podRequests(other));
  for (const [name, quantity] of Object.entries(podRequests(pod))) {
    const requested = amount(name, quantity);
    const has = allocatable[name];
    // Extended resources that the node does not know are the business of others.
    if (requested <= 0 || (has === undefined && name.includes('/'))) continue;
    const capacity = amount(name, quantityOf(has));
    const taken = used.reduce((sum, each) => sum + (each[name] ? amount(name, each[name]) : 0), 0);
    if (requested > capacity - taken) return refusal(name, requested, taken, capacity);
  }
  return undefined;
}

interface HostPort {
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

const hostPorts = ({ spec }: Pod): readonly HostPort[] =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostIP = '0.0.0.0', hostPort, protocol = 'TCP' }) => (hostPort ? [{ ip: hostIP || '0.0.0.0', port: hostPort, protocol }] : [])),
  );

function portsCollide(a: Pod, b: Pod): boolean {
  const wanted = hostPorts(a);
  return (
    wanted.length > 0 &&
    hostPorts(b).some((taken) =>
      wanted.some(
        ({ ip, port, protocol }) => port === taken.port && protocol === taken.protocol && (ip === taken.ip || ip === '0.0.0.0' || taken.ip === '0.0.0.0'),
      ),
    )
  );
}
