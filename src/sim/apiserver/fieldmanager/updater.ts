// What a write does to the sets of all owners, and what an apply makes of the object. Models structured-merge-diff/merge/update.go
import { difference, intersection, isEmptySet, NO_FIELDS, union, type FieldSet } from '../../../kube/machinery/field-set.ts';
import { jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { Structure } from '../../resources/structure.ts';
import { compareValues, isSame, type Comparison } from './compare.ts';
import { ApplyConflicts, type Conflict } from './conflicts.ts';
import { reconciled, withNamedFields } from './fit-set.ts';
import { mergeValues } from './merge.ts';
import { owning, type Owner, type Owners } from './owners.ts';
import { removeItems } from './remove.ts';
import { toFieldSet } from './to-field-set.ts';

/** The versions of one kind. */
export interface VersionedStructures {
  /** The version of the objects that come in. */
  readonly apiVersion: string;
  /** Undefined: there is no such version (any more). */
  structureOf(apiVersion: string): Structure | undefined;
  /** From the version that the object names to another. */
  convert(object: JsonObject, apiVersion: string): JsonObject;
}
export type Filter = (set: FieldSet) => FieldSet;
export interface Applied {
  /** Undefined: applying changed nothing. */
  readonly object: JsonObject | undefined;
  readonly owners: Map<string, Owner>;
}

const NOTHING_CHANGED: Comparison = { added: NO_FIELDS, modified: NO_FIELDS, removed: NO_FIELDS };

export class Updater {
  readonly #versions: VersionedStructures;
  readonly #filter: Filter | undefined;
  /** Sets that are as their structure has it: checked once. */
  readonly #fitting = new WeakSet<FieldSet>();

  /** `filter` takes from a set what the strategy resets. */
  constructor(versions: VersionedStructures, filter: Filter | undefined) {
    this.#versions = versions;
    this.#filter = filter;
  }

  /** What of `next` counts as written, and what the others still own. Throws StructureError. */
  update(live: JsonObject, next: JsonObject, owners: Owners): { readonly written: FieldSet; readonly owners: Map<string, Owner> } {
    const left = this.#reconcile(owners);
    const { added, modified } = this.#settle(live, next, left, undefined, true);
    const changed = union(modified, added);
    return { written: this.#filter ? this.#filter(changed) : changed, owners: left };
  }

  /** Throws StructureError and ApplyConflicts. `identifier` names the owner in `owners`, whose set becomes what `config` has. */
  apply(live: JsonObject, config: JsonObject, owners: Owners, identifier: string, applier: Omit<Owner, 'set'>, force: boolean): Applied {
    const { apiVersion } = this.#versions;
    const structure = this.#structure();
    const left = this.#reconcile(owners);
    const merged = mergeValues(structure, live, config) as JsonObject;
    const last = left.get(identifier);
    const set = toFieldSet(structure, config);
    left.set(identifier, { ...applier, apiVersion, set: this.#filter ? this.#filter(set) : set });
    const object = this.#prune(merged, left, identifier, last);
    this.#settle(live, object, left, identifier, force);
    return { object: jsonEqual(live, object) ? undefined : object, owners: left };
  }

  #structure(): Structure {
    const structure = this.#versions.structureOf(this.#versions.apiVersion);
    if (!structure) throw new Error(`no structure of ${this.#versions.apiVersion}`);
    return structure;
  }

  #reconcile(owners: Owners): Map<string, Owner> {
    const result = new Map<string, Owner>();
    for (const [identifier, owner] of owners) {
      const structure = this.#versions.structureOf(owner.apiVersion);
      if (!structure) continue;
      let { set } = owner;
      if (!this.#fitting.has(set)) {
        set = reconciled(set, structure);
        this.#fitting.add(set);
      }
      result.set(identifier, owning(owner, set));
    }
    return result;
  }

  #compare(live: JsonObject, next: JsonObject, apiVersion: string): Comparison | undefined {
    const structure = this.#versions.structureOf(apiVersion);
    if (!structure) return undefined;
    const other = apiVersion !== this.#versions.apiVersion;
    const comparison = other
      ? compareValues(structure, this.#versions.convert(live, apiVersion), this.#versions.convert(next, apiVersion))
      : compareValues(structure, live, next);
    const filter = other ? undefined : this.#filter;
    if (!filter || isSame(comparison)) return comparison;
    return { added: filter(comparison.added), modified: filter(comparison.modified), removed: filter(comparison.removed) };
  }

  /** Takes from everyone but `workflow` what changed; without `force` it is refused instead. Changes `owners`. */
  #settle(live: JsonObject, next: JsonObject, owners: Map<string, Owner>, workflow: string | undefined, force: boolean): Comparison {
    const mine = this.#compare(live, next, this.#versions.apiVersion) ?? NOTHING_CHANGED;
    const comparisons = new Map<string, Comparison>([[this.#versions.apiVersion, mine]]);
    const conflicts: Conflict[] = [];
    const settled: [string, Owner][] = [];
    for (const [identifier, owner] of owners) {
      if (identifier === workflow) continue;
      let comparison = comparisons.get(owner.apiVersion);
      if (!comparison) {
        comparison = this.#compare(live, next, owner.apiVersion);
        if (!comparison) continue;
        comparisons.set(owner.apiVersion, comparison);
      }
      const taken = union(intersection(owner.set, comparison.modified), intersection(owner.set, comparison.added));
      if (!isEmptySet(taken)) conflicts.push({ owner, set: taken });
      settled.push([identifier, owning(owner, difference(difference(owner.set, taken), comparison.removed))]);
    }
    if (!force && conflicts.length) throw new ApplyConflicts(conflicts);
    for (const [identifier, owner] of settled) {
      if (isEmptySet(owner.set)) owners.delete(identifier);
      else owners.set(identifier, owner);
    }
    if (workflow !== undefined && isEmptySet(owners.get(workflow)?.set ?? NO_FIELDS)) owners.delete(workflow);
    return mine;
  }

  // --- what an applier set before and sets no more ---------------------------------------------------------------------
  #at(object: JsonValue, from: string, apiVersion: string): JsonValue {
    return from === apiVersion || object === null ? object : this.#versions.convert(object as JsonObject, apiVersion);
  }

  #prune(merged: JsonObject, owners: Owners, identifier: string, last: Owner | undefined): JsonObject {
    if (!last || isEmptySet(last.set)) return merged;
    const mine = this.#versions.apiVersion;
    const now = owners.get(identifier)?.set ?? NO_FIELDS;
    if (last.apiVersion === mine && isEmptySet(difference(last.set, now))) return merged;
    const structure = this.#versions.structureOf(last.apiVersion);
    if (!structure) return merged;
    const whole = this.#at(merged, mine, last.apiVersion);
    const lastSet = withNamedFields(last.set, structure);
    let pruned = removeItems(structure, whole, lastSet);
    pruned = this.#addBackOwned(whole, pruned, last.apiVersion, owners);
    pruned = addBackDangling(structure, whole, pruned, lastSet);
    return this.#at(pruned, last.apiVersion, mine) as JsonObject;
  }

  /** Owned by anyone: back again. The version of the pruned object goes first. */
  #addBackOwned(merged: JsonValue, pruned: JsonValue, version: string, owners: Owners): JsonValue {
    const owned = new Map<string, FieldSet>([[version, NO_FIELDS]]);
    for (const { apiVersion, set } of owners.values()) owned.set(apiVersion, union(owned.get(apiVersion) ?? NO_FIELDS, set));
    let whole = merged;
    let result = pruned;
    let at = version;
    for (const [apiVersion, set] of owned) {
      const structure = this.#versions.structureOf(apiVersion);
      if (!structure || (apiVersion === version && isEmptySet(set))) continue;
      whole = this.#at(whole, at, apiVersion);
      result = this.#at(result, at, apiVersion);
      at = apiVersion;
      const named = (value: JsonValue): FieldSet => withNamedFields(toFieldSet(structure, value), structure);
      result = removeItems(structure, whole, difference(named(whole), union(named(result), withNamedFields(set, structure))));
    }
    return this.#at(result, at, version);
  }
}

/** Not set by the last apply: back again, even where its parent went. */
function addBackDangling(structure: Structure, merged: JsonValue, pruned: JsonValue, last: FieldSet): JsonValue {
  const named = (value: JsonValue): FieldSet => withNamedFields(toFieldSet(structure, value), structure);
  return removeItems(structure, merged, intersection(difference(named(merged), named(pruned)), last));
}
