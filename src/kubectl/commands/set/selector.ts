// kubectl set selector. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/set_selector.go
import { builtInMergeSchema } from '../../../kube/machinery/built-in-merge.ts';
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { strategicDiff } from '../../../kube/machinery/strategic-diff.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool, string, strings } from '../../flags/flag.ts';
import { select } from '../../resources/builder.ts';
import { metadataOf, textField } from '../../resources/info.ts';
import { typedForm } from '../../resources/typed-form.ts';
import { dryRunOf } from '../../writes/dry-run.ts';
import { labelSelectorOf, type ObjectSelector } from '../../writes/label-selector.ts';
import { RECORD, recorded } from '../../writes/record.ts';
import { reporter } from '../../writes/report.ts';
import { ONLY_FILES, SET_FLAGS } from './target.ts';

const { kustomize: _kustomize, ...COMMON } = SET_FLAGS;

export const command = defineCommand({
  usage: '(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  long: 'Sets the selector of a service; what it was is gone.',
  examples: `kubectl set selector service web 'app=web,tier=front'`,
  flags: {
    ...COMMON,
    record: RECORD,
    filename: strings('File, folder or address of what is changed.', { short: 'f' }),
    recursive: bool('Also the files in folders below the one given with -f.', { short: 'R', preset: true }),
    'resource-version': string('Change the object only if this is its revision; for one object alone.'),
  },
  async run(call, kubectl) {
    const { flags, args } = call;
    const dryRun = dryRunOf(flags['dry-run'], kubectl);
    const text = args.at(-1);
    const selector = text === undefined ? undefined : labelSelectorOf(text);
    const report = await reporter(flags, kubectl, 'selector updated', dryRun, { isTyped: true });
    if (!selector) throw new CommandError('one selector is required');
    const resources = args.slice(0, -1);
    const { name: namespace, isExplicit } = await kubectl.namespace();
    if (flags.local && resources.length) throw new CommandError(ONLY_FILES);
    const files = { filename: flags.filename, kustomize: '', recursive: flags.recursive };
    const common = { files, namespace, enforceNamespace: isExplicit, continueOnError: true };
    const selected = await select(kubectl, flags.local ? { ...common, local: true } : { ...common, args: resources, isTypeEnough: flags.all, latest: true });
    await selected.visit(async (info) => {
      const before = flags['resource-version'] ? withRevision(typedForm(info.content), '') : typedForm(info.content);
      const revised = flags['resource-version'] ? withRevision(before, flags['resource-version']) : before;
      const after = recorded(call, withSelector(revised, selector));
      if (flags.local || dryRun === 'client' || !info.client) return report(after);
      const patch = strategicDiff(before, after, builtInMergeSchema(after));
      const write = { fieldManager: flags['field-manager'], dryRun: dryRun === 'server' };
      report(await info.client.patch({ namespace: info.namespace, name: info.name }, 'strategic', patch, write));
    });
  },
});

function withRevision(object: JsonObject, revision: string): JsonObject {
  const { resourceVersion: _resourceVersion, ...metadata } = metadataOf(object);
  return { ...object, metadata: revision ? { ...metadata, resourceVersion: revision } : metadata };
}

function withSelector(object: JsonObject, { matchLabels, matchExpressions }: ObjectSelector): JsonObject {
  if (textField(object, 'kind') !== 'Service') throw new CommandError('setting a selector is only supported for Services');
  if (matchExpressions.length) {
    const shown = matchExpressions.map(({ key, operator, values }) => `{${key} ${operator} [${values.join(' ')}]}`).join(' ');
    throw new CommandError(`match expression [${shown}] not supported on this object`);
  }
  const { selector: _selector, ...spec } = isJsonObject(object['spec']) ? object['spec'] : {};
  return { ...object, spec: Object.keys(matchLabels).length ? { ...spec, selector: matchLabels } : spec };
}
