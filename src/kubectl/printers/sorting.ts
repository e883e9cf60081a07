// --sort-by: lists and tables in the order of what a JSONPath finds in each. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go
import { goSort } from '../../kube/machinery/go-sort.ts';
import { kindOf, typeOf, type GoValue } from '../../kube/machinery/go-values.ts';
import { JsonPath } from '../../kube/machinery/json-path/json-path.ts';
import { JsonPathError } from '../../kube/machinery/json-path/parse.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { compareQuantity, parseQuantity } from '../../kube/machinery/quantity.ts';
import { CommandError, Exit } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { klogLine } from '../klog.ts';
import type { Kubectl } from '../kubectl.ts';
import { relaxedPath } from './relaxed-path.ts';

/** Two values that have no order. */
class Unsortable extends Error {}

interface Rows {
  readonly rows?: readonly { readonly object?: JsonObject }[];
}

/** The objects in order. Rejects where none of them has the field. */
export function sortObjects(objects: readonly JsonObject[], field: string, kubectl: Kubectl): readonly JsonObject[] {
  if (!objects.length) return objects;
  const template = relaxedPath(field);
  const path = parsed(template, '');
  // Whether the field is there at all is asked of one object after the other, until one has it.
  const keys = objects.map((object) => found(path, object));
  if (!keys.some((key) => key !== undefined)) throw notFound(template);
  return sorted(objects, keys, (key) => unsortable(kubectl, { template, of: '*unstructured.Unstructured', line: 357, key }));
}

/** The table with its rows in order; the rows have to carry their objects. */
export function sortTable(table: JsonObject, field: string, kubectl: Kubectl): JsonObject {
  const template = leniently(field);
  const path = parsed(template, 'sorting error: ');
  const rows = (table as Rows).rows ?? [];
  const keys = rows.map(({ object = {} }) => found(path, object));
  if (rows.length && !keys.some((key) => key !== undefined)) throw notFound(template);
  return {
    ...table,
    rows: sorted(rows, keys, (key) => unsortable(kubectl, { template, of: '[][][]reflect.Value', line: 375, key })) as unknown as readonly JsonObject[],
  };
}

function leniently(field: string): string {
  try {
    return relaxedPath(field);
  } catch {
    return field; // a whole template serves as well
  }
}

function parsed(template: string, prefix: string): JsonPath {
  try {
    return new JsonPath(template, { allowMissingKeys: true });
  } catch (error) {
    throw error instanceof JsonPathError ? new CommandError(`${prefix}${error.message}`) : error;
  }
}

const notFound = (template: string): CommandError => new CommandError(`couldn't find any field with path ${goQuote(template)} in the list of objects`);

/** Boxed, so that null is something that was found. */
interface Key {
  readonly value: GoValue;
}

function found(path: JsonPath, object: JsonObject): Key | undefined {
  try {
    const [first] = path.find(object);
    return first?.length ? { value: first[0] } : undefined;
  } catch (error) {
    throw error instanceof JsonPathError ? new CommandError(error.message) : error;
  }
}

function sorted<T>(items: readonly T[], keys: readonly (Key | undefined)[], giveUp: (failure: Unsortable) => never): readonly T[] {
  const pairs = items.map((item, i) => ({ item, key: keys[i] }));
  const less = (a: { readonly key: Key | undefined }, b: { readonly key: Key | undefined }): boolean => {
    if (!a.key) return true;
    return b.key !== undefined && isLess(a.key.value, b.key.value);
  };
  try {
    return goSort(pairs, less).map(({ item }) => item);
  } catch (error) {
    if (error instanceof Unsortable) giveUp(error);
    throw error;
  }
}

function isLess(a: GoValue, b: GoValue): boolean {
  const kind = kindOf(a);
  const its = kindOf(b);
  if (kind === 'nil') return its !== 'nil';
  if (its === 'nil') return false;
  if (kind === 'string' && its === 'string') return textIsLess(a as string, b as string);
  if (kind === 'slice' || kind === 'map' || kind === 'bool') throw new Unsortable(`unsortable type: ${typeOf(a)}`);
  if (kind !== its) throw new Unsortable('unsortable interface: interface');
  return Number(a) < Number(b);
}

/** Two quantities compare as such. */
function textIsLess(a: string, b: string): boolean {
  const quantity = parseQuantity(a);
  const other = quantity && parseQuantity(b);
  return quantity && other ? compareQuantity(quantity, other) < 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

/** Says so as a log does, and ends. */
function unsortable(
  kubectl: Kubectl,
  { template, of, line, key }: { readonly template: string; readonly of: string; readonly line: number; readonly key: Unsortable },
): never {
  kubectl.complain(klogLine('F', `sorter.go:${line}`, `Field ${template} in ${of} is an unsortable type: interface, err: ${key.message}`, kubectl.ports));
  throw new Exit(1);
}
