// managedFields read and written: who owns what, since when. Models apimachinery/pkg/util/managedfields/internal/managedfields.go
import { compareText, goJson } from '../../../kube/machinery/field-path.ts';
import type { FieldSet } from '../../../kube/machinery/field-set.ts';
import { FieldsV1Error, markCanonical, parseFieldsV1 } from '../../../kube/machinery/fields-v1.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { parseTime } from '../../../kube/machinery/time.ts';

export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: string;
  /** In which version of the kind the set is. */
  readonly apiVersion: string;
  readonly set: FieldSet;
  /** As on the wire; undefined of one who owned nothing new. */
  readonly time: string | undefined;
  /** The entry as it is stored, as long as it says the same. */
  readonly entry?: JsonObject;
}
/** By identifier. */
export type Owners = ReadonlyMap<string, Owner>;
export const NO_OWNERS: Owners = new Map<string, Owner>();

/** Entries that are no managedFields. The message is upstream's. */
export class ManagedFieldsError extends Error {}

/** Who is one and the same: appliers whatever their version, updaters by version. */
export function identifierOf({ manager, operation, apiVersion, subresource }: Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>): string {
  const parts = [`"operation":"${operation}"`];
  if (manager) parts.unshift(`"manager":${goJson(manager)}`);
  if (operation === 'Update' && apiVersion) parts.push(`"apiVersion":${goJson(apiVersion)}`);
  if (subresource) parts.push(`"subresource":${goJson(subresource)}`);
  return `{${parts.join(',')}}`;
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** Throws ManagedFieldsError. */
export function readOwners(entries: JsonValue | undefined): Owners {
  if (!Array.isArray(entries) || entries.length === 0) return NO_OWNERS;
  const owners = new Map<string, Owner>();
  for (const [i, each] of (entries as readonly JsonValue[]).entries()) {
    const owner = readOwner(isJsonObject(each) ? each : {}, i);
    owners.set(identifierOf(owner), owner);
  }
  return owners;
}

function readOwner(entry: JsonObject, i: number): Owner {
  const operation = entry['operation'];
  if (operation !== 'Apply' && operation !== 'Update') throw new ManagedFieldsError('operation must be `Apply` or `Update`');
  const apiVersion = text(entry['apiVersion']);
  if (!apiVersion) throw new ManagedFieldsError('apiVersion must not be empty');
  const fieldsType = text(entry['fieldsType']);
  if (!fieldsType) throw new ManagedFieldsError(`missing fieldsType in managed fields entry ${i}`);
  if (fieldsType !== 'FieldsV1') throw new ManagedFieldsError(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${i}`);
  const stored = entry['fieldsV1'];
  const set = setOf(stored, entry);
  const owner: Owner = {
    manager: text(entry['manager']),
    operation,
    subresource: text(entry['subresource']),
    apiVersion,
    set,
    time: text(entry['time']) || undefined,
  };
  return set === stored ? { ...owner, entry } : owner;
}
function setOf(fields: JsonValue | undefined, entry: JsonObject): FieldSet {
  try {
    return parseFieldsV1(fields);
  } catch (error) {
    if (error instanceof FieldsV1Error)
      throw new ManagedFieldsError(`error decoding versioned set from ${goJson(entry)}: error decoding set: ${error.message}`);
    throw error;
  }
}

/** The entries in upstream's order; undefined when there are none. Frozen, as sets are shared between objects. */
export function writeOwners(owners: Owners): readonly JsonObject[] | undefined {
  if (owners.size === 0) return undefined;
  return [...owners.values()].sort(byAge).map(entryOf);
}

function entryOf({ manager, operation, apiVersion, time, set, subresource, entry }: Owner): JsonObject {
  if (entry) return entry;
  return {
    ...(manager ? { manager } : {}),
    operation,
    apiVersion,
    ...(time ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1: markCanonical(set) as JsonObject,
    ...(subresource ? { subresource } : {}),
  };
}

const secondsOf = (time: string | undefined): number => (time ? Math.floor(parseTime(time) / 1000) : 0);
function byAge(a: Owner, b: Owner): number {
  return (
    compareText(a.operation, b.operation) ||
    (a.time === b.time ? 0 : secondsOf(a.time) - secondsOf(b.time)) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

/** The same owner with another set. */
export function owning(owner: Owner, set: FieldSet): Owner {
  if (set === owner.set) return owner;
  const { entry: _entry, ...rest } = owner;
  return { ...rest, set };
}
