// kubectl create -f: makes what manifests describe. The generators below it make objects from flags.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create.go
import { defineCommand, usageError, type Call } from '../command.ts';
import { CommandError, withSource } from '../failures.ts';
import { bool, string, type FlagSpecs } from '../flags/flag.ts';
import type { Kubectl } from '../kubectl.ts';
import { RECORD, recorded } from '../writes/record.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS, SELECTOR, VALIDATE } from '../flags/sets.ts';
import { select } from '../resources/builder.ts';
import { checkRawWrite, rawSend } from './raw.ts';
import { dryRunOf, fieldValidationOf } from '../writes/dry-run.ts';
import { refreshLastApplied } from '../writes/last-applied.ts';
import { reporter } from '../writes/report.ts';

const flags = {
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
  record: RECORD,
} as const satisfies FlagSpecs;
type CreateCall = Call<typeof flags>;

export const command = defineCommand({
  usage: '-f FILENAME',
  long: 'Makes the objects that files, folders, addresses or standard input describe as JSON or YAML.',
  examples: `# What a file describes
kubectl create -f pod.yaml

# From standard input
cat pod.yaml | kubectl create -f -`,
  flags,
  async run(call, kubectl) {
    const { args, flags: given } = call;
    if (!given.filename.length && !given.kustomize) {
      if (args.length) throw usageError(call, `Unexpected args: [${args.join(' ')}]`);
      throw new CommandError('must specify one of -f and -k');
    }
    if (args.length) throw usageError(call, `Unexpected args: [${args.join(' ')}]`);
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    if (given.raw) {
      if (given.edit) throw new CommandError('--raw and --edit are mutually exclusive');
      checkRawWrite(given, given.selector);
      return rawSend('POST', given.raw, given.filename, kubectl);
    }
    const fieldValidation = fieldValidationOf(given.validate);
    if (given.edit) return editFirst(call, kubectl, fieldValidation);
    const report = await reporter(given, kubectl, 'created', dryRun);
    const namespace = await kubectl.namespace();
    const selected = await select(kubectl, {
      files: given,
      namespace: namespace.name,
      enforceNamespace: namespace.isExplicit,
      labelSelector: given.selector,
      continueOnError: true,
      validates: fieldValidation !== 'Ignore',
    });
    let count = 0;
    await selected.visit(async (info) => {
      info.object = recorded(call, refreshLastApplied(info.content, given['save-config']));
      if (dryRun !== 'client' && info.client) {
        const write = { fieldManager: given['field-manager'], fieldValidation, dryRun: dryRun === 'server' };
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

/** --edit: each object is made as it was left in the editor. */
async function editFirst(call: CreateCall, kubectl: Kubectl, fieldValidation: string): Promise<void> {
  const { flags: given } = call;
  const { Editing } = await import('./edit/editing.ts');
  const { name: namespace, isExplicit } = await kubectl.namespace();
  const selected = await select(kubectl, { files: given, namespace, enforceNamespace: isExplicit, continueOnError: true });
  const editing = new Editing(kubectl, {
    mode: 'create',
    flags: given,
    fieldManager: 'kubectl-create',
    fieldValidation,
    windowsLineEndings: given['windows-line-endings'],
    savesConfig: given['save-config'],
    recorded: (object) => recorded(call, object),
  });
  await selected.visit((info) => editing.edit([info]));
}
