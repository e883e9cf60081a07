// Which part of the old object a part of the new one was: what has not been touched may stay as wrong as it is.
// Models apiserver/pkg/cel/common/{equality,maplist}.go
import { isJsonObject, jsonEqual, type JsonValue } from '../../../kube/machinery/json.ts';
import { keyOfItem } from './list-types.ts';
import { schemaOfItems, schemaOfKey, type Schema } from './schema.ts';

export class Correlation {
  readonly #value: JsonValue | undefined;
  readonly #old: JsonValue | undefined;
  readonly #schema: Schema | undefined;
  #isSame: boolean | undefined;

  constructor(value: JsonValue | undefined, old: JsonValue | undefined, schema: Schema | undefined) {
    this.#value = value;
    this.#old = old;
    this.#schema = schema;
  }

  /** Undefined where nothing corresponds. */
  key(name: string): Correlation | undefined {
    if (!this.#schema || !isJsonObject(this.#value) || !isJsonObject(this.#old)) return undefined;
    if (!Object.hasOwn(this.#value, name) || !Object.hasOwn(this.#old, name)) return undefined;
    const schema = schemaOfKey(this.#schema, name);
    return schema && new Correlation(this.#value[name], this.#old[name], schema);
  }
  index(at: number): Correlation | undefined {
    if (!this.#schema || !Array.isArray(this.#value) || !Array.isArray(this.#old)) return undefined;
    const item: JsonValue | undefined = this.#value[at];
    if (item === undefined) return undefined;
    const old = oldItem(item, this.#schema, this.#old);
    const schema = schemaOfItems(this.#schema);
    return old === undefined || !schema ? undefined : new Correlation(item, old, schema);
  }

  get isUnchanged(): boolean {
    return (this.#isSame ??= this.#compare());
  }
  #compare(): boolean {
    const [value, old] = [this.#value, this.#old];
    if (value === null || value === undefined || old === null || old === undefined) return (value ?? null) === (old ?? null);
    if (Array.isArray(value) && this.#schema?.['x-kubernetes-list-type'] === 'map' && Array.isArray(old)) {
      if (value.length !== old.length) return false;
      return value.every((_, i) => this.index(i)?.isUnchanged ?? false);
    }
    if (isJsonObject(value) && isJsonObject(old)) {
      const names = Object.keys(value);
      return names.length === Object.keys(old).length && names.every((name) => this.key(name)?.isUnchanged ?? false);
    }
    return jsonEqual(value, old);
  }
}

/** Items of lists by key are the same as before when their keys are; of other lists nothing can be said. */
export function oldItem(item: JsonValue, schema: Schema, old: JsonValue | undefined): JsonValue | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return undefined;
  const key = keyOfItem(item, schema);
  return old.find((each: JsonValue) => jsonEqual(keyOfItem(each, schema), key));
}
