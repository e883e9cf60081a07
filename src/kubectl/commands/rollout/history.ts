// kubectl rollout history: the revisions a workload had. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_history.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { int } from '../../flags/flag.ts';
import { PRINT_FLAGS } from '../../flags/sets.ts';
import { namePrinter } from '../../printers/name-printer.ts';
import { printerFor } from '../../printers/printer.ts';
import type { Info } from '../../resources/info.ts';
import { byNumber, historyFor, historyText, pick } from '../../revisions/history.ts';
import { requireSubject, selectSubject, SUBJECT_FLAGS } from './rollout-flags.ts';

export const command = defineCommand({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  long: 'Shows the revisions that a deployment, daemon set or stateful set had, or one of them with its pods.',
  examples: `# All revisions
kubectl rollout history deployment/web

# What the third was like
kubectl rollout history deployment/web --revision=3`,
  flags: { ...PRINT_FLAGS, ...SUBJECT_FLAGS, revision: int('Show this revision with its pod template.') },
  async run(call, kubectl) {
    requireSubject(call);
    const { revision } = call.flags;
    if (revision < 0) throw new CommandError(`revision must be a positive integer: ${revision}`);
    const selected = await selectSubject(call, kubectl);
    const printer = await printerFor(call.flags, kubectl.ports, { isTyped: true });
    const revisionsOf = ({ resource, namespace, name }: Info) => {
      if (!resource) throw new Error(`${name} belongs to no resource of the server`);
      return historyFor(resource)({ namespace, name }, kubectl);
    };
    await selected.visit(async (info) => {
      const revisions = await revisionsOf(info);
      if (!printer) {
        const title = revision > 0 ? `with revision #${revision}` : '';
        kubectl.print(namePrinter(`${title}\n${historyText(revisions, revision)}`).print(info.content));
      } else if (revision > 0) kubectl.print(printer.print(pick(revisions, revision).object));
      else for (const [, { object }] of byNumber(revisions)) kubectl.print(printer.print(object));
    });
  },
});
