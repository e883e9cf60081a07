// One Swagger document of everything that is served, for clients before 1.28. Models kube-openapi/pkg/builder
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { MEANING, TEXT, type Operation, type Parameter, type TypeName } from './operation.ts';
import { pathItems, type Writing } from './path-items.ts';
import { REF } from './schemas.ts';

type Draft = Record<string, JsonValue>;
const DEFINITIONS = '#/definitions/';
const SHARED = '#/parameters/';

/** v3 wraps references to say more beside them and knows alternatives and defaults; v2 knows none. */
export function schemaV2(schema: JsonValue | undefined): JsonValue {
  if (Array.isArray(schema)) return schema.map((each: JsonValue) => schemaV2(each));
  if (!isJsonObject(schema)) return schema ?? null;
  const { allOf, oneOf, default: _default, ...rest } = schema;
  const output: Draft = {};
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    if (key === '$ref') output[key] = String(value).replace(REF, DEFINITIONS);
    else if (key === 'properties' && isJsonObject(value)) output[key] = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, schemaV2(each)]));
    else if (key === 'items' || key === 'additionalProperties') output[key] = schemaV2(value);
    else output[key] = value;
  }
  if (oneOf) output['type'] = 'string';
  const [reference] = Array.isArray(allOf) ? (allOf as readonly JsonValue[]) : [];
  return isJsonObject(reference) ? { ...output, ...(schemaV2(reference) as JsonObject) } : output;
}

const refOf = (type: TypeName): JsonObject => (type === TEXT ? { type: 'string' } : { $ref: DEFINITIONS + type });
const parameterOf = ({ name, in: where, type, description }: Parameter): JsonObject => ({
  uniqueItems: true,
  type,
  ...(description ? { description } : {}),
  name,
  in: where,
  ...(where === 'path' ? { required: true } : {}),
});
const bodyOf = ({ type, required }: NonNullable<Operation['body']>): JsonObject => ({
  name: 'body',
  in: 'body',
  ...(required ? { required: true } : {}),
  schema: refOf(type),
});
/** Writes operations, and keeps what they share. */
class SwaggerWriting implements Writing {
  readonly shared: Record<string, JsonObject> = {};

  #share(name: string, hash: string, value: JsonObject): JsonObject {
    this.shared[`${name}-${hash}`] = value;
    return { $ref: `${SHARED}${name}-${hash}` };
  }
  parameter(parameter: Parameter): JsonObject {
    const { name, hash } = parameter;
    return hash === undefined ? parameterOf(parameter) : this.#share(name, hash, parameterOf(parameter));
  }
  operation({ id, tags, description, parameters, body, consumes, produces, answers, action, gvk }: Operation): JsonObject {
    const all = [
      ...(body ? [body.hash === undefined ? bodyOf(body) : this.#share('body', body.hash, bodyOf(body))] : []),
      ...parameters.map((each) => this.parameter(each)),
    ];
    return {
      description,
      ...(consumes.length ? { consumes: [...consumes] } : {}),
      produces: [...produces],
      schemes: ['https'],
      tags: [...tags],
      operationId: id,
      ...(all.length ? { parameters: all } : {}),
      responses: {
        ...Object.fromEntries(
          Object.entries(answers).map(([code, type]): [string, JsonValue] => [code, { description: MEANING[code] ?? '', schema: refOf(type) }]),
        ),
        401: { description: MEANING['401'] ?? '' },
      },
      ...(action ? { 'x-kubernetes-action': action } : {}),
      ...(gvk ? { 'x-kubernetes-group-version-kind': { ...gvk } } : {}),
    };
  }
}

/** What of the document is there once. */
export const SWAGGER: JsonObject = {
  swagger: '2.0',
  info: { title: 'Kubernetes', version: '1.35' },
  securityDefinitions: { BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' } },
  security: [{ BearerToken: [] }],
};

export interface PartV2 {
  readonly paths: JsonObject;
  readonly definitions: JsonObject;
  readonly parameters: JsonObject;
}
/** What some operations and the types they mention add to it. */
export function partV2(operations: readonly Operation[], schemas: ReadonlyMap<string, JsonValue>): PartV2 {
  const writing = new SwaggerWriting();
  return {
    paths: pathItems(operations, writing),
    definitions: Object.fromEntries(schemas),
    parameters: writing.shared,
  };
}
