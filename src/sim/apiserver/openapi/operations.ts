// The paths of OpenAPI v3: one per route of a resource, with what clients read of them: action, kind and parameters.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/installer.go
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { AnyResource } from '../../resources/descriptor.ts';

type Draft = Record<string, JsonValue>;
export const REF = '#/components/schemas/';

const VERB_METHODS: Readonly<Record<string, readonly [string, string, boolean]>> = {
  // verb → method, x-kubernetes-action, on one object
  get: ['get', 'get', true],
  update: ['put', 'put', true],
  patch: ['patch', 'patch', true],
  delete: ['delete', 'delete', true],
  list: ['get', 'list', false],
  create: ['post', 'post', false],
  deletecollection: ['delete', 'deletecollection', false],
};
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch']);
const queryParameter = (name: string, type = 'string'): JsonObject => ({ name, in: 'query', schema: { type, uniqueItems: true } });
const pathParameter = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } });

interface Target {
  readonly schema: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function operation({ schema: type, group, version, kind }: Target, verb: string): JsonObject {
  const [, action] = VERB_METHODS[verb] ?? ['', ''];
  const schema = { $ref: REF + (verb === 'list' ? `${type}List` : type) };
  const parameters = WRITES.has(verb)
    ? [
        queryParameter('dryRun'),
        queryParameter('fieldManager'),
        queryParameter('fieldValidation'),
        ...(verb === 'patch' ? [queryParameter('force', 'boolean')] : []),
      ]
    : [];
  return {
    responses: { 200: { content: { 'application/json': { schema } } }, 401: {} },
    ...(parameters.length ? { parameters } : {}),
    ...(WRITES.has(verb)
      ? {
          requestBody: {
            required: true,
            content: { '*/*': { schema: verb === 'patch' ? { $ref: `${REF}io.k8s.apimachinery.pkg.apis.meta.v1.Patch` } : schema } },
          },
        }
      : {}),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}

/** `schemaOf` names the type of a subresource's kind. */
export function pathsOf(resource: AnyResource, schemaOf: (apiVersion: string, kind: string) => string | undefined): Draft {
  const root = resource.group ? `/apis/${resource.groupVersion}` : '/api/v1';
  const collection = `${root}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.resource}`;
  const one: Draft = {};
  const many: Draft = {};
  for (const verb of resource.facts.verbs) {
    const [method, , single] = VERB_METHODS[verb] ?? [];
    if (method) (single ? one : many)[method] = operation(resource, verb);
  }
  const namespace = resource.namespaced ? [pathParameter('namespace')] : [];
  const paths: Draft = {};
  if (Object.keys(many).length) paths[collection] = { ...many, ...(namespace.length ? { parameters: namespace } : {}) };
  if (Object.keys(one).length) paths[`${collection}/{name}`] = { ...one, parameters: [pathParameter('name'), ...namespace] };
  if (resource.namespaced && resource.facts.verbs.includes('list')) paths[`${root}/${resource.resource}`] = { get: operation(resource, 'list') };
  for (const [name, each] of Object.entries(resource.facts.subresources ?? {})) {
    const { kind, verbs, group = resource.group, version = resource.version } = each;
    const target = { kind, group, version, schema: schemaOf(group ? `${group}/${version}` : version, kind) ?? resource.schema };
    const operations: Draft = {};
    for (const verb of verbs) {
      const [method] = VERB_METHODS[verb] ?? [];
      if (method) operations[method] = operation(target, verb);
    }
    paths[`${collection}/{name}/${name}`] = { ...operations, parameters: [pathParameter('name'), ...namespace] };
  }
  return paths;
}
