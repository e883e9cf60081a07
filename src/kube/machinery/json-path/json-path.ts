// A JSONPath template and what it finds in an object. Models kubernetes/staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go
import { sortedGoJson } from '../go-json.ts';
import { GoByte, goEqual, GoFloat, goLess, goPrint, kindOf, NotComparable, typeOf, type GoValue } from '../go-values.ts';
import { sortedEntries } from '../go-text.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { JsonPathError, parseTemplate, type PathNode } from './parse.ts';

type Found = readonly GoValue[];
type Node<T extends PathNode['type']> = Extract<PathNode, { readonly type: T }>;

export interface JsonPathOptions {
  /** A field that is not there finds nothing, rather than being a failure. */
  readonly allowMissingKeys?: boolean;
}

export class JsonPath {
  readonly #nodes: readonly PathNode[];
  readonly #allowMissingKeys: boolean;
  // Loops change what the next evaluation begins with, as they do upstream: a template with a range prints a second object from within the range.
  #from = 0;
  #rangesBegun = 0;
  #rangesInside = 0;
  #rangesEnded = 0;
  #lastEnd = -1;

  /** Throws JsonPathError. */
  constructor(text: string, { allowMissingKeys = false }: JsonPathOptions = {}) {
    this.#nodes = parseTemplate(text);
    this.#allowMissingKeys = allowMissingKeys;
  }

  /** What each part of the template finds, in turn. Throws JsonPathError. */
  find(data: GoValue): readonly Found[] {
    const all: Found[] = [];
    for (let i = this.#from; i < this.#nodes.length; i++) {
      const node = this.#nodes[i];
      if (!node) break;
      const found = this.#walk([data], node);
      if (this.#rangesEnded > 0 && this.#rangesEnded <= this.#rangesInside) {
        this.#rangesEnded--;
        this.#lastEnd = i;
        break;
      }
      if (this.#rangesBegun > 0) {
        this.#rangesBegun--;
        this.#rangesInside++;
        // A loop over nothing is gone through all the same: its end has to be found.
        for (const value of found.length ? found : [undefined]) {
          this.#from = i + 1;
          const inner = this.find(value);
          if (found.length) all.push(...inner);
        }
        this.#rangesInside--;
        if (this.#lastEnd > i) i = this.#lastEnd;
        continue;
      }
      all.push(found);
    }
    return all;
  }

  /** Throws JsonPathError. */
  print(data: JsonObject, asJson = false): string {
    return this.find(data)
      .map((found) => (asJson ? `${sortedGoJson(found.map(plainOf), 4)}\n` : found.map(textOf).join(' ')))
      .join('');
  }

  #walk(input: Found, node: PathNode): Found {
    switch (node.type) {
      case 'list':
        return this.#list(input, node.nodes);
      case 'text':
        return [node.text];
      case 'literal':
        return input.map(() => node.value);
      case 'field':
        return this.#field(input, node);
      case 'slice':
        return slice(input, node);
      case 'filter':
        return this.#filter(input, node);
      case 'wildcard':
        return input.flatMap(contentsOf);
      case 'recursive':
        return descend(input);
      case 'union':
        return node.lists.flatMap((list) => this.#list(input, list));
      case 'identifier':
        return this.#identifier(input, node);
    }
  }

  #list(input: Found, nodes: readonly PathNode[]): Found {
    return nodes.reduce((values, node) => this.#walk(values, node), input);
  }

  #identifier(input: Found, { name }: Node<'identifier'>): Found {
    if (name === 'range') {
      this.#rangesBegun++;
      return input;
    }
    if (name !== 'end') throw new JsonPathError(`unrecognized identifier ${name}`);
    if (this.#rangesInside <= 0) throw new JsonPathError('not in range, nothing to end');
    this.#rangesEnded++;
    return [];
  }

  #field(input: Found, { name }: Node<'field'>): Found {
    const found = input.flatMap((value): Found => (isMap(value) && Object.hasOwn(value, name) && value[name] !== undefined ? [value[name]] : []));
    if (input.length && !found.length && !this.#allowMissingKeys) throw new JsonPathError(`${name} is not found`);
    return found;
  }

  #filter(input: Found, { left, right, operator }: Node<'filter'>): Found {
    return input.flatMap((value) => {
      if (!isSlice(value)) throw new JsonPathError(`${goPrint(value)} is not array or slice and cannot be filtered`);
      return value.filter((item) => {
        if (operator === 'exists') return this.#exists(item, left);
        const lefts = this.#list([item], left);
        if (!lefts.length) return false;
        if (lefts.length > 1) throw new JsonPathError('can only compare one element at a time');
        const rights = this.#list([item], right);
        if (!rights.length) return false;
        if (rights.length > 1) throw new JsonPathError('can only compare one element at a time');
        return compare(lefts[0], operator, rights[0]);
      });
    });
  }

  /** What fails finds nothing, but what was found until then counts. */
  #exists(item: JsonValue, path: readonly PathNode[]): boolean {
    let values: Found = [item];
    for (const node of path)
      try {
        values = this.#walk(values, node);
      } catch (error) {
        if (!(error instanceof JsonPathError)) throw error;
        return node.type !== 'field' && values.length > 0;
      }
    return values.length > 0;
  }
}

const isMap = (value: GoValue): value is JsonObject => kindOf(value) === 'map';
const isSlice = (value: GoValue): value is readonly JsonValue[] => kindOf(value) === 'slice';

function contentsOf(value: GoValue): Found {
  if (isMap(value)) return sortedEntries(value).map(([, item]) => item);
  if (isSlice(value)) return value;
  return typeof value === 'string' ? [...Buffer.from(value)].map((byte) => new GoByte(byte)) : [];
}

/** Everything that holds something, from the outside in. */
function descend(input: Found): Found {
  return input.flatMap((value) => {
    const inner = contentsOf(value);
    return inner.length ? [value, ...descend(inner)] : [];
  });
}

function slice(input: Found, { from, to, step }: Node<'slice'>): Found {
  const result: GoValue[] = [];
  for (const value of input) {
    if (value === null) continue;
    if (!isSlice(value)) throw new JsonPathError(`${typeOf(value)} is not array or slice`);
    const { length } = value;
    let first = from.value ?? 0;
    if (first < 0) first += length;
    let end = to.value ?? length;
    if (end < 0 || (end === 0 && to.derived)) end += length;
    // Nothing at all may be asked for anywhere.
    if (end === first) return result;
    if (first >= length || first < 0) throw new JsonPathError(`array index out of bounds: index ${first}, length ${length}`);
    if (end > length || end < 0) throw new JsonPathError(`array index out of bounds: index ${end - 1}, length ${length}`);
    if (first > end) throw new JsonPathError(`starting index ${first} is greater than ending index ${end}`);
    const stride = step.value ?? 1;
    if (stride <= 0) throw new JsonPathError('step must be > 0');
    for (let i = first; i < end; i += stride) result.push(value[i]);
  }
  return result;
}

function compare(left: GoValue, operator: string, right: GoValue): boolean {
  try {
    switch (operator) {
      case '<':
        return goLess(left, right);
      case '<=':
        return goLess(left, right) || goEqual(left, right);
      case '>':
        return !(goLess(left, right) || goEqual(left, right));
      case '>=':
        return !goLess(left, right);
      case '==':
        return goEqual(left, right);
      case '!=':
        return !goEqual(left, right);
      default:
        throw new JsonPathError(`unrecognized filter operator ${operator}`);
    }
  } catch (error) {
    throw error instanceof NotComparable ? new JsonPathError(error.message) : error;
  }
}

const plainOf = (value: GoValue): JsonValue => (value instanceof GoFloat || value instanceof GoByte ? value.value : (value ?? null));

function textOf(value: GoValue): string {
  if (value === undefined) return '<no value>';
  if (value === null) return 'null';
  return isMap(value) || isSlice(value) ? sortedGoJson(value) : goPrint(value);
}
