// kubectl config view: the kubeconfig as it counts, secrets left out. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/config/view.go
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { textOf, type Entry, type Section } from '../../config/kubeconfig-files.ts';
import { kubeconfigObject, SECTION_NAMES, type Entries, type Model } from '../../config/kubeconfig-model.ts';
import { FIELDS, FILES } from '../../config/kubeconfig-schema.ts';
import { absolute, folderOf } from '../../config/paths.ts';
import { defineCommand, usageError } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool, string, tristate } from '../../flags/flag.ts';
import { DATA_FORMATS, PRINT_FLAGS } from '../../flags/sets.ts';
import type { Ports } from '../../ports.ts';
import { printerFor } from '../../printers/printer.ts';
import { systemReason } from '../../system-reason.ts';
import { readModel } from './edited.ts';

export const command = defineCommand({
  usage: '[flags]',
  long: 'Shows the kubeconfig, all its files together. -o jsonpath={…} picks values.',
  examples: '# With certificates and secrets\nkubectl config view --raw\n\n# Only what the current context uses\nkubectl config view --minify',
  flags: {
    ...PRINT_FLAGS,
    output: string(`Output format: ${DATA_FORMATS}.`, { short: 'o', preset: 'yaml' }),
    merge: tristate('All files together.', { preset: 'true' }),
    raw: bool('Also data and secrets.'),
    flatten: bool('With the content of the files that it names.'),
    minify: bool('Only what the current context uses.'),
  },
  async run(call, kubectl) {
    const { args, flags, changed } = call;
    if (args.length) throw usageError(call, `unexpected arguments: [${args.join(' ')}]`);
    // --template alone counts as a template, whatever the preset of -o is.
    const output = flags.template && !changed('output') ? '' : flags.output;
    const printer = await printerFor({ ...flags, output }, kubectl.ports, { isTyped: true });
    if (flags.merge === 'false' && !kubectl.flags.kubeconfig) throw new CommandError('if merge==false a precise file must be specified');
    let model = await readModel(kubectl);
    if (flags.minify) model = minified(model, kubectl.flags.context || model.currentContext);
    if (flags.flatten) model = await flattened(model, kubectl.ports);
    else if (!flags.raw) model = mapFields(model, hidden);
    kubectl.print(printer?.print(kubeconfigObject(model)) ?? '');
  },
});

function minified(model: Model, currentContext: string): Model {
  if (!currentContext) throw new CommandError('current-context must exist in order to minify');
  const context = model.contexts.get(currentContext);
  if (!context) throw new CommandError(`cannot locate context ${currentContext}`);
  const only = (section: Section, what: string, name: string): Entries => {
    const entry = model[section].get(name);
    if (name && !entry) throw new CommandError(`cannot locate ${what} ${name}`);
    return new Map(entry ? [[name, entry]] : []);
  };
  return {
    ...model,
    currentContext,
    contexts: new Map([[currentContext, context]]),
    clusters: only('clusters', 'cluster', textOf(context.fields['cluster'])),
    users: only('users', 'user', textOf(context.fields['user'])),
  };
}

function mapFields(model: Model, change: (section: Section, fields: JsonObject) => JsonObject): Model {
  const changed = SECTION_NAMES.map((section) => [
    section,
    new Map([...model[section]].map(([name, entry]): [string, Entry] => [name, { ...entry, fields: change(section, entry.fields) }])),
  ]);
  return { ...model, ...Object.fromEntries(changed) };
}

function hidden(section: Section, fields: JsonObject): JsonObject {
  const shown = Object.entries(fields).map(([name, value]): [string, JsonValue | undefined] => {
    const field = FIELDS[section][name];
    if (!value || !field) return [name, value];
    return [name, field.kind === 'bytes' ? 'DATA+OMITTED' : field.isSecret ? 'REDACTED' : value];
  });
  return Object.fromEntries(shown);
}

async function flattened(model: Model, ports: Ports): Promise<Model> {
  const sections: Partial<Record<Section, Entries>> = {};
  for (const section of SECTION_NAMES) {
    const entries = new Map<string, Entry>();
    for (const [name, entry] of model[section]) entries.set(name, { ...entry, fields: await withContents(section, entry, ports) });
    sections[section] = entries;
  }
  return { ...model, ...sections };
}

async function withContents(section: Section, { fields, file }: Entry, { files }: Ports): Promise<JsonObject> {
  const contents: Record<string, JsonValue> = {};
  for (const name of FILES[section]) {
    const path = textOf(fields[name]);
    if (!path || !Object.hasOwn(FIELDS[section], `${name}-data`)) continue;
    if (fields[`${name}-data`]) throw new CommandError('cannot have values for both path and contents');
    const full = absolute(path, absolute(folderOf(file), files.cwd));
    try {
      contents[`${name}-data`] = Buffer.from(await files.read(full)).toString('base64');
    } catch (error) {
      throw new CommandError(systemReason(error, full));
    }
    contents[name] = '';
  }
  return { ...fields, ...contents };
}
