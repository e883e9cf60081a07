// Documents in the words of OpenAPI v3: what kubectl validates, patches and explains by. Models kube-openapi/pkg/builder3
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { MEANING, TEXT, type Operation, type TypeName } from './operation.ts';
import { pathItems, type Writing } from './path-items.ts';
import { REF } from './schemas.ts';

const schemaOf = (type: TypeName): JsonObject => (type === TEXT ? { type: 'string' } : { $ref: REF + type });
const contentOf = (media: readonly string[], type: TypeName): JsonObject =>
  Object.fromEntries([...media].sort().map((each) => [each, { schema: schemaOf(type) }]));

const WRITING: Writing = {
  parameter: ({ name, in: where, type, description }) => ({
    name,
    in: where,
    ...(description ? { description } : {}),
    ...(where === 'path' ? { required: true } : {}),
    schema: { type, uniqueItems: true },
  }),
  operation: ({ id, tags, description, parameters, body, consumes, produces, answers, action, gvk }: Operation) => ({
    tags: [...tags],
    description,
    operationId: id,
    ...(parameters.length ? { parameters: parameters.map((each) => WRITING.parameter(each)) } : {}),
    ...(body ? { requestBody: { content: contentOf(consumes, body.type), ...(body.required ? { required: true } : {}) } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([code, type]): [string, JsonValue] => [code, { description: MEANING[code] ?? '', content: contentOf(produces, type) }]),
      ),
      401: { description: MEANING['401'] ?? '' },
    },
    ...(action ? { 'x-kubernetes-action': action } : {}),
    ...(gvk ? { 'x-kubernetes-group-version-kind': { ...gvk } } : {}),
  }),
};
const SECURITY: JsonObject = { BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' } };

/** The text of a document; `schemas` are texts too, since many documents have the same. Those of custom resources are another server's, and know of no tokens. */
export function documentV3(operations: readonly Operation[], schemas: ReadonlyMap<string, string>, isCustom: boolean): string {
  const info = isCustom ? { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' } : { title: 'Kubernetes', version: '1.35' };
  const texts = [...schemas].map(([name, schema]) => `${JSON.stringify(name)}:${schema}`);
  const components = [...(texts.length ? [`"schemas":{${texts.join(',')}}`] : []), ...(isCustom ? [] : [`"securitySchemes":${JSON.stringify(SECURITY)}`])];
  return `{"openapi":"3.0.0","info":${JSON.stringify(info)},"paths":${JSON.stringify(pathItems(operations, WRITING))},"components":{${components.join(',')}}}`;
}
