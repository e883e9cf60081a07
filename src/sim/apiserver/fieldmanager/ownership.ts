// Who owns which field of an object: managedFields kept on every write, and server-side apply.
// Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/managedfields
import type { FieldSet } from '../../../kube/machinery/field-set.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Structure } from '../../resources/structure.ts';

/** What remains of a set of fields for their writer: a strategy takes away what it resets. */
export type FieldFilter = (set: FieldSet) => FieldSet;

/** For kinds with several versions: entries of managedFields keep the version their manager spoke. */
export interface Versions {
  /** Undefined: no such version any more; what was owned in it is forgotten. */
  structureOf(apiVersion: string): Structure | undefined;
  convert(object: JsonObject, apiVersion: string): JsonObject;
}

export interface OwnershipOptions {
  /** `apps/v1` and `Deployment`: of the objects passed in. */
  readonly groupVersion: string;
  readonly kind: string;
  /** What a new object is before anything is set: `decode(schema, {}).value` of built-in kinds, `{}` of custom ones. */
  readonly empty: JsonObject;
  /** By subresource, the main resource under ''. */
  readonly resetFields?: Readonly<Record<string, FieldFilter>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly versions?: Versions;
}

export interface Applying {
  readonly manager: string;
  /** '' for the main resource. */
  readonly subresource?: string;
  /** Takes over what others own instead of refusing. */
  readonly force?: boolean;
}

/** One per kind and version. Never changes what it is given. */
export class FieldOwnership {
  readonly #structure: Structure;
  readonly #options: OwnershipOptions;

  constructor(structure: Structure, options: OwnershipOptions) {
    this.#structure = structure;
    this.#options = options;
  }

  /**
   * `next` with the managedFields it has to have; `live` is undefined on creation. Both decoded and defaulted, before admission.
   * `manager` is the request's fieldManager or the start of its User-Agent (`managerOf`).
   */
  update(live: JsonObject | undefined, next: JsonObject, manager: string, subresource = ''): JsonObject {
    throw new Error(`${this.#options.kind} ${String(this.#structure)} ${String(live)} ${String(next)} ${manager} ${subresource}`);
  }

  /**
   * The object that applying makes of `live` (undefined: there is none yet), with managedFields; still to be decoded and defaulted.
   * Throws StatusError: 409 for conflicts, 400 and 500 for what cannot be applied.
   */
  apply(live: JsonObject | undefined, applied: JsonObject, { manager, subresource = '', force = false }: Applying): JsonObject {
    throw new Error(`${String(live)} ${String(applied)} ${manager} ${subresource} ${force}`);
  }
}
