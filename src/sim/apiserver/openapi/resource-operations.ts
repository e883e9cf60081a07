// The operations of a resource and its subresources, by its verbs, its scope and the facts.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/installer.go and apiextensions-apiserver/pkg/controller/openapi/builder
import operations from '../../resources/facts/operations.json' with { type: 'json' };
import { listKindOf, type AnyResource } from '../../resources/descriptor.ts';
import type { ParameterFacts, SubresourceFacts, Verb } from '../../resources/facts.ts';
import { typeOfKind } from '../serializer/kinds.ts';
import { namerOf, TEXT, type Operation, type Parameter, type TypeName } from './operation.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
export const MEDIA = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE];

const facts = operations as unknown as Readonly<Record<'path' | 'any' | 'list' | 'post' | 'put' | 'patch' | 'delete' | 'deletecollection', ParameterFacts>>;

/** What sets the documents of built-in and of custom resources apart. */
interface Dialect {
  readonly produces: readonly string[];
  readonly streams: readonly string[];
  readonly consumes: readonly string[];
  readonly patches: readonly string[];
  /** Of the query, by action. */
  readonly parameters: Readonly<Record<string, ParameterFacts | undefined>>;
  readonly codes: Readonly<Record<string, readonly string[]>>;
  /** The deprecated paths below `/watch`. */
  readonly watches: boolean;
  /** Operations on a subresource are said to be of its kind. */
  readonly kindOfSubresource: boolean;
  /** Deleting a collection takes options in the body. */
  readonly bodyOfCollection: boolean;
  readonly lists: string;
}
const CODES = { post: ['200', '201', '202'], put: ['200', '201'], delete: ['200', '202'] };
const BUILT_IN: Dialect = {
  produces: MEDIA,
  streams: [`${JSON_TYPE};stream=watch`, `${PROTOBUF_TYPE};stream=watch`],
  consumes: ['*/*'],
  patches: ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'],
  parameters: facts,
  codes: { ...CODES, patch: ['200', '201'] },
  watches: true,
  kindOfSubresource: true,
  bodyOfCollection: true,
  lists: 'list or watch',
};
const { resourceVersion } = facts.list;
const CUSTOM: Dialect = {
  produces: [JSON_TYPE, YAML_TYPE],
  streams: [],
  consumes: [JSON_TYPE, YAML_TYPE],
  patches: ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'],
  parameters: { ...facts, deletecollection: facts.list, ...(resourceVersion ? { get: { resourceVersion } } : {}) },
  codes: CODES,
  watches: false,
  kindOfSubresource: false,
  bodyOfCollection: false,
  lists: 'list',
};

interface Action {
  readonly method: string;
  /** As `x-kubernetes-action` names it. */
  readonly action: string;
  /** The first word of the operation's name. */
  readonly verb: string;
  readonly onCollection?: true;
  readonly describe: (kind: string, part: string, dialect: Dialect) => string;
}
const article = (kind: string): string => (/[^s]s$/.test(kind) ? ' ' : /^[aeiou]/i.test(kind) ? ' an ' : ' a ');
const specified = (words: string) => (kind: string, part: string) => `${words} ${part ? `${part} of ` : ''}the specified ${kind}`;
const one = (words: string) => (kind: string, part: string) => `${words}${part ? ` ${part} of` : ''}${article(kind)}${kind}`;
const ACTIONS: Readonly<Partial<Record<Verb, Action>>> = {
  list: { method: 'get', action: 'list', verb: 'list', onCollection: true, describe: (kind, _part, { lists }) => `${lists} objects of kind ${kind}` },
  create: { method: 'post', action: 'post', verb: 'create', onCollection: true, describe: one('create') },
  deletecollection: { method: 'delete', action: 'deletecollection', verb: 'delete', onCollection: true, describe: (kind) => `delete collection of ${kind}` },
  get: { method: 'get', action: 'get', verb: 'read', describe: specified('read') },
  update: { method: 'put', action: 'put', verb: 'replace', describe: specified('replace') },
  patch: { method: 'patch', action: 'patch', verb: 'patch', describe: specified('partially update') },
  delete: { method: 'delete', action: 'delete', verb: 'delete', describe: one('delete') },
};
const BODIES: Readonly<Record<string, { readonly type: string; readonly required: boolean }>> = {
  patch: { type: 'Patch', required: true },
  delete: { type: 'DeleteOptions', required: false },
  deletecollection: { type: 'DeleteOptions', required: false },
};
const SUB_PATH = '/{path}';

const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const inQuery = (parameters: ParameterFacts | undefined): Parameter[] =>
  Object.entries(parameters ?? {}).map(([name, [type, hash]]): Parameter => ({ name, in: 'query', type, hash }));

/** Those that the path names in braces. */
function inPath(path: string, kind: string): Parameter[] {
  const texts: Readonly<Record<string, string>> = {
    name: `name of the ${kind}`,
    namespace: 'object name and auth scope, such as for teams and projects',
    path: 'path to the resource',
  };
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']): Parameter => {
    const [type = TEXT, hash] = facts.path[name] ?? [];
    return { name, in: 'path', type, hash, description: texts[name] };
  });
}
/** By name; of two in one path, as `path` of a proxy, that of the path is first. */
const sorted = (parameters: readonly Parameter[]): readonly Parameter[] =>
  [...parameters].sort((a, b) => (a.name === b.name ? a.in.localeCompare(b.in) : a.name < b.name ? -1 : 1));

/** The type of lists lies beside that of the items. */
export const listSchemaOf = (resource: AnyResource): TypeName => resource.schema.slice(0, -resource.kind.length) + listKindOf(resource);

export function operationsOf(resource: AnyResource): readonly Operation[] {
  const dialect = resource.codec.type === undefined ? CUSTOM : BUILT_IN;
  const { kind, group, version, namespaced, groupVersion } = resource;
  const { verbs, subresources = {}, returnsDeleted } = resource.facts;
  const list = listSchemaOf(resource);
  const root = group ? `/apis/${groupVersion}` : `/api/${version}`;
  const inNamespace = namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${inNamespace}/${resource.resource}`;
  const item = `${collection}/{name}`;
  const everywhere = `/${resource.resource}`;
  const ofNamespace = namespaced ? 'Namespaced' : '';
  const namer = namerOf(root);
  const found: Operation[] = [];

  type Rest = Pick<Operation, 'method' | 'description' | 'answers'> & Partial<Pick<Operation, 'body' | 'consumes' | 'produces' | 'gvk'>>;
  const add = (path: string, action: string, verb: string, name: string, query: readonly Parameter[], rest: Rest): void => {
    found.push({
      path: root + path,
      id: namer.id(verb, name),
      tags: namer.tags,
      parameters: sorted([...inPath(path, kind), ...query]),
      action,
      consumes: dialect.consumes,
      produces: dialect.produces,
      gvk: { group, version, kind },
      ...rest,
    });
  };
  const pretty = inQuery(facts.any);

  const perform = (verb: Verb, path: string, scope: string, suffix: string, name = '', sub?: SubresourceFacts): void => {
    const known = ACTIONS[verb];
    if (!known) return;
    const { method, action } = known;
    const gvk = sub && dialect.kindOfSubresource ? { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind } : { group, version, kind };
    const type = sub?.media ? TEXT : ((sub && typeOfSubresource(resource, sub)) ?? resource.schema);
    const fixed = BODIES[action];
    const hasBody = method !== 'get' && !(action === 'deletecollection' && !dialect.bodyOfCollection);
    const body = !hasBody
      ? undefined
      : fixed
        ? { type: META + fixed.type, required: fixed.required, hash: (operations.bodies as Readonly<Record<string, string>>)[fixed.type] }
        : { type, required: true };
    const answer: TypeName = action === 'list' ? list : action === 'deletecollection' || (action === 'delete' && !returnsDeleted) ? `${META}Status` : type;
    add(
      path,
      action,
      known.verb,
      `${action === 'deletecollection' ? 'collection' : ''}${scope}${kind}${title(name)}${suffix}`,
      [...pretty, ...inQuery(sub?.parameters ?? dialect.parameters[action])],
      {
        method,
        description: known.describe(kind, name, dialect),
        answers: Object.fromEntries((dialect.codes[action] ?? ['200']).map((code) => [code, answer])),
        body,
        consumes: action === 'patch' ? dialect.patches : dialect.consumes,
        produces: [...(sub?.media ?? []), ...dialect.produces, ...(action === 'list' ? dialect.streams : [])],
        gvk,
      },
    );
  };
  const watch = (path: string, action: string, name: string, description: string): void =>
    add(`/watch${path}`, action, 'watch', name, [...pretty, ...inQuery(facts.list)], {
      method: 'get',
      description,
      answers: { 200: `${META}WatchEvent` },
      produces: [...dialect.produces, ...dialect.streams],
    });

  for (const verb of verbs) perform(verb, ACTIONS[verb]?.onCollection ? collection : item, ofNamespace, '');
  const isListed = verbs.includes('list');
  if (namespaced && isListed) perform('list', everywhere, '', 'ForAllNamespaces');
  if (dialect.watches && isListed && verbs.includes('watch')) {
    const ofList = `watch individual changes to a list of ${kind}`;
    watch(item, 'watch', ofNamespace + kind, `watch changes to an object of kind ${kind}`);
    watch(collection, 'watchlist', `${ofNamespace}${kind}List`, ofList);
    if (namespaced) watch(everywhere, 'watchlist', `${kind}ListForAllNamespaces`, ofList);
  }
  for (const [name, sub] of Object.entries(subresources)) {
    if (!sub.connect) for (const verb of sub.verbs) perform(verb, `${item}/${name}`, ofNamespace, '', name, sub);
    for (const method of sub.connect ?? [])
      for (const below of sub.subpath ? ['', SUB_PATH] : [''])
        add(
          `${item}/${name}${below}`,
          'connect',
          'connect',
          `${method}${ofNamespace}${kind}${title(name)}${below ? 'WithPath' : ''}`,
          inQuery(sub.parameters),
          {
            method,
            description: `connect ${method.toUpperCase()} requests to ${name} of ${kind}`,
            answers: { 200: TEXT },
            consumes: ['*/*'],
            produces: ['*/*'],
            gvk: { group, version, kind: sub.kind },
          },
        );
  }
  return found;
}

function typeOfSubresource({ group, version }: AnyResource, sub: SubresourceFacts): TypeName | undefined {
  const [ofGroup, ofVersion] = [sub.group ?? group, sub.version ?? version];
  return typeOfKind(ofGroup ? `${ofGroup}/${ofVersion}` : ofVersion, sub.kind);
}
