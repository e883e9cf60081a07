// kubectl top pod
import type { Pod } from '../../../kube/api/core-v1.ts';
import { pods as podResource } from '../../../kube/api/resources.ts';
import { goSort } from '../../../kube/machinery/go-sort.ts';
import { parseFieldSelector, parseSelector } from '../../../kube/machinery/selectors.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { defineCommand, usageError } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool } from '../../flags/flag.ts';
import { formatGoDuration } from '../../flags/go-numbers.ts';
import { ALL_NAMESPACES, FIELD_SELECTOR } from '../../flags/sets.ts';
import type { Kubectl } from '../../kubectl.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { isList } from '../../resources/info.ts';
import {
  amountText,
  checkOrder,
  inOrder,
  measured,
  podMetrics,
  requireMetrics,
  sumOf,
  TOP_FLAGS,
  usageOf,
  type ContainerMetrics,
  type PodMetrics,
  type Usage,
} from '../../top/metrics.ts';

/** So long metrics may take to come. */
const DELAY_MS = 120_000;

const flags = {
  'all-namespaces': ALL_NAMESPACES,
  containers: bool('Each container by itself.'),
  'field-selector': FIELD_SELECTOR,
  ...TOP_FLAGS,
  sum: bool('Also all of them together.'),
} as const;

export const command = defineCommand({
  usage: '[NAME | -l label]',
  long: 'Shows how much processor and memory pods use. Of new pods nothing is known for a minute or two.',
  examples: `# All pods of the namespace
kubectl top pod

# The containers of one
kubectl top pod web --containers

# Those with a label, the largest first
kubectl top pod -l app=shop --sort-by=memory`,
  flags,
  async run(call, kubectl) {
    const { args, flags: given } = call;
    const [name = ''] = args;
    if (args.length > 1) throw usageError(call, 'pod [NAME | -l label]');
    const namespace = await kubectl.namespace();
    checkOrder(given['sort-by']);
    if (name && (given.selector || given['field-selector'])) throw new CommandError('only one of NAME or selector can be provided');
    parseSelector(given.selector);
    parseFieldSelector(given['field-selector']);
    await requireMetrics(kubectl);
    const subject = { namespace: namespace.name, name, labelSelector: given.selector, fieldSelector: given['field-selector'] };
    const metrics = await find<PodMetrics>(podMetrics, { ...subject, namespace: given['all-namespaces'] ? '' : namespace.name }, kubectl);
    if (metrics.length) printTable(metrics, given, kubectl);
    else {
      await requireYoung(await find<Pod>(podResource, subject, kubectl), kubectl);
      kubectl.complain(given['all-namespaces'] ? 'No resources found\n' : `No resources found in ${namespace.name} namespace.\n`);
    }
  },
});

interface Subject {
  readonly namespace: string;
  readonly name: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
}
async function find<T>(resource: typeof podMetrics | typeof podResource, { namespace, name, ...query }: Subject, kubectl: Kubectl): Promise<readonly T[]> {
  const client = await kubectl.client(resource);
  if (name) return [(await client.get({ namespace, name })) as unknown as T];
  const page = await client.list({ namespace }, query);
  return (isList(page) ? page.items : []) as unknown as readonly T[];
}

/** Pods without metrics that are not new are a failure; new ones are to be waited for. */
async function requireYoung(pods: readonly Pod[], { ports }: Kubectl): Promise<void> {
  if (!pods.length) return;
  for (const { metadata } of pods) {
    const age = ports.clock.now() - parseTime(metadata.creationTimestamp);
    if (age > DELAY_MS)
      throw new CommandError(`Metrics not available for pod ${metadata.namespace ?? ''}/${metadata.name ?? ''}, age: ${formatGoDuration(age)}`);
  }
  throw new CommandError('metrics not available yet');
}

interface Shown {
  readonly containers: boolean;
  readonly 'all-namespaces': boolean;
  readonly 'no-headers': boolean;
  readonly 'show-swap': boolean;
  readonly 'sort-by': string;
  readonly sum: boolean;
}

function printTable(metrics: readonly PodMetrics[], given: Shown, kubectl: Kubectl): void {
  const names = measured(given['show-swap']);
  const withNamespace = given['all-namespaces'];
  const headers = [
    ...(withNamespace ? ['NAMESPACE'] : []),
    ...(given.containers ? ['POD'] : []),
    'NAME',
    'CPU(cores)',
    'MEMORY(bytes)',
    ...(given['show-swap'] ? ['SWAP(bytes)'] : []),
  ];
  const out = new TabWriter((text) => kubectl.print(text), { remembersWidths: true });
  // Every cell is followed by a tab, the last one too.
  const line = (...cells: readonly string[]): void => out.line([...cells, '']);
  if (!given['no-headers']) line(...headers);
  const amounts = (usage: Usage): readonly string[] => names.map((name) => amountText(name, usage[name]));
  const all = goSort(
    metrics,
    inOrder<PodMetrics>(given['sort-by'], totalOf, ({ metadata: { namespace = '', name = '' } }) => `${withNamespace ? `${namespace} ` : ''}${name}`),
  );
  for (const pod of all) {
    const { namespace = '', name = '' } = pod.metadata;
    const head = withNamespace ? [namespace] : [];
    if (given.containers)
      for (const { name: container, usage } of goSort(pod.containers ?? [], inContainerOrder(given['sort-by'])))
        line(...head, name, container, ...amounts(usageOf(usage)));
    else line(...head, name, ...amounts(totalOf(pod)));
  }
  if (given.sum) {
    // Upstream counts the columns that stand before these only where it prints their names.
    const width = given['no-headers'] ? (given['show-swap'] ? 4 : 3) : headers.length;
    line(...blanks(width - 2), '________', '________');
    line(...blanks(width - 3), '', ...amounts(sumOf(metrics.map(totalOf))));
  }
  out.flush();
}

const blanks = (count: number): readonly string[] => Array.from({ length: count }, () => '');
const totalOf = ({ containers = [] }: PodMetrics): Usage => sumOf(containers.map(({ usage }) => usageOf(usage)));
const inContainerOrder = (order: string) =>
  inOrder<ContainerMetrics>(
    order,
    ({ usage }) => usageOf(usage),
    ({ name }) => name,
  );
