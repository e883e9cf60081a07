// kubectl create -f: makes what manifests describe. The generators below it make objects from flags.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create.go
import { defineCommand, usageError } from '../command.ts';
import { CommandError, withSource } from '../failures.ts';
import { bool, string } from '../flags/flag.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS, SELECTOR, VALIDATE } from '../flags/sets.ts';
import { select } from '../resources/builder.ts';
import { checkRawWrite, rawSend } from './raw.ts';
import { dryRunOf, fieldValidationOf } from '../writes/dry-run.ts';
import { refreshLastApplied } from '../writes/last-applied.ts';
import { reporter } from '../writes/report.ts';

export const command = defineCommand({
  usage: '-f FILENAME',
  long: 'Makes the objects that files, folders, addresses or standard input describe as JSON or YAML.',
  examples: `# What a file describes
kubectl create -f pod.yaml

# From standard input
cat pod.yaml | kubectl create -f -`,
  flags: {
    ...PRINT_FLAGS,
    ...fileFlags('is made'),
    'dry-run': DRY_RUN,
    'field-manager': fieldManager('kubectl-create'),
    validate: VALIDATE,
    'save-config': bool('Keep the object in an annotation, for a later kubectl apply.'),
    selector: SELECTOR,
    edit: bool('Edit the objects before they are made.'),
    raw: string('Path on the server that the file is sent to as it stands.'),
    'windows-line-endings': bool('Line endings of the edited file; with --edit only.'),
  },
  async run(call, kubectl) {
    const { args, flags } = call;
    if (!flags.filename.length && !flags.kustomize) {
      if (args.length) throw usageError(call, `Unexpected args: [${args.join(' ')}]`);
      throw new CommandError('must specify one of -f and -k');
    }
    if (args.length) throw usageError(call, `Unexpected args: [${args.join(' ')}]`);
    const dryRun = dryRunOf(flags['dry-run'], kubectl);
    if (flags.raw) {
      if (flags.edit) throw new CommandError('--raw and --edit are mutually exclusive');
      checkRawWrite(flags, flags.selector);
      return rawSend('POST', flags.raw, flags.filename, kubectl);
    }
    const fieldValidation = fieldValidationOf(flags.validate);
    const report = await reporter(flags, kubectl, 'created', dryRun);
    const namespace = await kubectl.namespace();
    const selected = await select(kubectl, {
      files: flags,
      namespace: namespace.name,
      enforceNamespace: namespace.isExplicit,
      labelSelector: flags.selector,
      continueOnError: true,
      validates: fieldValidation !== 'Ignore',
    });
    let count = 0;
    await selected.visit(async (info) => {
      info.object = refreshLastApplied(info.content, flags['save-config']);
      if (dryRun !== 'client' && info.client) {
        const write = { fieldManager: flags['field-manager'], fieldValidation, dryRun: dryRun === 'server' };
        const created = await info.client.create({ namespace: info.namespace }, info.object, write).catch((error: unknown) => {
          throw withSource('creating', info.source, error);
        });
        info.refresh(created);
      }
      count++;
      report(info.content);
    });
    if (count === 0) throw new CommandError('no objects passed to create');
  },
});
