// From arguments, files and selectors to objects: `pods`, `pod web`, `pod/web svc/shop`, `-f FILE`, `-l app=shop`.
// Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/builder.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { matchesSelector, parseSelector } from '../../kube/machinery/selectors.ts';
import type { ApiResource } from '../client/discovery.ts';
import type { Query } from '../client/resource-client.ts';
import { CommandError, throwAll } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { flattened, infoOfObject, UnvalidatedSource } from './flatten.ts';
import { Info, isList, metadataOf, textField } from './info.ts';
import { listFailure } from './list-failure.ts';
import { findSources, type FileArguments, type Sources } from './sources.ts';
import { requireBuiltIn } from './typed-form.ts';
import { decorated, eagerly, filtered, inTurn, persistently, sideBySide, single, type Visit, type Visitor } from './visitor.ts';

export interface Selection {
  /** `TYPE`, `TYPE NAME…`, `TYPE,TYPE` or `TYPE/NAME…`. */
  readonly args?: readonly string[];
  /** A type alone means all of it. */
  readonly isTypeEnough?: boolean;
  /** Names of one resource that is known beforehand, such as nodes. */
  readonly named?: { readonly type: string; readonly names: readonly string[] };
  readonly files?: FileArguments;
  readonly namespace: string;
  /** Objects from files that name another namespace are refused. */
  readonly enforceNamespace?: boolean;
  /** Whether objects from files that name no namespace get this one. Default true. */
  readonly defaultNamespace?: boolean;
  readonly allNamespaces?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Everything of the types (--all). */
  readonly selectAll?: boolean;
  readonly chunkSize?: number;
  /** Objects from files are asked of the server anew. */
  readonly latest?: boolean;
  /** Lists are taken apart. Default true. */
  readonly flatten?: boolean;
  /** Failures are gathered; the rest is still worked on. */
  readonly continueOnError?: boolean;
  readonly singleResourceType?: boolean;
  /** False leaves objects that are named by argument unasked. Default true. */
  readonly requireObject?: boolean;
  /** Objects from files are meant to be checked by the server's schemas (--validate). */
  readonly validates?: boolean;
  /** Asks no server at all. */
  readonly local?: boolean;
  readonly subresource?: string;
  /** What kubectl has no Go type for is refused. */
  readonly isTyped?: boolean;
  /** What reads carry: tables, `includeObject`. */
  readonly reads?: { readonly accept?: string; readonly query?: Query };
}

export interface Selected {
  /** One object was meant, by name or in one file. */
  readonly isSingleItem: boolean;
  /** Objects were named, rather than selected. */
  readonly targetsSingleItems: boolean;
  /** Goes through the objects. Rejects with what failed on the way, but for `ignored` failures; `Failures` where several did. */
  visit(visit: Visit, ignored?: (error: Error) => boolean): Promise<void>;
  /** All of them, with what failed; `ignored` failures are left out. */
  infos(ignored?: (error: Error) => boolean): Promise<{ readonly infos: readonly Info[]; readonly error: Error | undefined }>;
}

export const NOTHING_GIVEN = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** Rejects with kubectl's sentences for arguments that make no sense together. */
export async function select(kubectl: Kubectl, selection: Selection): Promise<Selected> {
  return new Builder(kubectl, selection).build();
}

interface Named {
  readonly type: string;
  readonly name: string;
}

class Builder {
  readonly #kubectl: Kubectl;
  readonly #selection: Selection;
  readonly #namespace: string;
  #types: readonly string[] = [];
  #names: readonly string[] = [];
  #tuples: readonly Named[] = [];
  #labelSelector: string | undefined;

  constructor(kubectl: Kubectl, selection: Selection) {
    this.#kubectl = kubectl;
    this.#selection = selection;
    this.#namespace = selection.allNamespaces ? '' : selection.namespace;
  }

  async build(): Promise<Selected> {
    const { files, labelSelector = '', fieldSelector = '', selectAll = false } = this.#selection;
    const errors: Error[] = [];
    const sources = files ? await findSources(files, this.#kubectl.ports) : undefined;
    errors.push(...(sources?.errors ?? []));
    this.#labelSelector = labelSelector.trim() || undefined;
    if (selectAll && (this.#labelSelector || fieldSelector.trim())) errors.push(new CommandError("setting 'all' parameter but found a non empty selector. "));
    try {
      await this.#readArguments();
    } catch (error) {
      errors.push(error as Error);
    }
    throwAll(errors);
    if (selectAll) this.#labelSelector = '';
    return this.#finish(await this.#visitors(sources));
  }

  async #readArguments(): Promise<void> {
    const { args = [], isTypeEnough = false, named } = this.#selection;
    if (named) this.#tuples = named.names.map((name) => splitTypeName(name) ?? { type: named.type, name });
    const words = multiplied(args);
    const withSlash = words.filter((word) => word.includes('/')).length;
    if (withSlash > 0) {
      if (withSlash < words.length)
        throw new CommandError(
          "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
        );
      this.#tuples = [...this.#tuples, ...words.flatMap((word) => splitTypeName(word) ?? [])];
      return;
    }
    const [types, ...names] = words;
    if (types === undefined) return;
    this.#types = splitTypes(await this.#withCategories(types));
    this.#names = names;
    if (!names.length && this.#labelSelector === undefined && isTypeEnough) this.#labelSelector = '';
  }

  /** `all` stands for the resources of its category. */
  async #withCategories(types: string): Promise<string> {
    if (this.#selection.local) return types;
    const mapper = await this.#kubectl.mapper();
    const words = await Promise.all(
      types.split(',').map(async (word) => {
        const members = await mapper.category(word);
        return members ? members.map(({ resource, group }) => (group ? `${resource}.${group}` : resource)).join(',') : word;
      }),
    );
    return words.join(',');
  }

  async #visitors(sources: Sources | undefined): Promise<Visited> {
    if (sources?.sources.length) return this.#fromFiles(sources);
    if (this.#labelSelector !== undefined || this.#selection.fieldSelector?.trim()) return this.#bySelector();
    if (this.#tuples.length) return this.#byTypeAndName();
    if (this.#names.length) return this.#byName();
    if (this.#types.length) {
      for (const type of this.#types) await this.#resourceOf(type);
      throw new CommandError('resource(s) were provided, but no name was specified');
    }
    throw new CommandError(NOTHING_GIVEN);
  }

  async #resourceOf(type: string): Promise<ApiResource> {
    return (await this.#kubectl.mapper()).forArgument(type);
  }

  async #resources(): Promise<readonly ApiResource[]> {
    if (this.#types.length > 1 && this.#selection.singleResourceType) throw new CommandError('you may only specify a single resource type');
    const found: ApiResource[] = [];
    for (const type of this.#types) {
      const resource = await this.#resourceOf(type);
      if (!found.some(({ kind, group, version }) => kind === resource.kind && group === resource.group && version === resource.version)) found.push(resource);
    }
    return found;
  }

  async #bySelector(): Promise<Visited> {
    if (this.#names.length) throw new CommandError('name cannot be provided when a selector is specified');
    if (this.#tuples.length) throw new CommandError('selectors and the all flag cannot be used when passing resource/name arguments');
    if (!this.#types.length) throw new CommandError('at least one resource must be specified to use a selector');
    if (this.#selection.subresource) throw new CommandError('subresource cannot be used when bulk resources are specified');
    const visitors = (await this.#resources()).map(
      (resource): Visitor =>
        async (visit) =>
          this.#list(resource, visit),
    );
    return { visitor: this.#selection.continueOnError ? eagerly(visitors) : inTurn(visitors), isSingleItem: false, targetsSingleItems: false };
  }

  /** One list, page by page; each page is visited as one object. */
  async #list(resource: ApiResource, visit: Visit): Promise<void> {
    const { reads, chunkSize = 0, fieldSelector } = this.#selection;
    const client = await this.#kubectl.client(resource, reads);
    const namespace = resource.namespaced ? this.#namespace : '';
    const query = { labelSelector: this.#labelSelector, fieldSelector: fieldSelector?.trim(), limit: chunkSize };
    for (let token: string | undefined; ;) {
      const page: JsonObject = await client.list({ namespace }, { ...query, continue: token }).catch((error: unknown) => {
        throw listFailure(error, `${resource.group}/${resource.version}, Resource=${resource.resource}`, query);
      });
      await visit(new Info({ resource, client, namespace, object: page }));
      token = textField(metadataOf(page), 'continue') || undefined;
      if (token === undefined) return;
    }
  }

  async #byTypeAndName(): Promise<Visited> {
    if (this.#types.length) throw new CommandError('you may not specify individual resources and bulk resources in the same call');
    const resources = new Map<string, ApiResource>();
    for (const { type } of this.#tuples) if (!resources.has(type)) resources.set(type, await this.#resourceOf(type));
    if (this.#selection.singleResourceType && new Set([...resources.values()].map(({ resource, group }) => `${resource}.${group}`)).size > 1)
      throw new CommandError('you may only specify a single resource type');
    const infos: Info[] = [];
    for (const { type, name } of this.#tuples) {
      const resource = resources.get(type);
      if (resource) infos.push(await this.#named(resource, name));
    }
    const visitors = infos.map(single);
    return {
      visitor: this.#selection.continueOnError ? eagerly(visitors) : inTurn(visitors),
      isSingleItem: this.#tuples.length === 1,
      targetsSingleItems: true,
    };
  }

  async #byName(): Promise<Visited> {
    if (!this.#types.length) throw new CommandError('you must provide a resource and a resource name together');
    if (this.#types.length > 1) throw new CommandError('you must specify only one resource');
    const [resource] = await this.#resources();
    if (!resource) throw new CommandError(NOTHING_GIVEN);
    const infos: Info[] = [];
    for (const name of this.#names) infos.push(await this.#named(resource, name));
    return { visitor: inTurn(infos.map(single)), isSingleItem: this.#names.length === 1, targetsSingleItems: true };
  }

  async #named(resource: ApiResource, name: string): Promise<Info> {
    if (resource.namespaced && this.#namespace === '')
      throw new CommandError(
        this.#selection.allNamespaces
          ? 'a resource cannot be retrieved by name across all namespaces'
          : 'namespace may not be empty when retrieving a resource by name',
      );
    const { reads, subresource = '' } = this.#selection;
    return new Info({
      resource,
      client: await this.#kubectl.client(resource, reads),
      namespace: resource.namespaced ? this.#namespace : '',
      name,
      subresource,
    });
  }

  #fromFiles({ sources, hasFolder, hasStream, isSinglePath }: Sources): Visited {
    if (this.#types.length) throw new CommandError('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well');
    if (this.#names.length) throw new CommandError('name cannot be provided when a path is specified');
    if (this.#tuples.length) throw new CommandError('resource/name arguments cannot be provided when a path is specified');
    const { continueOnError, latest, local = false, reads, validates = false } = this.#selection;
    const visitors = sources.map(({ name, objects }): Visitor => async (visit) => {
      // An object that the server has no resource for does not keep those behind it from being worked on, where failures are gathered.
      const errors: Error[] = [];
      try {
        for await (const object of objects(validates)) {
          if (object instanceof CommandError) {
            if (!continueOnError) throw object;
            errors.push(object);
            continue;
          }
          const info = await infoOfObject(this.#kubectl, object, { source: name, local, reads, validates }).catch((error: unknown) => {
            if (!continueOnError || error instanceof UnvalidatedSource) throw error;
            errors.push(error as Error);
          });
          if (info) await visit(info);
        }
      } catch (error) {
        if (!continueOnError) throw error;
        errors.push(error as Error);
      }
      throwAll(errors);
    });
    let visitor = continueOnError ? eagerly(visitors) : sideBySide(visitors);
    if (this.#selection.flatten !== false) visitor = flattened(visitor, this.#kubectl, { local, reads });
    if (latest)
      visitor = decorated(
        visitor,
        (info) => this.#setNamespace(info),
        (info) => info.get(this.#kubectl),
      );
    if (this.#labelSelector) {
      const text = this.#labelSelector;
      let selector: ReturnType<typeof parseSelector>;
      try {
        selector = parseSelector(text);
      } catch (error) {
        throw new CommandError(`the provided selector ${goQuote(text)} is not valid: ${(error as Error).message}`);
      }
      visitor = filtered(visitor, ({ object }) => matchesSelector(selector, metadataOf(object)['labels'] as Readonly<Record<string, string>> | undefined));
    }
    return { visitor, isSingleItem: isSinglePath && !hasFolder && !hasStream && sources.length === 1, targetsSingleItems: true };
  }

  #finish({ visitor: found, isSingleItem, targetsSingleItems }: Visited): Selected {
    const {
      flatten = true,
      continueOnError = false,
      requireObject = true,
      defaultNamespace = true,
      enforceNamespace = false,
      local = false,
      isTyped = false,
      reads,
    } = this.#selection;
    const flat = flatten ? flattened(found, this.#kubectl, { local, reads }) : found;
    const steps: Visit[] = [];
    if (defaultNamespace) steps.push((info) => this.#setNamespace(info));
    if (enforceNamespace) steps.push((info) => this.#requireNamespace(info));
    steps.push(async (info) => dropNamespaceOfClusterScoped(info));
    if (requireObject && !local)
      steps.push(async (info) => {
        if (!info.object) await info.get(this.#kubectl);
      });
    if (isTyped) steps.push(async (info) => requireBuiltIn(info));
    const all = decorated(continueOnError ? persistently(flat) : flat, ...steps);
    const visitAll: Selected['visit'] = async (visit, ignored = () => false) => {
      try {
        await all(visit);
      } catch (error) {
        throwAll(errorsOf(error as Error).filter((each) => !ignored(each)));
      }
    };
    return {
      isSingleItem,
      targetsSingleItems,
      visit: visitAll,
      infos: async (ignored) => {
        const infos: Info[] = [];
        const error = await visitAll(async (info) => void infos.push(info), ignored).then(
          () => undefined,
          (failure: unknown) => failure as Error,
        );
        return { infos, error };
      },
    };
  }

  async #setNamespace(info: Info): Promise<void> {
    if (!info.isNamespaced || info.namespace || !this.#namespace) return;
    info.namespace = this.#namespace;
    if (info.object && !isList(info.object) && !textField(metadataOf(info.object), 'namespace'))
      info.object = { ...info.object, metadata: { ...metadataOf(info.object), namespace: this.#namespace } };
  }

  async #requireNamespace(info: Info): Promise<void> {
    if (!info.isNamespaced) return;
    if (info.namespace === '') return this.#setNamespace(info);
    if (info.namespace !== this.#namespace)
      throw new CommandError(
        `the namespace from the provided object ${goQuote(info.namespace)} does not match the namespace ${goQuote(this.#namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
      );
  }
}

interface Visited {
  readonly visitor: Visitor;
  readonly isSingleItem: boolean;
  readonly targetsSingleItems: boolean;
}

const errorsOf = (error: Error): readonly Error[] => ('errors' in error && Array.isArray(error.errors) ? (error.errors as readonly Error[]) : [error]);

function dropNamespaceOfClusterScoped(info: Info): void {
  if (info.isNamespaced || !info.namespace) return;
  info.namespace = '';
  if (!info.object) return;
  const { namespace: _namespace, ...metadata } = metadataOf(info.object);
  info.object = { ...info.object, metadata };
}

/** Each type once, in the order in which they were given. */
const splitTypes = (types: string): readonly string[] => [...new Set(types.split(','))];

/** `a,b c` means `a/c b/c`. */
function multiplied(args: readonly string[]): readonly string[] {
  const [types, ...names] = args;
  if (types === undefined || !names.length) return args;
  const each = splitTypes(types);
  return each.length > 1 ? each.flatMap((type) => names.map((name) => `${type}/${name}`)) : args;
}

/** Undefined for a word without a slash. */
function splitTypeName(word: string): Named | undefined {
  if (!word.includes('/')) return undefined;
  const [type = '', name = '', ...more] = word.split('/');
  if (more.length) throw new CommandError('arguments in resource/name form may not have more than one slash');
  if (type === '' || name === '' || splitTypes(type).length !== 1)
    throw new CommandError('arguments in resource/name form must have a single resource and name');
  return { type, name };
}
