// kubectl rollout undo: back to a revision it had. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_undo.go
import { defineCommand } from '../../command.ts';
import { int } from '../../flags/flag.ts';
import { DRY_RUN, PRINT_FLAGS } from '../../flags/sets.ts';
import { rollbackFor } from '../../revisions/rollback.ts';
import { dryRunOf } from '../../writes/dry-run.ts';
import { reporter } from '../../writes/report.ts';
import { requireSubject, selectSubject, SUBJECT_FLAGS } from './rollout-flags.ts';

export const command = defineCommand({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  long: 'Brings a deployment, daemon set or stateful set back to the pods of an earlier revision.',
  examples: `# To the revision before
kubectl rollout undo deployment/web

# To the third
kubectl rollout undo deployment/web --to-revision=3

# Only ask the server whether it would do it
kubectl rollout undo deployment/web --dry-run=server`,
  flags: {
    ...PRINT_FLAGS,
    'dry-run': DRY_RUN,
    ...SUBJECT_FLAGS,
    'to-revision': int('The revision to go back to; 0 means the one before.'),
  },
  async run(call, kubectl) {
    const dryRun = dryRunOf(call.flags['dry-run'], kubectl);
    requireSubject(call);
    const selected = await selectSubject(call, kubectl);
    await selected.visit(async (info) => {
      const { resource, namespace, name } = info;
      if (!resource) throw new Error(`${name} belongs to no resource of the server`);
      const result = await rollbackFor(resource)({ namespace, name, revision: call.flags['to-revision'], dryRun }, kubectl);
      const report = await reporter(call.flags, kubectl, result, dryRun, { isTyped: true });
      report(info.content);
    });
  },
});
