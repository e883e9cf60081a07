// kubectl config get-contexts. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/config/get_contexts.go
import { textOf } from '../../config/kubeconfig-files.ts';
import { defineCommand } from '../../command.ts';
import { CommandError, throwAll } from '../../failures.ts';
import { bool, string } from '../../flags/flag.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { readModel } from './edited.ts';

export const command = defineCommand({
  usage: '[(-o|--output=)name)]',
  long: 'Lists the contexts of the kubeconfig, or those that are named.',
  examples: '# All contexts\nkubectl config get-contexts\n\n# One of them\nkubectl config get-contexts dev',
  flags: {
    'no-headers': bool('No line of headings.'),
    output: string('Output format: name.', { short: 'o', completes: ['name'] }),
  },
  async run({ args, flags }, kubectl) {
    if (flags.output && flags.output !== 'name')
      throw new CommandError(`--output ${flags.output} is not available in kubectl config get-contexts; resetting to default output format`);
    const { contexts, currentContext } = await readModel(kubectl);
    const names = [...(args.length ? args.filter((name) => contexts.has(name)) : contexts.keys())].sort();
    const isNamesOnly = flags.output === 'name';
    const out = new TabWriter((text) => kubectl.print(text));
    if (!isNamesOnly && !flags['no-headers']) out.line(['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']);
    for (const name of names) {
      const fields = contexts.get(name)?.fields ?? {};
      const [cluster, user, namespace] = ['cluster', 'user', 'namespace'].map((field) => textOf(fields[field]));
      out.line(isNamesOnly ? [name] : [name === currentContext ? '*' : ' ', name, cluster ?? '', user ?? '', namespace ?? '']);
    }
    out.flush();
    throwAll(args.filter((name) => !contexts.has(name)).map((name) => new CommandError(`context ${name} not found`)));
  },
});
