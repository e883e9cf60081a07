// kubectl top node
import type { Node } from '../../../kube/api/core-v1.ts';
import { nodes as nodeResource } from '../../../kube/api/resources.ts';
import { goSort } from '../../../kube/machinery/go-sort.ts';
import { millisOf, quantityOf, ZERO, type Quantity } from '../../../kube/machinery/quantity.ts';
import { parseSelector } from '../../../kube/machinery/selectors.ts';
import { defineCommand, usageError } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool } from '../../flags/flag.ts';
import type { Kubectl } from '../../kubectl.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { isList } from '../../resources/info.ts';
import { amountText, checkOrder, inOrder, measured, nodeMetrics, requireMetrics, TOP_FLAGS, usageOf, type NodeMetrics } from '../../top/metrics.ts';

export const command = defineCommand({
  usage: '[NAME | -l label]',
  long: 'Shows how much processor and memory nodes use.',
  examples: `# All nodes
kubectl top node

# One of them
kubectl top node node01`,
  flags: { ...TOP_FLAGS, 'show-capacity': bool('Shares of what a node has, rather than of what pods may use of it.') },
  async run(call, kubectl) {
    const { args, flags } = call;
    const [name = ''] = args;
    if (args.length > 1) throw usageError(call, 'node [NAME | -l label]');
    checkOrder(flags['sort-by']);
    if (name && flags.selector) throw new CommandError('only one of NAME or --selector can be provided');
    parseSelector(flags.selector);
    await requireMetrics(kubectl);
    const metrics = await find<NodeMetrics>(nodeMetrics, name, flags.selector, kubectl);
    if (!metrics.length) throw new CommandError('metrics not available yet');
    const nodes = new Map((await find<Node>(nodeResource, name, flags.selector, kubectl)).map((node) => [node.metadata.name ?? '', node]));
    const names = measured(flags['show-swap']);
    const out = new TabWriter((text) => kubectl.print(text), { remembersWidths: true });
    if (!flags['no-headers'])
      out.line(['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)', ...(flags['show-swap'] ? ['SWAP(bytes)', 'SWAP(%)'] : []), '']);
    const order = inOrder<NodeMetrics>(
      flags['sort-by'],
      ({ usage }) => usageOf(usage),
      ({ metadata }) => metadata.name ?? '',
    );
    for (const { metadata, usage } of goSort(metrics, order)) {
      const node = nodes.get(metadata.name ?? '');
      nodes.delete(metadata.name ?? '');
      const used = usageOf(usage);
      out.line([metadata.name ?? '', ...names.flatMap((each) => cellsOf(each, used[each], node, flags['show-capacity'])), '']);
    }
    for (const missing of nodes.keys()) out.line([missing, ...names.flatMap(() => [UNKNOWN, UNKNOWN]), '']);
    out.flush();
  },
});

const UNKNOWN = '<unknown>';

function cellsOf(name: string, amount: Quantity = ZERO, node: Node | undefined, ofCapacity: boolean): readonly string[] {
  const { capacity, allocatable, nodeInfo } = node?.status ?? {};
  const swap = nodeInfo?.swap?.capacity;
  if (name === 'swap' && node && swap === undefined) return [UNKNOWN, UNKNOWN];
  const available = name === 'swap' ? swap : (ofCapacity ? capacity : allocatable)?.[name];
  const used = amountText(name, amount);
  if (available === undefined) return [used];
  const whole = quantityOf(available);
  return [used, `${whole.nanos === 0n ? 0 : Math.trunc((millisOf(amount) / millisOf(whole)) * 100)}%`];
}

async function find<T>(resource: typeof nodeMetrics | typeof nodeResource, name: string, labelSelector: string, kubectl: Kubectl): Promise<readonly T[]> {
  const client = await kubectl.client(resource);
  if (name) return [(await client.get({ name })) as unknown as T];
  const page = await client.list({}, { labelSelector });
  return (isList(page) ? page.items : []) as unknown as readonly T[];
}
