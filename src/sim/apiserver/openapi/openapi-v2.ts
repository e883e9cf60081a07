// OpenAPI v2 of everything that is served, for clients before 1.28: the same facts in Swagger's words.
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';

type Draft = Record<string, JsonValue>;
/** An OpenAPI v3 document as `OpenApi` makes it. */
export interface DocumentV3 extends JsonObject {
  readonly paths: JsonObject;
  readonly components: { readonly schemas: JsonObject };
}

const PRODUCES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const PATCHES = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'];

/** v3 wraps references to say more beside them and knows alternatives; v2 knows neither. */
function schemaV2(schema: JsonValue | undefined): JsonValue {
  if (Array.isArray(schema)) return schema.map((each: JsonValue) => schemaV2(each));
  if (!isJsonObject(schema)) return schema ?? null;
  const { allOf, oneOf, default: _default, ...rest } = schema;
  const output: Draft = {};
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    if (key === '$ref') output[key] = String(value).replace('#/components/schemas/', '#/definitions/');
    else if (key === 'properties' && isJsonObject(value)) output[key] = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, schemaV2(each)]));
    else if (key === 'items' || key === 'additionalProperties') output[key] = schemaV2(value);
    else output[key] = value;
  }
  if (oneOf) output['type'] = 'string';
  const [reference] = Array.isArray(allOf) ? (allOf as readonly JsonValue[]) : [];
  return isJsonObject(reference) ? { ...output, ...(schemaV2(reference) as JsonObject) } : output;
}

function parameterV2(parameter: JsonValue): JsonValue {
  if (!isJsonObject(parameter)) return parameter;
  const { schema, ...rest } = parameter;
  return { ...rest, ...(isJsonObject(schema) ? schema : {}) };
}

function operationV2(method: string, operation: JsonObject): JsonObject {
  const { responses, requestBody, parameters, ...rest } = operation;
  const schemaOf = (carrier: JsonValue | undefined, type: string): JsonValue | undefined => {
    const content = isJsonObject(carrier) ? carrier['content'] : undefined;
    const media = isJsonObject(content) ? content[type] : undefined;
    return isJsonObject(media) ? media['schema'] : undefined;
  };
  const body = schemaOf(requestBody, '*/*');
  const all = [
    ...(body ? [{ name: 'body', in: 'body', required: true, schema: schemaV2(body) } as JsonValue] : []),
    ...((parameters as readonly JsonValue[] | undefined) ?? []).map(parameterV2),
  ];
  const answers = isJsonObject(responses)
    ? Object.entries(responses).map(([code, answer]): [string, JsonValue] => {
        const schema = schemaOf(answer, 'application/json');
        return [code, schema ? { schema: schemaV2(schema) } : {}];
      })
    : [];
  return {
    consumes: method === 'patch' ? PATCHES : ['*/*'],
    produces: PRODUCES,
    schemes: ['https'],
    ...(all.length ? { parameters: all } : {}),
    responses: Object.fromEntries(answers),
    ...rest,
  };
}

/** One Swagger document out of all groups' v3 documents. */
export function swaggerOf(documents: readonly DocumentV3[]): JsonObject {
  const paths: Draft = {};
  const definitions: Draft = {};
  for (const { paths: groupPaths, components } of documents) {
    for (const [path, item] of Object.entries(groupPaths)) {
      if (!isJsonObject(item)) continue;
      paths[path] = Object.fromEntries(
        Object.entries(item).map(([method, value]) => [
          method,
          method === 'parameters' ? ((value ?? []) as readonly JsonValue[]).map(parameterV2) : operationV2(method, value as JsonObject),
        ]),
      );
    }
    for (const [name, schema] of Object.entries(components.schemas)) definitions[name] ??= schemaV2(schema);
  }
  return { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.35.4' }, paths, definitions };
}
