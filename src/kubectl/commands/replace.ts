// kubectl replace: puts whole objects in the place of those that are there. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { defineCommand, type Call } from '../command.ts';
import { CommandError, withSource } from '../failures.ts';
import { string, type FlagSpecs } from '../flags/flag.ts';
import { DELETION_FLAGS } from '../flags/deletion.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS, SUBRESOURCE, VALIDATE } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { select, type Selection } from '../resources/builder.ts';
import type { Info } from '../resources/info.ts';
import { untilDone } from '../resources/until.ts';
import { cascadeOf } from '../writes/cascade.ts';
import { dryRunOf, fieldValidationOf, type DryRun } from '../writes/dry-run.ts';
import { refreshLastApplied } from '../writes/last-applied.ts';
import { RECORD, recorded } from '../writes/record.ts';
import { reporter, type Report } from '../writes/report.ts';
import { SAVE_CONFIG } from './create/generated.ts';
import { deleteSelected } from './delete.ts';
import { checkRawWrite, rawSend } from './raw.ts';

const PATIENCE_MS = 5 * 60_000;

const flags = {
  ...PRINT_FLAGS,
  ...fileFlags('is put in place'),
  ...DELETION_FLAGS,
  record: RECORD,
  'dry-run': DRY_RUN,
  'field-manager': fieldManager('kubectl-replace'),
  raw: string('Path on the server that the file is put to as it stands.'),
  'save-config': SAVE_CONFIG,
  subresource: SUBRESOURCE,
  validate: VALIDATE,
} as const satisfies FlagSpecs;
type ReplaceCall = Call<typeof flags>;

export const command = defineCommand({
  usage: '-f FILENAME',
  long: 'Puts the objects of files or standard input in the place of those that the server has. They have to be whole; what is left out is gone.',
  examples: `# What a file describes
kubectl replace -f pod.yaml

# One that was read and changed
kubectl get pod web -o yaml | sed 's/nginx:1.26/nginx:1.27/' | kubectl replace -f -

# Deleted and made anew
kubectl replace --force -f pod.yaml`,
  flags,
  async run(call, kubectl) {
    const { flags: given } = call;
    const fieldValidation = fieldValidationOf(given.validate);
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    const report = await reporter(given, kubectl, 'replaced', dryRun);
    const propagationPolicy = cascadeOf(given.cascade, kubectl);
    if (!given.filename.length && !given.kustomize) throw new CommandError('must specify one of -f and -k');
    const { name: namespace, isExplicit } = await kubectl.namespace();
    check(given, dryRun);
    if (given.raw) {
      checkRawWrite(given);
      return rawSend('PUT', given.raw, given.filename, kubectl);
    }
    const selection: Selection = {
      files: given,
      namespace,
      enforceNamespace: isExplicit,
      continueOnError: true,
      validates: fieldValidation !== 'Ignore',
      subresource: given.subresource,
    };
    const write = { fieldManager: given['field-manager'], fieldValidation, dryRun: dryRun === 'server' };
    if (given.force) return forceReplace(call, kubectl, { selection, report, write, propagationPolicy });
    await (
      await select(kubectl, selection)
    ).visit(async (info) => {
      const object = recorded(call, refreshLastApplied(info.content, given['save-config']));
      if (dryRun === 'client' || !info.client) return report(object);
      const place = { namespace: info.namespace, name: info.name, subresource: given.subresource };
      const replaced = await info.client.update(place, object, write).catch((error: unknown) => {
        throw withSource('replacing', info.source, error);
      });
      info.refresh(replaced);
      report(info.content);
    });
  },
});

function check(given: ReplaceCall['flags'], dryRun: DryRun): void {
  if (given['grace-period'] >= 0 && !given.force) throw new CommandError('--grace-period must have --force specified');
  if (given.timeout !== 0 && !given.force) throw new CommandError('--timeout must have --force specified');
  if (given.force && dryRun !== 'none') throw new CommandError('--dry-run can not be used when --force is set');
}

interface Forced {
  readonly selection: Selection;
  readonly report: Report;
  readonly write: { readonly fieldManager: string; readonly fieldValidation: string };
  readonly propagationPolicy: string;
}

/** Everything is deleted first, then made. What the files hold is read once: standard input cannot be read again. */
async function forceReplace(call: ReplaceCall, kubectl: Kubectl, { selection, report, write, propagationPolicy }: Forced): Promise<void> {
  const { flags: given, args } = call;
  const { infos, error } = await (await select(kubectl, { ...selection, args, requireObject: false })).infos();
  const wanted = infos.map((info) => info.content);
  const graceSeconds = given['grace-period'] === 0 ? 1 : given['grace-period'];
  const visit = async (each: (info: Info) => Promise<void>): Promise<void> => {
    for (const info of infos) await each(info).catch(ignoreMissing);
    if (error) throw error;
  };
  const waits = { output: given.output, timeout: given.timeout, wait: given.wait || given['grace-period'] === 0 };
  await deleteSelected(waits, kubectl, { visit }, { dryRun: 'none', graceSeconds, propagationPolicy, ignoreNotFound: true });
  for (const info of infos) await untilGone(info, kubectl, given.timeout || PATIENCE_MS);
  for (const [i, info] of infos.entries()) {
    const object = recorded(call, refreshLastApplied(wanted[i] ?? {}, given['save-config']));
    const made = await info.client?.create({ namespace: info.namespace }, object, write);
    if (made) report(made);
  }
  if (!infos.length) throw new CommandError('no objects passed to replace');
}

function ignoreMissing(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

async function untilGone({ client, namespace, name }: Info, { ports }: Kubectl, timeoutMs: number): Promise<void> {
  if (!client) return;
  const timedOut = (): Error => new CommandError('context deadline exceeded');
  await untilDone({ client, namespace, name, timeoutMs, timedOut, isDone: (object) => object === undefined }, ports);
}
