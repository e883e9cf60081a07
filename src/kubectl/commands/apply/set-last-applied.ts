// kubectl apply set-last-applied: makes the annotation say what a file says. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_set_last_applied.go
import { sortedGoJson } from '../../../kube/machinery/go-json.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { defineCommand } from '../../command.ts';
import { CommandError, withSource } from '../../failures.ts';
import { bool, strings } from '../../flags/flag.ts';
import { DRY_RUN, PRINT_FLAGS } from '../../flags/sets.ts';
import { select } from '../../resources/builder.ts';
import type { Info } from '../../resources/info.ts';
import { describeInfo } from '../../resources/sentences.ts';
import { dryRunOf } from '../../writes/dry-run.ts';
import { LAST_APPLIED, lastAppliedOf } from '../../writes/last-applied.ts';
import { reporter } from '../../writes/report.ts';

export const command = defineCommand({
  usage: '-f FILENAME',
  long: 'Makes the annotation of kubectl apply say what a file says, as if it had been applied; nothing else of the objects changes.',
  examples: `kubectl apply set-last-applied -f web.yaml --create-annotation=true`,
  flags: {
    ...PRINT_FLAGS,
    'create-annotation': bool('Make the annotation where there is none.'),
    'dry-run': DRY_RUN,
    filename: strings('File, folder or address of what was applied.', { short: 'f' }),
  },
  async run(call, kubectl) {
    const { flags } = call;
    const dryRun = dryRunOf(flags['dry-run'], kubectl);
    const { name: namespace, isExplicit } = await kubectl.namespace();
    const report = await reporter(flags, kubectl, 'configured', dryRun);
    const files = { filename: flags.filename, kustomize: '', recursive: false };
    const selected = await select(kubectl, { files, namespace, enforceNamespace: isExplicit });
    const changes: { readonly info: Info; readonly patch: JsonObject }[] = [];
    await selected.visit(async (info) => {
      const text = `${sortedGoJson(info.content)}\n`;
      await info.get(kubectl).catch((error: unknown) => {
        if (isNotFound(error)) throw error;
        throw withSource(`retrieving current configuration of:\n${describeInfo(info)}\nfrom server for:`, info.source, error);
      });
      const before = lastAppliedOf(info.content);
      if (before === undefined && !flags['create-annotation'])
        throw new CommandError(
          `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
        );
      if (before === text) kubectl.print(`set-last-applied ${info.name}: no changes required.\n`);
      else changes.push({ info, patch: { metadata: { annotations: { [LAST_APPLIED]: text } } } });
    });
    for (const { info, patch } of changes) {
      const { client, namespace: place, name } = info;
      if (dryRun !== 'client' && client) info.refresh(await client.patch({ namespace: place, name }, 'merge', patch, { dryRun: dryRun === 'server' }));
      report(info.content);
    }
  },
});
