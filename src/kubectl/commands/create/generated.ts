// What the generators share: their flags, the name among their arguments, and making the object.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create (the Complete and Run of every generator)
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ResourceName } from '../../client/resource-client.ts';
import { usageError, type Call } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool } from '../../flags/flag.ts';
import { DRY_RUN, fieldManager, PRINT_FLAGS, VALIDATE } from '../../flags/sets.ts';
import type { Kubectl } from '../../kubectl.ts';
import { dryRunOf, fieldValidationOf, type DryRun } from '../../writes/dry-run.ts';
import { refreshTypedLastApplied } from '../../writes/last-applied.ts';
import { reporter } from '../../writes/report.ts';

export const SAVE_CONFIG = bool('Keep the object in an annotation, for a later kubectl apply.');

export const GENERATOR_FLAGS = {
  ...PRINT_FLAGS,
  'dry-run': DRY_RUN,
  'field-manager': fieldManager('kubectl-create'),
  validate: VALIDATE,
  'save-config': SAVE_CONFIG,
} as const;
type GeneratorCall = Call<typeof GENERATOR_FLAGS>;

/** The one name before `--`. */
export function nameArgument(call: Pick<Call, 'args' | 'dash' | 'path'>): string {
  const count = call.dash < 0 ? call.args.length : call.dash;
  if (count !== 1) throw usageError(call, `exactly one NAME is required, got ${count}`);
  return call.args[0] ?? '';
}

/** Throws for the name of nothing, which the shell makes of an empty variable. */
export function requireName({ name }: Pick<Generation, 'name'>): void {
  if (!name) throw new CommandError('name must be specified');
}

/** One object that is made from flags: what is known before it is, and the way to make it. */
export class Generation {
  readonly name: string;
  /** What stands behind the name; the command of a container. */
  readonly words: readonly string[];
  /** Empty unless it was given: the server knows the default one's place. */
  readonly namespace: string;
  readonly dryRun: DryRun;
  readonly #kubectl: Kubectl;
  readonly #place: string;
  readonly #report: (object: JsonObject) => void;
  readonly #fieldValidation: string;
  readonly #flags: GeneratorCall['flags'];

  /** Rejects with kubectl's sentences for the flags that all generators have. */
  static async of(call: GeneratorCall, kubectl: Kubectl): Promise<Generation> {
    const { flags, args } = call;
    const name = nameArgument(call);
    const dryRun = dryRunOf(flags['dry-run'], kubectl);
    const report = await reporter(flags, kubectl, 'created', dryRun, { isTyped: true });
    const fieldValidation = fieldValidationOf(flags.validate);
    const { name: place, isExplicit } = await kubectl.namespace();
    return new Generation(kubectl, { name, words: args.slice(1), place, isExplicit, dryRun, report, fieldValidation, flags });
  }

  private constructor(
    kubectl: Kubectl,
    known: {
      readonly name: string;
      readonly words: readonly string[];
      readonly place: string;
      readonly isExplicit: boolean;
      readonly dryRun: DryRun;
      readonly report: (object: JsonObject) => void;
      readonly fieldValidation: string;
      readonly flags: GeneratorCall['flags'];
    },
  ) {
    this.#kubectl = kubectl;
    this.name = known.name;
    this.words = known.words;
    this.namespace = known.isExplicit ? known.place : '';
    this.dryRun = known.dryRun;
    this.#place = known.place;
    this.#report = known.report;
    this.#fieldValidation = known.fieldValidation;
    this.#flags = known.flags;
  }

  /** Of an object that lives in a namespace. */
  metadata(more: Readonly<Record<string, JsonValue>> = {}, name = this.name): JsonObject {
    return { name, ...(this.namespace ? { namespace: this.namespace } : {}), ...more };
  }

  /** Makes the object and prints it. `failed` stands before what the server has against it. */
  async make(resource: ResourceName, object: JsonObject, failed = ''): Promise<void> {
    const kept = refreshTypedLastApplied(object, this.#flags['save-config']);
    if (this.dryRun === 'client') return this.#report(kept);
    const client = await this.#kubectl.client(resource);
    const write = { fieldManager: this.#flags['field-manager'], fieldValidation: this.#fieldValidation, dryRun: this.dryRun === 'server' };
    const made = await client.create(resource.namespaced ? { namespace: this.#place } : {}, kept, write).catch((error: unknown) => {
      if (!failed) throw error;
      throw new CommandError(`${failed} ${messageOf(error)}`);
    });
    this.#report(made);
  }
}

/** The resource of a type that kubectl knows by itself. */
export const builtIn = (group: string, version: string, resource: string, namespaced = true): ResourceName => ({ group, version, resource, namespaced });
