// What nodes and pods use, as the metrics API tells it. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/top and pkg/metricsutil
import type { KubeObject, ResourceRef } from '../../kube/machinery/object.ts';
import { addQuantity, millisOf, quantityOf, unitsOf, ZERO, type Quantity } from '../../kube/machinery/quantity.ts';
import { CommandError } from '../failures.ts';
import { bool, string } from '../flags/flag.ts';
import { SELECTOR } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';

export type Usage = Readonly<Record<string, Quantity>>;
type Texts = Readonly<Record<string, string>>;

export interface NodeMetrics extends KubeObject {
  readonly usage: Texts;
}
export interface ContainerMetrics {
  readonly name: string;
  readonly usage: Texts;
}
export interface PodMetrics extends KubeObject {
  readonly containers?: readonly ContainerMetrics[];
}

const GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';
export const nodeMetrics: ResourceRef<NodeMetrics> = { group: GROUP, version: VERSION, resource: 'nodes', kind: 'NodeMetrics', namespaced: false };
export const podMetrics: ResourceRef<PodMetrics> = { group: GROUP, version: VERSION, resource: 'pods', kind: 'PodMetrics', namespaced: true };

export const TOP_FLAGS = {
  'no-headers': bool('No line with the names of the columns.'),
  selector: SELECTOR,
  'show-swap': bool('Also how much is swapped out.'),
  'sort-by': string('cpu or memory: the largest first.'),
  'use-protocol-buffers': bool('Ask for metrics in protocol buffers, where the server has them.', { preset: true }),
} as const;

/** Throws kubectl's sentence for an order that is none. */
export function checkOrder(order: string): void {
  if (order !== '' && order !== 'cpu' && order !== 'memory') throw new CommandError('--sort-by accepts only cpu or memory');
}

export async function requireMetrics(kubectl: Kubectl): Promise<void> {
  const { groups } = await (await kubectl.mapper()).offer();
  if (!groups.some(({ name, versions }) => name === GROUP && versions.includes(VERSION))) throw new CommandError('Metrics API not available');
}

export const measured = (showSwap: boolean): readonly string[] => (showSwap ? ['cpu', 'memory', 'swap'] : ['cpu', 'memory']);

export const usageOf = (texts: Texts): Usage => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, quantityOf(text)]));

export function sumOf(all: readonly Usage[]): Usage {
  const total: Record<string, Quantity> = {};
  for (const usage of all) for (const [name, amount] of Object.entries(usage)) total[name] = addQuantity(total[name] ?? ZERO, amount);
  return total;
}

const MEBI = 1024 * 1024;

/** `250m` of a processor, `128Mi` of memory. */
export const amountText = (name: string, amount: Quantity = ZERO): string =>
  name === 'cpu' ? `${millisOf(amount)}m` : `${Math.trunc(unitsOf(amount) / MEBI)}Mi`;

/** Whether one comes before another: the largest first, or by name. */
export const inOrder =
  <T>(order: string, usageOfItem: (item: T) => Usage, nameOf: (item: T) => string) =>
  (a: T, b: T): boolean => {
    if (order === '') return nameOf(a) < nameOf(b);
    const size = order === 'cpu' ? millisOf : unitsOf;
    return size(usageOfItem(a)[order] ?? ZERO) > size(usageOfItem(b)[order] ?? ZERO);
  };
