// Whether an object's metadata can be what its Go type holds: what is no text among labels and the like is refused before anything is sent.
// Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/metadata_decoder.go and Go's encoding/json
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { timeProblem } from '../go-time.ts';

interface Scalar {
  readonly go: string;
  readonly json: 'string' | 'number' | 'boolean';
}
type Type = Scalar | 'time' | 'anything' | { readonly go: string; readonly of: Type; readonly is: 'list' | 'map' } | Struct;
interface Struct {
  readonly name: string;
  readonly go: string;
  readonly fields: Readonly<Record<string, Type>>;
}

const text: Scalar = { go: 'string', json: 'string' };
const named = (go: string): Scalar => ({ go, json: 'string' });
const whole: Scalar = { go: 'int64', json: 'number' };
const truth: Scalar = { go: 'bool', json: 'boolean' };
const list = (of: Type, go: string): Type => ({ is: 'list', of, go: `[]${go}` });
const texts: Type = { is: 'map', of: text, go: 'map[string]string' };

const OWNER: Struct = {
  name: 'OwnerReference',
  go: 'v1.OwnerReference',
  fields: { apiVersion: text, kind: text, name: text, uid: named('types.UID'), controller: truth, blockOwnerDeletion: truth },
};
const MANAGED: Struct = {
  name: 'ManagedFieldsEntry',
  go: 'v1.ManagedFieldsEntry',
  fields: {
    manager: text,
    operation: named('v1.ManagedFieldsOperationType'),
    apiVersion: text,
    time: 'time',
    fieldsType: text,
    fieldsV1: 'anything',
    subresource: text,
  },
};
const METADATA: Struct = {
  name: 'ObjectMeta',
  go: 'v1.ObjectMeta',
  fields: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: named('types.UID'),
    resourceVersion: text,
    generation: whole,
    creationTimestamp: 'time',
    deletionTimestamp: 'time',
    deletionGracePeriodSeconds: whole,
    labels: texts,
    annotations: texts,
    ownerReferences: list(OWNER, OWNER.go),
    finalizers: list(text, 'string'),
    managedFields: list(MANAGED, MANAGED.go),
  },
};

/** Ends the reading at once, where a value of the wrong type is only kept in mind. */
class Unreadable extends Error {}

/** In Go's words; undefined for metadata as they should be. In YAML the fields come in alphabetical order, in JSON as they are written. */
export function metadataProblem(object: JsonObject, isJson: boolean): string | undefined {
  const reading = new Reading(isJson);
  try {
    for (const [field, value] of reading.entries(object)) {
      if (field === 'kind' || field === 'apiVersion') reading.read(value, text, `metadataOnlyObject.TypeMeta.${field}`, '');
      else if (field === 'metadata') reading.read(value, METADATA, 'metadataOnlyObject.metadata', 'metadata');
    }
    return reading.first;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

class Reading {
  readonly #isJson: boolean;
  /** The first value of a wrong type. */
  first: string | undefined;

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  entries(object: JsonObject): readonly (readonly [string, JsonValue])[] {
    const entries = Object.entries(object) as (readonly [string, JsonValue])[];
    return this.#isJson ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** `at` is the field as Go names it, `path` the way to it from the object. */
  read(value: JsonValue, type: Type, at: string, path: string): void {
    if (value === null || type === 'anything') return;
    if (type === 'time') return readTime(value);
    if ('json' in type) {
      const isRight = typeof value === 'bigint' ? type.json === 'number' : typeof value === type.json;
      if (!isRight) this.#wrong(kindOf(value), type.go, at);
      else if (typeof value === 'number' && !Number.isInteger(value)) this.#wrong(`number ${value}`, type.go, at);
      return;
    }
    if ('of' in type && type.is === 'list') {
      if (!Array.isArray(value)) return this.#wrong(kindOf(value), type.go, at);
      for (const item of value as readonly JsonValue[]) this.read(item, type.of, at, path);
      return;
    }
    if (!isJsonObject(value)) return this.#wrong(kindOf(value), type.go, at);
    if ('of' in type) for (const [, item] of this.entries(value)) this.read(item, type.of, at, path);
    else
      for (const [field, item] of this.entries(value)) {
        const known = type.fields[field];
        if (known) this.read(item, known, `${type.name}.${path}.${field}`, `${path}.${field}`);
      }
  }

  #wrong(kind: string, type: string, at: string): void {
    this.first ??= `json: cannot unmarshal ${kind} into Go struct field ${at} of type ${type}`;
  }
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}

function readTime(value: JsonValue): void {
  if (typeof value !== 'string') throw new Unreadable(`json: cannot unmarshal ${kindOf(value)} into Go value of type string`);
  const problem = timeProblem(value);
  if (problem !== undefined) throw new Unreadable(problem);
}
