// kubectl taint: sets and removes taints of nodes. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/taint/taint.go
import { messageOf } from '../../errors/app-error.ts';
import { builtInMergeSchema } from '../../kube/machinery/built-in-merge.ts';
import { strategicDiff } from '../../kube/machinery/strategic-diff.ts';
import { defineCommand, usageError, type Call } from '../command.ts';
import { CommandError, NoResourceMatch } from '../failures.ts';
import { bool, type FlagSpecs } from '../flags/flag.ts';
import { DRY_RUN, fieldManager, PRINT_FLAGS, SELECTOR, VALIDATE } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { select, type Selection } from '../resources/builder.ts';
import { dryRunOf, fieldValidationOf } from '../writes/dry-run.ts';
import { reporter } from '../writes/report.ts';
import { requireBuiltIn } from '../resources/typed-form.ts';
import { checkConflicts, parseTaints, retainted, type TaintChanges } from './taint/taint-words.ts';

const flags = {
  ...PRINT_FLAGS,
  all: bool('All nodes.'),
  'dry-run': DRY_RUN,
  'field-manager': fieldManager('kubectl-taint'),
  overwrite: bool('Taints that are there may be changed.'),
  selector: SELECTOR,
  validate: VALIDATE,
} as const satisfies FlagSpecs;
type TaintCall = Call<typeof flags>;

export const command = defineCommand({
  usage: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  long: 'Sets taints of nodes (KEY=VALUE:EFFECT) and removes them (KEY:EFFECT- or KEY-). Pods that do not tolerate them stay away.\n\n Effects are NoSchedule, PreferNoSchedule and NoExecute; the value may be left out.',
  examples: `# Nobody comes who does not tolerate it
kubectl taint nodes node01 dedicated=gpu:NoSchedule

# Remove it, whatever its value
kubectl taint nodes node01 dedicated:NoSchedule-

# Remove all effects of a key
kubectl taint nodes node01 dedicated-`,
  flags,
  async run(call, kubectl) {
    const { flags: given } = call;
    const { name: namespace } = await kubectl.namespace();
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    const fieldValidation = fieldValidationOf(given.validate);
    const { resources, changes } = split(call);
    await check(call, resources, changes, kubectl);
    const nodes: Partial<Selection> = given.all
      ? { args: ['node'], selectAll: true }
      : given.selector
        ? { args: ['node'], labelSelector: given.selector }
        : { named: { type: 'node', names: resources.slice(1) } };
    const selected = await select(kubectl, { ...nodes, namespace, continueOnError: true, latest: true });
    await selected.visit(async (info) => {
      requireBuiltIn(info);
      const { operation, node } = retainted(info.content, info.name, changes, given.overwrite);
      // Whether it was only tried is not told here.
      const report = await reporter(given, kubectl, operation, 'none', { isTyped: dryRun !== 'client' });
      if (dryRun === 'client' || !info.client) return report(node);
      const patch = strategicDiff(info.content, node, builtInMergeSchema(node));
      const write = { fieldManager: given['field-manager'], fieldValidation, dryRun: dryRun === 'server' };
      report(await info.client.patch({ name: info.name }, 'strategic', patch, write));
    });
  },
});

function split(call: TaintCall): { readonly resources: readonly string[]; readonly changes: TaintChanges } {
  const isTaint = (arg: string): boolean => arg.includes('=') || arg.includes(':') || arg.endsWith('-');
  const first = call.args.findIndex(isTaint);
  const resources = first < 0 ? call.args : call.args.slice(0, first);
  const words = first < 0 ? [] : call.args.slice(first);
  const stray = words.find((word) => !isTaint(word));
  if (stray !== undefined) throw new CommandError(`all resources must be specified before taint changes: ${stray}`);
  if (!resources.length) throw new CommandError('one or more resources must be specified as <resource> <name>');
  if (!words.length) throw new CommandError('at least one taint update is required');
  try {
    return { resources, changes: parseTaints(words) };
  } catch (error) {
    throw usageError(call, messageOf(error));
  }
}

async function check({ flags: given }: TaintCall, [word = '', ...names]: readonly string[], changes: TaintChanges, kubectl: Kubectl): Promise<void> {
  const type = word.toLowerCase();
  const { kind } = await (await kubectl.mapper()).forArgument(type).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    const dot = type.indexOf('.');
    throw new NoResourceMatch(dot < 0 ? type : type.slice(0, dot), dot < 0 ? '' : type.slice(dot + 1));
  });
  if (kind !== 'Node') throw new CommandError(`invalid resource type ${type}, only node types are supported`);
  checkConflicts(changes);
  if (given.all && given.selector) throw new CommandError("setting 'all' parameter with a non empty selector is prohibited");
  if (!given.all && !given.selector && !names.length) throw new CommandError("at least one resource name must be specified since 'all' parameter is not set");
}
