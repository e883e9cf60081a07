// Schemas of the built-in types, derived from the facts.
// Models kube-openapi's generated definitions
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import facts from '../../resources/facts/operations.json' with { type: 'json' };
import { findType, goNameOf, isScalar, typeOf, type FieldFact } from '../../resources/types.ts';

type Draft = Record<string, JsonValue>;
export const REF = '#/components/schemas/';
/** Prose of types and fields: `Pod` → text, `Pod.spec` → text; loaded when first asked for. */
export type Descriptions = (schema: string, field: string | undefined) => string | undefined;

const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';
/** By scalar type or, where several share one, by form. */
const NAMED: Readonly<Record<string, string>> = {
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  microtime: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intorstr: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  fields: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  raw: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  json: `${APIEXTENSIONS}JSON`,
  orarray: `${APIEXTENSIONS}JSONSchemaPropsOrArray`,
  orbool: `${APIEXTENSIONS}JSONSchemaPropsOrBool`,
  orstrings: `${APIEXTENSIONS}JSONSchemaPropsOrStringArray`,
};
/** Types with a text and no fields. */
export const NAMED_TYPES = Object.values(NAMED);
const NAMED_SCHEMAS: Readonly<Record<string, JsonObject>> = {
  [NAMED['time'] ?? '']: { type: 'string', format: 'date-time' },
  [NAMED['microtime'] ?? '']: { type: 'string', format: 'date-time' },
  [NAMED['quantity'] ?? '']: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  [NAMED['intorstr'] ?? '']: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  [NAMED['fields'] ?? '']: { type: 'object' },
  [NAMED['raw'] ?? '']: { type: 'object' },
  [NAMED['json'] ?? '']: {},
  [NAMED['orarray'] ?? '']: {},
  [NAMED['orbool'] ?? '']: {},
  [NAMED['orstrings'] ?? '']: {},
};
const SIMPLE: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  bool: { type: 'boolean' },
  int: { type: 'integer' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  stringlist: { type: 'array', items: { type: 'string', default: '' } },
};

/** The schema that a field refers to, if its type has one of its own. */
const refOf = ({ t, pt }: FieldFact): string | undefined => (isScalar(t) ? (NAMED[pt ?? ''] ?? NAMED[t]) : t);

function zeroOf({ t }: FieldFact): JsonValue | undefined {
  if (!isScalar(t)) return {};
  if (t === 'string') return '';
  if (['int', 'int32', 'int64', 'double'].includes(t)) return 0;
  return t === 'bool' ? false : undefined;
}

function valueSchema(fact: FieldFact, asItem: boolean): Draft {
  const named = refOf(fact);
  // A reference bears nothing beside it: where something else is said, it goes inside.
  const stands = asItem && zeroOf(fact) === undefined;
  const base: Draft = !named ? { ...(SIMPLE[fact.t] as Draft) } : stands ? { $ref: REF + named } : { allOf: [{ $ref: REF + named }] };
  if (fact.e && !asItem) base['enum'] = [...fact.e];
  if (asItem) {
    const zero = zeroOf(fact);
    if (zero !== undefined) return { default: zero, ...base };
  }
  return base;
}

function fieldSchema(fact: FieldFact): Draft {
  let schema: Draft;
  if (fact.l)
    schema = {
      type: 'array',
      items: fact.t === 'stringlist' ? (SIMPLE['stringlist'] as Draft) : { ...valueSchema(fact, true), ...(fact.e ? { enum: [...fact.e] } : {}) },
    };
  else if (fact.m) schema = { type: 'object', additionalProperties: { ...valueSchema(fact, true), ...(fact.e ? { enum: [...fact.e] } : {}) } };
  else schema = valueSchema(fact, false);
  if (fact.d !== undefined && !fact.l && !fact.m) schema['default'] = fact.d as JsonValue;
  if (fact.f && schema['type'] === 'string') schema['format'] = fact.f;
  if (fact.lt) schema['x-kubernetes-list-type'] = fact.lt;
  if (fact.lk) schema['x-kubernetes-list-map-keys'] = [...fact.lk];
  if (fact.mt) schema['x-kubernetes-map-type'] = fact.mt;
  if (fact.ps) schema['x-kubernetes-patch-strategy'] = fact.ps;
  if (fact.mk) schema['x-kubernetes-patch-merge-key'] = fact.mk;
  return schema;
}

/** What refers to a type and says nothing else is the reference itself. */
function bare(schema: Draft): Draft {
  const inner = schema['allOf'];
  return Array.isArray(inner) && Object.keys(schema).length === 1 ? (inner[0] as Draft) : schema;
}

/** Groups that clients have no types for: the server of custom resources, which is built like a client, does not know them. */
const OF_SERVERS: ReadonlySet<string> = new Set(['admission.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io', 'imagepolicy.k8s.io']);

/** The schema of a named type; `wanted` gets the types that it mentions. */
export function schemaOf(name: string, wanted: Set<string>, descriptions: Descriptions, isCustom = false): JsonObject {
  const description = descriptions(name, undefined);
  const prose = description ? { description } : {};
  const simple = NAMED_SCHEMAS[name];
  if (simple) return { ...prose, ...simple };
  if (!findType(name)) return { ...prose, type: 'object' };
  const type = typeOf(name);
  if (type.s) return { ...prose, type: type.s };
  const properties: Draft = {};
  const required: string[] = [];
  for (const [field, fact] of Object.entries(type.fields)) {
    const ref = refOf(fact);
    if (ref) wanted.add(ref);
    if (fact.r) required.push(field);
    const text = fact.nt ? undefined : descriptions(name, field);
    properties[field] = text ? { description: text, ...fieldSchema(fact) } : bare(fieldSchema(fact));
  }
  const everywhere = facts.everyGroupVersion.filter((each) => !(isCustom && OF_SERVERS.has(each.split('/')[0] ?? '')));
  const gvk = (type.everywhere ? everywhere.map((each) => `${each}/${goNameOf(name)}`) : (type.gvk ?? [])).map((each) => {
    const [kind = '', version = '', group = ''] = each.split('/').reverse();
    return { group, version, kind };
  });
  return {
    ...prose,
    type: 'object',
    ...(required.length ? { required } : {}),
    ...(Object.keys(properties).length ? { properties } : {}),
    ...(type.mapType ? { 'x-kubernetes-map-type': type.mapType } : {}),
    ...(gvk.length ? { 'x-kubernetes-group-version-kind': gvk } : {}),
    ...(type.unions ? { 'x-kubernetes-unions': type.unions as JsonValue } : {}),
  };
}
