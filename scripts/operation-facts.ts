// What OpenAPI says of operations and no other record does: the parameters of each form of request, and what sets single resources apart.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/installer.go

interface Parameter {
  $ref?: string;
  name?: string;
  in?: string;
  schema?: { type?: string; $ref?: string };
}
interface Operation {
  parameters?: Parameter[];
  produces?: string[];
  responses: Record<string, { schema?: { $ref?: string } }>;
  'x-kubernetes-action'?: string;
}
/** Operations by method, and their common parameters. */
type PathItem = { parameters?: Parameter[] } & Record<string, Operation>;
export type Paths = Record<string, PathItem>;

/** Type, and the hash under which Swagger shares the parameter, if it does: it counts the parameter's prose too. */
type ParameterFact = [type: string, hash?: string];
type ParameterFacts = Record<string, ParameterFact>;

export interface OperationFacts {
  /** By `path` for those in the path, `any`, and action. */
  parameters: Record<string, ParameterFacts>;
  /** By type: the hashes of shared bodies. */
  bodies: Record<string, string>;
  /** By `group/version/resource`: those whose deletion is answered with what was deleted. */
  returnsDeleted: Set<string>;
  /** By `group/version/resource/subresource`: those that take parameters of their own. */
  subresources: Map<string, Record<string, unknown>>;
}

const GENERIC_MEDIA = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', '*/*'];
const hashOf = ({ $ref }: Parameter): string | undefined => /^#\/parameters\/.+-([\w-]{8})$/.exec($ref ?? '')?.[1];
const WITH_OWN = new Set(['connect', 'get']);

/** `v3` are the paths of all documents of OpenAPI v3 together, `v2` those of Swagger. */
export function operationFacts(v3: Paths, v2: Paths): OperationFacts {
  const facts: OperationFacts = { parameters: { path: {}, any: {} }, bodies: {}, returnsDeleted: new Set(), subresources: new Map() };
  for (const [path, { parameters: common = [], ...operations }] of Object.entries(v3)) {
    const [, prefix = '', resource = '', subresource, rest] =
      /^\/apis?\/(.+?)(?:\/namespaces\/\{namespace\})?\/([a-z]+)(?:\/\{name\}(?:\/([a-z]+)(\/\{path\})?)?)?$/.exec(path) ?? [];
    const key = `${prefix}/${resource}`;
    for (const [method, operation] of Object.entries(operations)) {
      const action = operation['x-kubernetes-action'];
      if (!action || action.startsWith('watch')) continue;
      const shared = [...(v2[path]?.parameters ?? []), ...(v2[path]?.[method]?.parameters ?? [])];
      const swagger = v2[path]?.[method];
      const own: ParameterFacts = {};
      const seen: Parameter[] = [];
      for (const parameter of [...common, ...(operation.parameters ?? [])]) {
        const { name = '', in: where } = parameter;
        // Two parameters may have one name, in the path and in the query; both records have them in one order.
        const place = seen.filter((each) => each.name === name).length;
        seen.push(parameter);
        const twin = shared.filter((each) => (each.name ?? /^#\/parameters\/(.+)-[\w-]{8}$/.exec(each.$ref ?? '')?.[1]) === name)[place];
        const hash = twin && hashOf(twin);
        const fact: ParameterFact = [parameter.schema?.type ?? 'string', ...(hash ? [hash] : [])] as ParameterFact;
        const group = where === 'path' ? 'path' : name === 'pretty' ? 'any' : undefined;
        if (group) facts.parameters[group] = { ...facts.parameters[group], [name]: fact };
        else own[name] = fact;
      }
      const body = (swagger?.parameters ?? []).find((each) => each.$ref?.startsWith('#/parameters/body-'));
      if (body) facts.bodies[action === 'patch' ? 'Patch' : 'DeleteOptions'] = hashOf(body) ?? '';
      if (action === 'delete' && !swagger?.responses['200']?.schema?.$ref?.endsWith('.Status')) facts.returnsDeleted.add(key);
      const media = (swagger?.produces ?? []).filter((each) => !GENERIC_MEDIA.includes(each) && !each.includes('stream='));
      if (subresource && WITH_OWN.has(action) && Object.keys(own).length) {
        const known = facts.subresources.get(`${key}/${subresource}`) ?? {};
        facts.subresources.set(`${key}/${subresource}`, {
          ...known,
          ...(action === 'connect' ? { connect: [...new Set([...((known['connect'] as string[] | undefined) ?? []), method])] } : {}),
          ...(rest ? { subpath: 1 } : {}),
          ...(media.length ? { media } : {}),
          parameters: own,
        });
      } else if (Object.keys(own).length) {
        const before = facts.parameters[action];
        if (before && JSON.stringify(before) !== JSON.stringify(own) && !subresource) throw new Error(`${method} ${path} has other parameters than its like`);
        if (!before) facts.parameters[action] = own;
      }
    }
  }
  return facts;
}
