// Sets of fields seen through a structure: named parents counted as members, and sets from before a structure became atomic.
// Models structured-merge-diff/fieldpath/set.go (EnsureNamedFieldsAreMembers) and typed/reconcile_schema.go
import { SELF, type PathElement } from '../../../kube/machinery/field-path.ts';
import { FieldSetBuilder, isEmptySet, NO_FIELDS, recursiveDifference, union, type FieldSet } from '../../../kube/machinery/field-set.ts';
import type { Structure } from '../../resources/structure.ts';

const NOTHING: Structure = {};
const isField = (element: PathElement): boolean => element.charAt(0) === 'f';

/** A declared field that has members below it becomes a member itself; keys of maps and items of lists do not. */
export function withNamedFields(set: FieldSet, { map, list }: Structure): FieldSet {
  const result: Record<PathElement, FieldSet> = {};
  for (const element in set) {
    const node = set[element] as FieldSet;
    if (element === SELF || isEmptySet(node)) {
      result[element] = node;
      continue;
    }
    const declared = isField(element) ? map?.field(element.slice(2)) : undefined;
    const structure = isField(element) ? (declared ?? map?.values) : element.charAt(0) === 'k' ? list?.items : undefined;
    const inside = withNamedFields(node, structure ?? NOTHING);
    result[element] = declared && inside[SELF] === undefined ? { [SELF]: NO_FIELDS, ...inside } : inside;
  }
  return result;
}

/** What was owned part by part and is atomic by now is owned as a whole. The set itself where nothing is so. */
export function reconciled(set: FieldSet, structure: Structure): FieldSet {
  const walk = new Walk();
  walk.node(structure, set, false);
  const atomic = walk.atomic.build();
  return isEmptySet(atomic) ? set : union(recursiveDifference(set, atomic), atomic);
}

class Walk {
  readonly atomic = new FieldSetBuilder();
  readonly #path: PathElement[] = [];

  /** `leaf`: a member with nothing below. */
  node({ map, scalar, list }: Structure, set: FieldSet, leaf: boolean): void {
    if (map) {
      if (map.deduced) return;
      if (map.atomic) {
        if (!leaf && !isEmptySet(set)) this.atomic.add(this.#path);
        return;
      }
    } else if (scalar) return;
    else if (list?.atomic) {
      if (!leaf) this.atomic.add(this.#path);
      return;
    }
    for (const element in set) {
      if (element === SELF) continue;
      const structure = map ? (isField(element) ? (map.field(element.slice(2)) ?? map.values) : map.values) : list?.items;
      if (!structure) continue;
      const inside = set[element] as FieldSet;
      this.#path.push(element);
      this.node(structure, inside, isEmptySet(inside));
      this.#path.pop();
    }
  }
}
