// ckadet cluster init: writes a cluster file, from answers or from options.
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { INIT_FIELDS } from '../../../provision/init/fields.ts';
import { yesOption } from '../../cluster-place.ts';
import { defineCommand, jsonOption, type OptionSpec } from '../../command.ts';
import { wrapAdvice } from '../../output/wrap.ts';
import { repeated } from '../../which-cluster.ts';

const OUTPUT = 'cluster.yaml';

type FieldOption = OptionSpec & { readonly value: string };
const fieldOptions: Readonly<Record<string, FieldOption>> = Object.fromEntries(
  INIT_FIELDS.map(({ option, says, value }) => [option, { summary: says, value }]),
);

export const command = defineCommand({
  description:
    'Writes a cluster file with comments. On a terminal it asks what no option says: what makes the cluster, which machines there are, which network plugin. Each answer is checked at once, and the file is shown before it is written. With --yes, or where nobody can answer, everything comes from the options, and what is not said has its usual value.',
  arguments: { name: { summary: 'the name of the cluster; asked for, or else `cluster`' } },
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
    const { output, force, yes } = input;
    const schema = input.schema;
    const [{ collect, collectName, collectProvider }, { composeClusterFile, demandFree, writeClusterFile }] = await Promise.all([
      import('../../../provision/init/collect.ts'),
      import('../../../provision/init/init.ts'),
    ]);
    await demandFree(output, force);
    const texts: Readonly<Record<string, unknown>> = input;
    const given = Object.fromEntries(INIT_FIELDS.flatMap(({ option }) => (typeof texts[option] === 'string' ? [[option, texts[option]]] : [])));
    const ask = questions.interactive && !yes;
    const known = await collectProvider(given, questions, ask);
    const name = await collectName(input.name, questions, ask, known);
    const said = await collect(known, questions, ask, out.warn);
    const text = await composeClusterFile(name, said, { path: output, ...(schema === undefined ? {} : { schema }) });
    if (ask) {
      out.printRaw(`\n${text}`);
      if (!(await questions.confirm(`Write this to ${output}?`, true)))
        throw new AppError({ code: 'NOT_CONFIRMED', what: 'nothing was written', why: 'you said no', exitCode: EXIT.usage });
    }
    const path = await writeClusterFile(text, { path: output, force });
    await out.data({ path, name, provider: said['provider'] }, () =>
      wrapAdvice(
        `${out.style.good(`${output} is written`)}. See what it leads to: ${repeated({ name: undefined, file: output === OUTPUT ? undefined : output })('ckadet cluster plan')}`,
        out.width,
      ),
    );
  },
});
