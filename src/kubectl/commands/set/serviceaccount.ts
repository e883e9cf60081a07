// kubectl set serviceaccount. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/set_serviceaccount.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { dryRunOf } from '../../writes/dry-run.ts';
import { RECORD, recorded } from '../../writes/record.ts';
import { reporter } from '../../writes/report.ts';
import { withPodSpec } from './pod-spec.ts';
import { changeTargets, SET_FLAGS, targetsOf } from './target.ts';

export const command = defineCommand({
  usage: '(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  long: 'Sets as which service account pods run.',
  examples: `kubectl set serviceaccount deployment web builder`,
  flags: { ...SET_FLAGS, record: RECORD },
  async run(call, kubectl) {
    const { flags, args } = call;
    const dryRun = dryRunOf(flags['dry-run'], kubectl);
    if (flags.local && dryRun === 'server') throw new CommandError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    const report = await reporter(flags, kubectl, 'serviceaccount updated', dryRun, { isTyped: true });
    const serviceAccountName = args.at(-1);
    if (serviceAccountName === undefined) throw new CommandError('serviceaccount is required');
    const targets = { args: args.slice(0, -1), files: flags, all: flags.all, local: flags.local, toleratesArguments: true };
    const infos = await targetsOf(kubectl, targets);
    await changeTargets(
      infos,
      {
        change: (object) =>
          recorded(
            call,
            withPodSpec(object, (spec) => ({ ...spec, serviceAccountName })),
          ),
        failed: 'failed to patch ServiceAccountName',
        sendsNothing: true,
      },
      { local: flags.local, dryRun, fieldManager: flags['field-manager'], report },
    );
  },
});
