// What the generators share: their flags, the name among their arguments, and making the object.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create.go (CreateSubcommandOptions)
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { usageError, type Call } from '../../command.ts';
import { bool } from '../../flags/flag.ts';
import { DRY_RUN, fieldManager, PRINT_FLAGS, VALIDATE } from '../../flags/sets.ts';
import type { Kubectl } from '../../kubectl.ts';
import { groupKindOf, metadataOf } from '../../resources/info.ts';
import { dryRunOf, fieldValidationOf } from '../../writes/dry-run.ts';
import { refreshLastApplied } from '../../writes/last-applied.ts';
import { reporter } from '../../writes/report.ts';

export const GENERATOR_FLAGS = {
  ...PRINT_FLAGS,
  'dry-run': DRY_RUN,
  'field-manager': fieldManager('kubectl-create'),
  validate: VALIDATE,
  'save-config': bool('Keep the object in an annotation, for a later kubectl apply.'),
} as const;
type GeneratorCall = Call<typeof GENERATOR_FLAGS>;

/** The one name before `--`. */
export function nameArgument(call: Pick<Call, 'args' | 'dash' | 'path'>): string {
  const count = call.dash < 0 ? call.args.length : call.dash;
  if (count !== 1) throw usageError(call, `exactly one NAME is required, got ${count}`);
  return call.args[0] ?? '';
}

/** Makes the object and prints it. It gets the namespace of the call; `isNamespaced` says whether it lives in one. */
export async function createGenerated({ flags }: GeneratorCall, kubectl: Kubectl, object: JsonObject, isNamespaced: boolean): Promise<void> {
  const dryRun = dryRunOf(flags['dry-run'], kubectl);
  const fieldValidation = fieldValidationOf(flags.validate);
  const report = await reporter(flags, kubectl, 'created', dryRun);
  const { name: namespace, isExplicit } = await kubectl.namespace();
  const placed = isNamespaced && (isExplicit || dryRun !== 'client') ? { ...object, metadata: { ...metadataOf(object), namespace } } : object;
  const kept = refreshLastApplied(placed, flags['save-config']);
  if (dryRun === 'client') return report(kept);
  const { group, kind, version } = groupKindOf(kept);
  const resource = await (await kubectl.mapper()).forKind({ group, kind }, version, 0);
  const client = await kubectl.client(resource);
  const write = { fieldManager: flags['field-manager'], fieldValidation, dryRun: dryRun === 'server' };
  report(await client.create(isNamespaced ? { namespace } : {}, kept, write));
}
