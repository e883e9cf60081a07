// The schema of a custom resource as OpenAPI documents show it: what every object has, then what its definition says.
// Models apiextensions-apiserver/pkg/controller/openapi/builder
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { AnyResource } from '../../resources/descriptor.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
/** Types that the documents of custom resources mention. */
export const CUSTOM_NEEDS = [`${META}ObjectMeta`, `${META}ListMeta`];
const ref = (name: string): JsonObject => ({ allOf: [{ $ref: `#/components/schemas/${META}${name}` }] });

/** By name: the kind and its list. */
export function customSchemas(
  { schema, openApi, kind, group, version }: AnyResource,
  textOf: (type: string, field: string) => string | undefined,
): Record<string, JsonValue> {
  const text = (type: string, field: string): JsonObject => {
    const description = textOf(`${META}${type}`, field);
    return description ? { description } : {};
  };
  const identity = (type: string): JsonObject => ({
    apiVersion: { ...text('APIResourceList', 'apiVersion'), type: 'string' },
    kind: { ...text('APIResourceList', 'kind'), type: 'string' },
    metadata: { ...text('Status', type === 'ObjectMeta' ? 'objectMeta' : 'metadata'), ...ref(type) },
  });
  const gvk = (name: string): JsonValue => [{ group, version, kind: name }];
  const { properties = {}, ...own } = openApi ?? {};
  return {
    [schema]: {
      type: 'object',
      ...own,
      properties: { ...identity('ObjectMeta'), ...(properties as JsonObject) },
      'x-kubernetes-group-version-kind': gvk(kind),
    },
    [`${schema}List`]: {
      description: `${kind}List is a list of ${kind}`,
      type: 'object',
      required: ['items'],
      properties: { ...identity('ListMeta'), items: { type: 'array', items: { $ref: `#/components/schemas/${schema}` } } },
      'x-kubernetes-group-version-kind': gvk(`${kind}List`),
    },
  };
}
