// ckadet cluster init: writes a cluster file, from answers or from options.
import { INIT_FIELDS } from '../../../provision/init/fields.ts';
import { yesOption } from '../../cluster-place.ts';
import { defineCommand, jsonOption, type OptionSpec } from '../../command.ts';

const OUTPUT = 'cluster.yaml';

type FieldOption = OptionSpec & { readonly value: string };
const fieldOptions: Readonly<Record<string, FieldOption>> = Object.fromEntries(
  INIT_FIELDS.map(({ option, says, value }) => [option, { summary: says, value }]),
);

export const command = defineCommand({
  description:
    'Writes a cluster file with comments. On a terminal it asks what no option says: what makes the cluster, which machines there are, which network plugin. With --yes, or where nobody can answer, everything comes from the options, and what is not said has its usual value. What it writes is right: mistakes are told before anything is written.',
  arguments: { name: { summary: 'the name of the cluster', preset: 'cluster' } },
  options: {
    output: { summary: 'the file to write', short: 'o', value: 'file', preset: OUTPUT, completes: 'files' },
    force: { summary: 'replace a file that is there' },
    schema: { summary: 'name this JSON Schema in the first line, for editors; `validate --schema` prints it', value: 'file', completes: 'files' },
    yes: yesOption,
    json: jsonOption,
    ...fieldOptions,
  },
  examples: [
    { command: 'ckadet cluster init', says: 'answer questions' },
    { command: 'ckadet cluster init lab --topology single --control-plane n1=192.168.2.11 --worker n2=192.168.2.12 --user debian', says: 'two machines' },
    {
      command:
        'ckadet cluster init ha --topology ha-stacked --control-plane n1=192.168.2.11,n2=192.168.2.12,n3=192.168.2.13 --endpoint 192.168.2.100:8443 --packages artifacts',
      says: 'highly available, without a network',
    },
    { command: 'ckadet cluster init minibox --provider minikube --nodes 3 --driver kvm2 --cni calico', says: 'on this machine' },
  ],
  next: [
    { command: 'ckadet cluster validate', says: 'check it after changes' },
    { command: 'ckadet cluster plan', says: 'see every command it leads to' },
  ],
  async run(input, { out, questions }) {
    const { name, output, force, yes } = input;
    const schema = input.schema;
    const [{ collect }, { demandFree, writeClusterFile }] = await Promise.all([
      import('../../../provision/init/collect.ts'),
      import('../../../provision/init/init.ts'),
    ]);
    await demandFree(output, force);
    const texts: Readonly<Record<string, unknown>> = input;
    const given = Object.fromEntries(INIT_FIELDS.flatMap(({ option }) => (typeof texts[option] === 'string' ? [[option, texts[option]]] : [])));
    const said = await collect(given, questions, questions.interactive && !yes);
    const path = await writeClusterFile(name, said, { path: output, force, ...(schema === undefined ? {} : { schema }) });
    await out.data(
      { path, name, provider: said['provider'] },
      () => `${out.style.good(`${output} is written`)}. See what it leads to: ckadet cluster plan${output === OUTPUT ? '' : ` -f ${output}`}`,
    );
  },
});
