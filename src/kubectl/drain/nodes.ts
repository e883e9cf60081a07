// Nodes that are named or selected, and whether pods may be scheduled on them. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go
import { isJsonObject } from '../../kube/machinery/json.ts';
import { messageOf } from '../../errors/app-error.ts';
import { usageError, type Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { DRY_RUN, SELECTOR } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { nameOf } from '../printers/name-printer.ts';
import { select } from '../resources/builder.ts';
import type { Info } from '../resources/info.ts';
import { dryRunOf, withDryRun, type DryRun } from '../writes/dry-run.ts';

export const NODE_FLAGS = { 'dry-run': DRY_RUN, selector: SELECTOR } as const;
type NodeCall = Call<typeof NODE_FLAGS>;

export interface ChosenNodes {
  readonly dryRun: DryRun;
  readonly nodes: readonly Info[];
}

/** `check` throws for other flags that make no sense, before the server is asked. */
export async function chooseNodes(call: NodeCall, kubectl: Kubectl, { chunkSize = 0, check = (): void => {} } = {}): Promise<ChosenNodes> {
  const { args, flags } = call;
  const name = call.path.split(' ').at(-1) ?? '';
  if (!args.length && !call.changed('selector')) throw usageError(call, `USAGE: ${name} NODE [flags]`);
  if (args.length && flags.selector) throw usageError(call, 'error: cannot specify both a node name and a --selector option');
  const dryRun = dryRunOf(flags['dry-run'], kubectl);
  check();
  const namespace = await kubectl.namespace();
  const selected = await select(kubectl, {
    ...(flags.selector ? { args: ['nodes'], labelSelector: flags.selector } : { named: { type: 'nodes', names: args } }),
    namespace: namespace.name,
    chunkSize,
    singleResourceType: true,
  });
  const nodes: Info[] = [];
  await selected.visit(async (info) => {
    const { group = '', version = '', resource = '' } = info.resource ?? {};
    if (resource !== 'nodes' || group !== '')
      throw new CommandError(`error: expected resource of type node, got ${goQuote(`${group}/${version}, Resource=${resource}`)}`);
    nodes.push(info);
  });
  return { dryRun, nodes };
}

/** What goes wrong with one node is told, and keeps nobody from the next. */
export async function setSchedulable({ dryRun, nodes }: ChosenNodes, wanted: 'cordoned' | 'uncordoned', kubectl: Kubectl): Promise<void> {
  const unschedulable = wanted === 'cordoned';
  for (const info of nodes) {
    const tell = (what: string): void => kubectl.print(`${nameOf(info.content)} ${withDryRun(what, dryRun)}\n`);
    const { spec } = info.content;
    if ((isJsonObject(spec) && spec['unschedulable'] === true) === unschedulable) {
      tell(`already ${wanted}`);
      continue;
    }
    try {
      const patch = { spec: { unschedulable: unschedulable || null } };
      if (dryRun !== 'client') await info.client?.patch({ name: info.name }, 'strategic', patch, { dryRun: dryRun === 'server' });
    } catch (error) {
      kubectl.complain(`error: unable to ${wanted.replace(/ed$/, '')} node ${goQuote(info.name)}: ${messageOf(error)}\n`);
      continue;
    }
    tell(wanted);
  }
}
