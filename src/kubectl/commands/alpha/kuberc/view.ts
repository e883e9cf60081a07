// kubectl alpha kuberc view. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/kuberc/view.go
import { defineCommand } from '../../../command.ts';
import { CommandError } from '../../../failures.ts';
import { string } from '../../../flags/flag.ts';
import { DATA_FORMATS, PRINT_FLAGS } from '../../../flags/sets.ts';
import type { Kubectl } from '../../../kubectl.ts';
import { fileOf, KIND, readStored, storedObject, writeStored } from '../../../kuberc/stored.ts';
import { printerFor } from '../../../printers/printer.ts';
import { KUBERC } from './kuberc-flag.ts';

export const command = defineCommand({
  usage: '',
  long: 'Shows the preferences; where there are none yet, it offers to write a file of some that are recommended.',
  examples: '# As JSON\nkubectl alpha kuberc view -o json',
  flags: { ...PRINT_FLAGS, output: string(`Output format: ${DATA_FORMATS}.`, { short: 'o', preset: 'yaml' }), kuberc: KUBERC },
  async run({ flags, changed }, kubectl) {
    const { path, isExplicit } = fileOf(kubectl, flags.kuberc);
    const stored = await readStored(kubectl, path);
    if (!stored) {
      if (isExplicit) throw new CommandError(`kuberc file not found at ${path}`);
      return offer(kubectl, path);
    }
    const output = flags.template && !changed('output') ? '' : flags.output;
    const printer = await printerFor({ ...flags, output }, kubectl.ports, { isTyped: true });
    kubectl.print(printer?.print(storedObject(stored, [])) ?? '');
  },
});

/** What is on when somebody takes what is recommended. */
const RECOMMENDED = { apply: 'server-side', delete: 'interactive' };

async function offer(kubectl: Kubectl, path: string): Promise<void> {
  kubectl.print(`kuberc file not found at ${path}\nWould you like to generate a default kuberc file with recommended options? (y/N): `);
  let said = '';
  for await (const chunk of kubectl.ports.stdin.bytes()) {
    said += Buffer.from(chunk).toString('utf8');
    if (said.includes('\n')) break;
  }
  if (!/^y\s*$/i.test(said.split('\n')[0] ?? '')) return;
  const defaults = Object.entries(RECOMMENDED).map(([verb, name]) => ({ command: verb, options: [{ name, default: 'true' }] }));
  await writeStored(kubectl, path, { ...KIND, defaults, aliases: [] }, (text) => kubectl.print(text));
}
