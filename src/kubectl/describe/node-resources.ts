// What the pods of a node ask for, each and together, and what share of the node that is.
import type { Node, Pod } from '../../kube/api/core-v1.ts';
import { podLimits, podRequests, type ResourceAmounts } from '../../kube/machinery/pod-resources.ts';
import { addQuantity, formatQuantity, millisOf, quantityOf, unitsOf, ZERO, type Quantity } from '../../kube/machinery/quantity.ts';
import type { DescribeMeans } from './describer.ts';
import type { DescribeWriter } from './writer.ts';

interface Asked {
  readonly requests: ResourceAmounts;
  readonly limits: ResourceAmounts;
}

/** kubectl counts containers alone: what is set for the pod as a whole is left out. */
function askedBy(pod: Pod): Asked {
  const { resources: _resources, ...spec } = pod.spec;
  const plain = { ...pod, spec };
  return { requests: podRequests(plain, { useStatus: true }), limits: podLimits(plain) };
}

function total(all: readonly ResourceAmounts[]): ResourceAmounts {
  const sum: Record<string, Quantity> = {};
  for (const amounts of all) for (const [name, amount] of Object.entries(amounts)) sum[name] = sum[name] ? addQuantity(sum[name], amount) : amount;
  return sum;
}

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const STANDARD = ['cpu', 'memory', 'ephemeral-storage'];

export function writeNodeResources(w: DescribeWriter, { status = {} }: Node, pods: readonly Pod[], means: DescribeMeans): void {
  const allocatable = Object.keys(status.allocatable ?? {}).length ? status.allocatable : status.capacity;
  const sizeOf = (name: string, amount: Quantity): number => (name === 'cpu' ? millisOf : unitsOf)(amount);
  /** Of nothing, everything is too much: Go's number for that is the smallest it has. */
  const percent = (name: string, amount: Quantity): string => {
    const share = (sizeOf(name, amount) / sizeOf(name, quantityOf(allocatable?.[name]))) * 100;
    return Number.isFinite(share) ? String(Math.trunc(share)) : '-9223372036854775808';
  };
  const cell = (name: string, amounts: ResourceAmounts, shareOf = percent): string => {
    const amount = amounts[name] ?? ZERO;
    return `${formatQuantity(amount)} (${shareOf(name, amount)}%)`;
  };
  w.field(0, 'Non-terminated Pods', `(${pods.length} in total)`);
  w.row(1, ['Namespace', 'Name', '', 'CPU Requests', 'CPU Limits', 'Memory Requests', 'Memory Limits', 'Age']);
  w.row(1, ['---------', '----', '', '------------', '----------', '---------------', '-------------', '---']);
  const asked = pods.map(askedBy);
  pods.forEach(({ metadata }, i) => {
    const { requests = {}, limits = {} } = asked[i] ?? {};
    const cells = ['cpu', 'memory'].flatMap((name) => [cell(name, requests), cell(name, limits)]);
    w.row(1, [metadata.namespace ?? '', metadata.name ?? '', '', ...cells, means.age(metadata.creationTimestamp)]);
  });
  w.line(0, 'Allocated resources:');
  w.line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)');
  w.row(1, ['Resource', 'Requests', 'Limits']);
  w.row(1, ['--------', '--------', '------']);
  const requests = total(asked.map((each) => each.requests));
  const limits = total(asked.map((each) => each.limits));
  const orZero = (name: string, amount: Quantity): string => (sizeOf(name, quantityOf(allocatable?.[name])) === 0 ? '0' : percent(name, amount));
  const names = Object.keys(allocatable ?? {}).sort();
  for (const name of [...STANDARD, ...names.filter(isHugePages)]) w.row(1, [name, cell(name, requests, orZero), cell(name, limits, orZero)]);
  for (const name of names.filter((each) => !STANDARD.includes(each) && !isHugePages(each) && each !== 'pods'))
    w.row(1, [name, formatQuantity(requests[name] ?? ZERO), formatQuantity(limits[name] ?? ZERO)]);
}
