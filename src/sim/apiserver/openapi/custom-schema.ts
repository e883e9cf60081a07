// The schemas of a custom resource as OpenAPI documents show them: what every object has, then what its definition says.
// Models apiextensions-apiserver/pkg/controller/openapi/builder and v2
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { listKindOf, type AnyResource } from '../../resources/descriptor.ts';
import { listSchemaOf } from './resource-operations.ts';
import { REF, type Descriptions } from './schemas.ts';

type Draft = Record<string, JsonValue>;
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';
/** Types that the schemas of custom resources mention. */
export const CUSTOM_NEEDS = [`${META}ObjectMeta`, `${META}ListMeta`];
const ref = (name: string): JsonObject => ({ allOf: [{ $ref: REF + META + name }] });

/** The schema itself and all within it, the innermost first. */
function rewritten(schema: JsonObject, change: (draft: Draft) => void): JsonObject {
  const draft: Draft = {};
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined) continue;
    if (key === 'properties' && isJsonObject(value))
      draft[key] = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, isJsonObject(each) ? rewritten(each, change) : (each ?? null)]));
    else draft[key] = (key === 'items' || key === 'additionalProperties') && isJsonObject(value) ? rewritten(value, change) : value;
  }
  change(draft);
  return draft;
}

const INT_OR_STRING: JsonValue = [{ type: 'integer' }, { type: 'string' }];
const bearsIntOrString = (anyOf: JsonValue | undefined): boolean =>
  Array.isArray(anyOf) && anyOf.length === INT_OR_STRING.length && JSON.stringify(anyOf) === JSON.stringify(INT_OR_STRING);

/** Says in schema's own words what `x-kubernetes-int-or-string` means. */
function unfold(draft: Draft): void {
  if (draft['x-kubernetes-int-or-string'] !== true) return;
  const { anyOf, allOf = [] } = draft;
  const rest = allOf as readonly JsonValue[];
  const [first] = rest;
  if (bearsIntOrString(anyOf) || (isJsonObject(first) && bearsIntOrString(first['anyOf']))) return;
  if (anyOf === undefined) draft['anyOf'] = INT_OR_STRING;
  else draft['allOf'] = [{ anyOf: INT_OR_STRING }, ...rest];
}

/** Leaves out what clients of Swagger stumble over: alternatives, null, values of unknown form. */
function simplify(draft: Draft): void {
  for (const key of ['allOf', 'anyOf', 'oneOf', 'not']) delete draft[key];
  const { properties, additionalProperties } = draft;
  const isNullable = draft['nullable'] === true;
  const isOpen = draft['x-kubernetes-preserve-unknown-fields'] === true;
  // Not required either: it may be null. Looked at before the properties' own marks are gone.
  const nullables = new Set(isJsonObject(properties) ? Object.keys(properties).filter((name) => draftIsNullable(properties[name])) : []);
  const required = (draft['required'] as readonly string[] | undefined)?.filter((name) => !nullables.has(name));
  if (!required?.length || draftIsNullable(additionalProperties)) delete draft['required'];
  else draft['required'] = required;
  if (isNullable || isOpen) for (const key of ['items', 'properties']) delete draft[key];
  if (isNullable || (draft['type'] === 'array' && !draft['items']) || (isOpen && draft['type'] === 'object')) delete draft['type'];
}
const draftIsNullable = (schema: JsonValue | undefined): boolean => isJsonObject(schema) && schema['nullable'] === true;
const dropNull = (draft: Draft): void => void delete draft['nullable'];

/** By name: the kind and its list; in the words of version 2 or 3 of OpenAPI, but for how references are written. */
export function customSchemas(resource: AnyResource, textOf: Descriptions, release: 2 | 3): Record<string, JsonObject> {
  const { schema, openApi, kind, group, version, kindRules } = resource;
  const text = (type: string, field: string): JsonObject => {
    const description = textOf(META + type, field);
    return description ? { description } : {};
  };
  const identity = (type: string): JsonObject => ({
    apiVersion: { ...text('APIResourceList', 'apiVersion'), type: 'string' },
    kind: { ...text('APIResourceList', 'kind'), type: 'string' },
    metadata: { ...text('Status', type === 'ObjectMeta' ? 'objectMeta' : 'metadata'), ...ref(type) },
  });
  const embed = (draft: Draft): void => {
    if (draft['x-kubernetes-embedded-resource'] !== true || (release === 2 && draft['x-kubernetes-preserve-unknown-fields'] === true)) return;
    const { required = [], properties } = draft;
    draft['properties'] = { ...(isJsonObject(properties) ? properties : {}), ...identity('ObjectMeta') };
    draft['required'] = [...new Set([...(required as readonly string[]), 'kind', 'apiVersion'])];
  };
  const paths = Object.keys(kindRules.selectableFields ?? {});
  const about = (name: string): JsonObject => ({
    'x-kubernetes-group-version-kind': [{ group, version, kind: name }],
    ...(paths.length ? { 'x-kubernetes-selectable-fields': paths.map((fieldPath) => ({ fieldPath })) } : {}),
  });
  const own = openApi && rewritten(openApi, unfold);
  const shown = own && (release === 2 ? rewritten(rewritten(own, simplify), dropNull) : own);
  const isBare = !shown || (release === 2 && shown['x-kubernetes-preserve-unknown-fields'] === true);
  return {
    [schema]: isBare ? { type: 'object', ...about(kind) } : { ...objectSchema(rewritten(shown, embed), identity('ObjectMeta')), ...about(kind) },
    [listSchemaOf(resource)]: {
      description: `${listKindOf(resource)} is a list of ${kind}`,
      type: 'object',
      required: ['items'],
      properties: {
        ...identity('ListMeta'),
        items: { description: `List of ${resource.resource}. More info: ${CONVENTIONS}`, type: 'array', items: { $ref: REF + schema } },
      },
      ...about(listKindOf(resource)),
    },
  };
}

function objectSchema({ properties, ...rest }: JsonObject, identity: JsonObject): JsonObject {
  return { type: 'object', ...rest, properties: { ...(isJsonObject(properties) ? properties : {}), ...identity } };
}
