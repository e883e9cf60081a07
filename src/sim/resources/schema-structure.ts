// Structure of custom resources, from the OpenAPI v3 schema of their CustomResourceDefinition.
// Models kube-openapi/pkg/schemaconv/openapi.go and apiextensions-apiserver/pkg/controller/openapi/builder
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { deducedStructure, lazy, scalarStructures, untypedStructure, type ListStructure, type MapStructure, type Structure } from './structure.ts';
import { structureOfType } from './type-structure.ts';

const { string, numeric, boolean, untyped } = scalarStructures;
const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** What every object has, whatever its schema says of it. */
const IDENTITY: Readonly<Record<string, Structure>> = { apiVersion: string, kind: string, metadata: structureOfType(OBJECT_META) };

/** Of a whole custom resource; without a schema everything is deduced from the values. `preserveUnknownFields` is the CRD's own, of old. */
export function structureOfCustomResource(schema: JsonObject | undefined, preserveUnknownFields = false): Structure {
  if (!schema || preserveUnknownFields) return deducedStructure;
  return { map: objectOf(schema, false, true) };
}

/** Of a value inside; `preserve` once a schema above keeps unknown fields. */
export function structureOfSchema(schema: JsonObject, preserve = false): Structure {
  const keeps = preserve || schema['x-kubernetes-preserve-unknown-fields'] === true;
  switch (schema['x-kubernetes-int-or-string'] === true ? undefined : schema['type']) {
    case 'object':
      return { map: objectOf(schema, keeps, schema['x-kubernetes-embedded-resource'] === true) };
    case 'array':
      return { list: listOf(schema, keeps) };
    case 'integer':
    case 'number':
      return numeric;
    case 'boolean':
      return boolean;
    case 'string':
      return schema['format'] === undefined || schema['format'] === '' || schema['format'] === 'byte' ? string : untyped;
    default:
      return { scalar: 'untyped', list: listOf(schema, keeps), map: objectOf(schema, keeps, schema['x-kubernetes-embedded-resource'] === true) };
  }
}

function objectOf(schema: JsonObject, preserve: boolean, resource: boolean): MapStructure {
  const keeps = preserve || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const bare = Object.keys(properties).length === 0 && !resource;
  const known = new Map<string, Structure>(resource ? Object.entries(IDENTITY) : []);
  const values = lazy(() => valuesOf(schema, keeps, bare));
  return {
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    field(name) {
      let structure = known.get(name);
      const property = structure ? undefined : Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (isJsonObject(property)) known.set(name, (structure = structureOfSchema(property, keeps)));
      return structure;
    },
    get values() {
      return values();
    },
    get deduced() {
      return bare && values() === deducedStructure;
    },
  };
}

function valuesOf({ additionalProperties }: JsonObject, preserve: boolean, bare: boolean): Structure | undefined {
  if (isJsonObject(additionalProperties)) return structureOfSchema(additionalProperties, preserve);
  if (additionalProperties === undefined) return preserve || bare ? deducedStructure : undefined;
  return additionalProperties === true ? deducedStructure : undefined;
}

function listOf(schema: JsonObject, preserve: boolean): ListStructure {
  const type = schema['x-kubernetes-list-type'];
  const names = schema['x-kubernetes-list-map-keys'];
  const item = schema['items'];
  const keys = type === 'map' && Array.isArray(names) ? names.map(String).sort() : [];
  const properties = isJsonObject(item) && isJsonObject(item['properties']) ? item['properties'] : {};
  const keyDefaults: Record<string, JsonValue> = {};
  for (const key of keys) {
    const property = properties[key];
    const value = isJsonObject(property) ? property['default'] : undefined;
    if (value !== undefined) keyDefaults[key] = value;
  }
  const items = lazy(() => (isJsonObject(item) ? structureOfSchema(item, preserve) : untypedStructure));
  return {
    atomic: type !== 'map' && type !== 'set',
    keys,
    keyDefaults,
    get items() {
      return items();
    },
  };
}
