// Who owns which field of an object: managedFields kept on every write, and server-side apply.
// Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/managedfields
import { fieldPath } from '../../../kube/machinery/field-path.ts';
import { difference, isEmptySet, setOf, union } from '../../../kube/machinery/field-set.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { badRequest, StatusError } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Structure } from '../../resources/structure.ts';
import { ApplyConflicts } from './conflicts.ts';
import { capUpdaters } from './crowd.ts';
import { fieldsOfLastApplied, LAST_APPLIED_MANAGER, withLastApplied } from './last-applied.ts';
import { identifierOf, ManagedFieldsError, NO_OWNERS, owning, readOwners, writeOwners, type Owner, type Owners } from './owners.ts';
import { StructureError } from './structured-value.ts';
import { Updater, type Applied, type Filter } from './updater.ts';
import { validateValue } from './validate.ts';

/** For kinds with several versions: entries of managedFields keep the version that their manager spoke. */
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
  /** What remains of a set of fields for its writer, by subresource; the main resource is ''. */
  readonly resetFields?: Readonly<Record<string, Filter>>;
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

/** Never owned: identity, and what the server writes itself. */
const SERVERS_OWN = setOf(
  [
    ['apiVersion'],
    ['kind'],
    ['metadata'],
    ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map((name) => [
      'metadata',
      name,
    ]),
  ].map((names) => fieldPath(...names)),
);
const BEFORE_FIRST_APPLY = 'before-first-apply';

/** One per kind and version. Never changes what it is given. */
export class FieldOwnership {
  readonly #structure: Structure;
  readonly #options: OwnershipOptions;
  readonly #updaters = new Map<string, Updater>();

  constructor(structure: Structure, options: OwnershipOptions) {
    this.#structure = structure;
    this.#options = options;
  }

  /**
   * `next` with the managedFields it has to have; `live` is undefined on creation. Both decoded and defaulted, before admission.
   * `manager` is the request's fieldManager or the start of its User-Agent (`managerOf`).
   */
  update(live: JsonObject | undefined, next: JsonObject, manager: string, subresource = ''): JsonObject {
    const before = ownersFor(live, next, subresource);
    if (before.size === 0 && live && metadataOf(live)['uid']) return withManagedFields(next, undefined);
    try {
      const owners = this.#update(bare(live ?? this.#options.empty), bare(next), before, manager, subresource);
      return withManagedFields(next, writeOwners(owners));
    } catch (error) {
      // As upstream: an object that does not fit its structure is written without managedFields.
      if (error instanceof StructureError) return withManagedFields(next, undefined);
      throw error;
    }
  }

  /**
   * The object that applying makes of `live` (undefined: there is none yet), with managedFields; still to be decoded and defaulted.
   * Throws StatusError: 409 for conflicts, 400 and 500 for what cannot be applied.
   */
  apply(live: JsonObject | undefined, applied: JsonObject, { manager, subresource = '', force = false }: Applying): JsonObject {
    this.#check(applied);
    const start = bare(live ?? this.#options.empty);
    let owners = readOwners(metadataOf(live ?? {})['managedFields']);
    if (owners.size === 0) owners = this.#update(bare(this.#options.empty), start, owners, BEFORE_FIRST_APPLY, subresource);
    const result = this.#apply(start, applied, owners, { manager, subresource, force });
    const object = result.object ?? start;
    return withManagedFields(manager === LAST_APPLIED_MANAGER ? withLastApplied(object, applied) : object, writeOwners(result.owners));
  }

  #updater(subresource: string): Updater {
    let updater = this.#updaters.get(subresource);
    if (!updater) {
      const { groupVersion, versions, resetFields } = this.#options;
      const own = this.#structure;
      updater = new Updater(
        {
          apiVersion: groupVersion,
          structureOf: (apiVersion) => (apiVersion === groupVersion ? own : versions?.structureOf(apiVersion)),
          convert: (object, apiVersion) => (versions ? versions.convert(object, apiVersion) : object),
        },
        resetFields?.[subresource],
      );
      this.#updaters.set(subresource, updater);
    }
    return updater;
  }

  #now(): string {
    return formatTime(this.#options.clock.now());
  }

  #update(live: JsonObject, next: JsonObject, before: Owners, manager: string, subresource: string): Owners {
    const { written, owners } = this.#updater(subresource).update(live, next, before);
    const set = difference(written, SERVERS_OWN);
    if (!isEmptySet(set)) {
      const who = { manager: manager || 'unknown', operation: 'Update', apiVersion: this.#options.groupVersion, subresource } as const;
      const identifier = identifierOf(who);
      const previous = owners.get(identifier);
      owners.set(identifier, { ...who, set: previous ? union(set, previous.set) : set, time: this.#now() });
    }
    capUpdaters(owners);
    return owners;
  }

  #check(applied: JsonObject): void {
    const { groupVersion, kind } = this.#options;
    if (applied['apiVersion'] !== groupVersion || applied['kind'] !== kind)
      throw badRequest(`invalid object type: ${shownKind(text(applied['apiVersion']), text(applied['kind']))}`);
    const metadata = metadataOf(applied);
    if (metadata['managedFields'] !== undefined && metadata['managedFields'] !== null) throw badRequest('metadata.managedFields must be nil');
    try {
      validateValue(this.#structure, applied);
    } catch (error) {
      if (!(error instanceof StructureError)) throw error;
      const name = `${text(metadata['namespace'])}/${text(metadata['name'])}; ${shownKind(groupVersion, kind)}`;
      throw failure(`failed to create typed patch object (${name}): ${error.message}`);
    }
  }

  #apply(live: JsonObject, applied: JsonObject, owners: Owners, applying: Required<Applying>): Applied {
    try {
      return this.#applyOnce(live, applied, owners, applying);
    } catch (error) {
      if (error instanceof StructureError) throw failure(`failed to merge config: ${error.message}`);
      if (!(error instanceof ApplyConflicts)) throw error;
      const allowed = applying.manager === LAST_APPLIED_MANAGER ? fieldsOfLastApplied(this.#structure, this.#options.groupVersion, live) : undefined;
      if (!allowed) throw error.toStatusError();
      const rest = error.beyond(allowed);
      if (rest.conflicts.length) throw rest.toStatusError();
      return this.#applyOnce(live, applied, owners, { ...applying, force: true });
    }
  }

  #applyOnce(live: JsonObject, applied: JsonObject, before: Owners, { manager, subresource, force }: Required<Applying>): Applied {
    const who = { manager: manager || 'unknown', operation: 'Apply', apiVersion: this.#options.groupVersion, subresource } as const;
    const identifier = identifierOf(who);
    const previous = before.get(identifier);
    const { object, owners } = this.#updater(subresource).apply(live, applied, before, identifier, { ...who, time: previous?.time }, force);
    const owner = owners.get(identifier);
    if (owner) {
      const set = difference(owner.set, SERVERS_OWN);
      if (isEmptySet(set)) owners.delete(identifier);
      else owners.set(identifier, settled(object ? { ...owner, set, time: this.#now() } : owning(owner, set), previous));
    }
    return { object, owners };
  }
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const failure = (message: string): StatusError => new StatusError({ code: 500, reason: '', message });

/** `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`. */
const shownKind = (groupVersion: string, kind: string): string => `${groupVersion.includes('/') ? groupVersion : `/${groupVersion}`}, Kind=${kind}`;

/** The stored entry again where nothing of it changed. */
function settled(owner: Owner, previous: Owner | undefined): Owner {
  const same = previous?.entry && previous.time === owner.time && previous.apiVersion === owner.apiVersion && jsonEqual(previous.set, owner.set);
  return same ? previous : owner;
}

function metadataOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) ? metadata : {};
}

/** The object itself where it has no managedFields. */
function bare(object: JsonObject): JsonObject {
  return withManagedFields(object, undefined);
}
function withManagedFields(object: JsonObject, entries: readonly JsonObject[] | undefined): JsonObject {
  const { metadata } = object;
  if (!isJsonObject(metadata)) return entries ? { ...object, metadata: { managedFields: entries } } : object;
  if (entries) return { ...object, metadata: { ...metadata, managedFields: entries } };
  if (metadata['managedFields'] === undefined) return object;
  const { managedFields: _entries, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** A client that sends `[]` or `[{}]` clears the books; what it sends otherwise counts, unless it makes no sense. */
function ownersFor(live: JsonObject | undefined, next: JsonObject, subresource: string): Owners {
  const stored = metadataOf(live ?? {})['managedFields'];
  const sent = metadataOf(next)['managedFields'];
  if (subresource === '' && Array.isArray(sent) && sent !== stored) {
    const [first] = sent as readonly JsonValue[];
    if (sent.length === 0 || (sent.length === 1 && isJsonObject(first) && Object.keys(first).every((key) => !first[key]))) return NO_OWNERS;
    const owners = ownersOf(knownAgain(sent, Array.isArray(stored) ? stored : []));
    if (owners?.size) return owners;
  }
  return ownersOf(stored) ?? NO_OWNERS;
}
function ownersOf(entries: JsonValue | undefined): Owners | undefined {
  try {
    return readOwners(entries);
  } catch (error) {
    if (error instanceof ManagedFieldsError) return undefined;
    throw error;
  }
}
/** What was only read and sent back is the stored entry: it need not be read again. */
function knownAgain(sent: readonly JsonValue[], stored: readonly JsonValue[]): readonly JsonValue[] {
  return sent.map((entry, i) => (stored[i] !== undefined && jsonEqual(entry, stored[i]) ? stored[i] : entry));
}
