// kubectl apply view-last-applied: what was applied last. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go
import { goYaml } from '../../../kube/machinery/go-yaml.ts';
import { parseJsonText } from '../../../kube/machinery/json-text.ts';
import type { JsonValue } from '../../../kube/machinery/json.ts';
import { defineCommand, usageError } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool, string } from '../../flags/flag.ts';
import { fileFlags, SELECTOR } from '../../flags/sets.ts';
import { goJson } from '../../../kube/machinery/go-json.ts';
import { goQuote } from '../../go-quote.ts';
import { select } from '../../resources/builder.ts';
import { lastAppliedOf } from '../../writes/last-applied.ts';

export const command = defineCommand({
  usage: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  long: 'Shows what was applied last to objects, as YAML or JSON.',
  examples: `kubectl apply view-last-applied deployment/web -o json`,
  flags: {
    ...fileFlags('is looked at'),
    all: bool('All objects of the types that are named.'),
    output: string('yaml or json.', { preset: 'yaml', short: 'o' }),
    selector: SELECTOR,
  },
  async run(call, kubectl) {
    const { flags, args } = call;
    const { name: namespace, isExplicit } = await kubectl.namespace();
    const selected = await select(kubectl, {
      args,
      files: flags,
      isTypeEnough: isExplicit,
      namespace,
      enforceNamespace: isExplicit,
      selectAll: flags.all,
      labelSelector: flags.selector,
      latest: true,
    });
    const texts: string[] = [];
    await selected.visit(async (info) => {
      const text = lastAppliedOf(info.content);
      if (text === undefined) {
        // Of an object that was named nothing is said at all.
        if (!info.source) return;
        throw new CommandError(`error when no last-applied-configuration annotation found on resource: ${info.name}\n ${goQuote(info.source)}: <nil>`);
      }
      texts.push(text);
    });
    for (const text of texts) {
      if (flags.output === 'json') kubectl.print(indented(text));
      else if (flags.output === 'yaml') kubectl.print(goYaml(parseJsonText(text) as JsonValue));
      else throw usageError(call, `Unexpected -o output mode: ${flags.output}, the flag 'output' must be one of yaml|json`);
    }
  },
});

/** As it was written, two spaces deep; what stands behind it stays. */
const indented = (text: string): string => `${goJson(parseJsonText(text), 2)}${/\s*$/.exec(text)?.[0] ?? ''}`;
