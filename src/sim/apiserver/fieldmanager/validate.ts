// Checks what a client applies against the structure of its kind. Models structured-merge-diff/typed/validate.go
import { goText, sortedEntries } from '../../../kube/machinery/go-text.ts';
import { fieldElement, showElement, type PathElement } from '../../../kube/machinery/field-path.ts';
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { ListStructure, MapStructure, ScalarForm, Structure } from '../../resources/structure.ts';
import { elementOf, formsOf, LIST, MAP, StructureError, type StructureProblem } from './structured-value.ts';

/** Throws StructureError with all that is wrong. */
export function validateValue(structure: Structure, value: JsonValue): void {
  const check = new Check();
  check.value(structure, value);
  if (check.problems.length) throw new StructureError(check.problems);
}

class Check {
  readonly problems: StructureProblem[] = [];
  readonly #path: PathElement[] = [];

  value(structure: Structure, value: JsonValue): void {
    const forms = formsOf(structure, value);
    if (forms & MAP && structure.map) this.#map(structure.map, value);
    else if (structure.scalar && forms !== LIST) this.#scalar(structure.scalar, value);
    else if (structure.list) this.#list(structure.list, value);
  }

  #report(message: string): void {
    this.problems.push({ path: [...this.#path], message });
  }

  #below(element: PathElement, structure: Structure, value: JsonValue): void {
    this.#path.push(element);
    this.value(structure, value);
    this.#path.pop();
  }

  #scalar(scalar: ScalarForm, value: JsonValue): void {
    if (value === null) return;
    const type = typeof value;
    if (scalar === 'numeric' && type !== 'number' && type !== 'bigint') this.#report(`expected numeric (int or float), got ${goType(value)}`);
    else if (scalar === 'string' && type !== 'string') this.#report(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
    else if (scalar === 'boolean' && type !== 'boolean') this.#report(`expected boolean, got &{${goText(value)}}`);
    else if (scalar === 'untyped' && type === 'object') this.#report(`expected any scalar, got &{${goText(value)}}`);
  }

  #list(list: ListStructure, value: JsonValue): void {
    if (value === null) return;
    if (!Array.isArray(value)) {
      this.#report(`expected list, got &{${goText(value)}}`);
      return;
    }
    const seen = new Set<PathElement>();
    for (const [i, item] of (value as readonly JsonValue[]).entries()) {
      let element = `i:${i}`;
      if (!list.atomic) {
        try {
          element = elementOf(list, item);
        } catch (error) {
          if (!(error instanceof StructureError)) throw error;
          this.#report(`element ${i}: ${error.message}`);
          return;
        }
        if (seen.has(element)) this.#report(`duplicate entries for key ${showElement(element)}`);
        seen.add(element);
      }
      this.#below(element, list.items, item);
    }
  }

  #map(map: MapStructure, value: JsonValue): void {
    if (value === null) return;
    if (!isJsonObject(value)) {
      this.#report(`expected map, got &{${goText(value)}}`);
      return;
    }
    for (const key of Object.keys(value).sort()) {
      const item = value[key];
      if (item === undefined) continue;
      const structure = map.field(key) ?? map.values;
      if (!structure) {
        this.#path.push(fieldElement(key));
        this.#report('field not declared in schema');
        this.#path.pop();
        return;
      }
      this.#below(fieldElement(key), structure, item);
    }
  }
}

// --- values as Go prints them ------------------------------------------------------------------------------------------
function goType(value: JsonValue): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (isJsonObject(value)) return 'map[string]interface {}';
  return typeof value === 'boolean'
    ? 'bool'
    : typeof value === 'string'
      ? 'string'
      : typeof value === 'bigint' || Number.isInteger(value)
        ? 'int64'
        : 'float64';
}
/** `%#v` */
function goSyntax(value: JsonValue): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map((item: JsonValue) => goSyntax(item)).join(', ')}}`;
  if (isJsonObject(value))
    return `map[string]interface {}{${sortedEntries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`)
      .join(', ')}}`;
  if (value === null) return 'interface {}(nil)';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
