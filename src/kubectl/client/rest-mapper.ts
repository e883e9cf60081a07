// From what people type (deploy, deployments.v1.apps, Pod) to a resource of the server. Models kubernetes/staging/src/k8s.io/client-go/restmapper and apimachinery/pkg/api/meta
import { StatusError } from '../../kube/machinery/status-error.ts';
import { CommandError, UnreachableError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { ApiResource, Discovery, Offer } from './discovery.ts';

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** The server has no resource of that kind. */
export class NoKindMatch extends Error {
  constructor({ group, kind }: GroupKind, versions: readonly string[]) {
    const known = versions.filter(Boolean);
    super(
      known.length === 0
        ? `no matches for kind ${goQuote(kind)} in group ${goQuote(group)}`
        : known.length === 1
          ? `no matches for kind ${goQuote(kind)} in version ${goQuote(group ? `${group}/${known[0] ?? ''}` : (known[0] ?? ''))}`
          : `no matches for kind ${goQuote(kind)} in versions [${known.map((each) => goQuote(group ? `${group}/${each}` : each)).join(', ')}]`,
    );
    this.name = 'NoKindMatch';
  }
}

/** As resource and as kind, each once more after what was remembered is forgotten. */
const ATTEMPTS_PER_ARGUMENT = 4;

export class RestMapper {
  readonly #discovery: Discovery;
  readonly #warn: (warning: string) => void;
  readonly #logFailure: (error: Error) => void;

  /** `logFailure` is told once for each time that kubectl would have asked in vain. */
  constructor(discovery: Discovery, { warn, logFailure }: { readonly warn: (warning: string) => void; readonly logFailure: (error: Error) => void }) {
    this.#discovery = discovery;
    this.#warn = warn;
    this.#logFailure = logFailure;
  }

  async offer(attempts = 1): Promise<Offer> {
    try {
      return await this.#discovery.offer();
    } catch (error) {
      if (error instanceof UnreachableError || error instanceof StatusError) for (let i = 0; i < attempts; i++) this.#logFailure(error);
      throw error;
    }
  }

  /** The resource that an argument names. Rejects with kubectl's sentence for one that nobody serves. */
  async forArgument(argument: string, attempts = ATTEMPTS_PER_ARGUMENT): Promise<ApiResource> {
    const found = await this.#findFresh((offer) => this.#byArgument(offer, argument), attempts);
    if (found) return found;
    throw new CommandError(`the server doesn't have a resource type ${goQuote(splitFirst(argument)[0])}`);
  }

  /** Every resource of a name (deployments, deploy), the one that is meant by it first. */
  async allForResource(name: string): Promise<readonly ApiResource[]> {
    const first = await this.#findFresh((offer) => this.#byResource(offer, name, {}), 2);
    if (!first) return [];
    const { resources } = await this.offer();
    return [first, ...resources.filter((each) => each.resource === first.resource && each.group !== first.group)];
  }

  /** The resource of a kind; without a version in the server's preferred one. Rejects with NoKindMatch. `attempts` in vain are logged. */
  async forKind(kind: GroupKind, version = '', attempts = 1): Promise<ApiResource> {
    const found = await this.#findFresh((offer) => byKind(offer, kind, version), attempts);
    if (found) return found;
    throw new NoKindMatch(kind, [version]);
  }

  /** The resources of a category such as `all`; undefined for a word that is none. */
  async category(name: string): Promise<readonly ApiResource[] | undefined> {
    // A server that cannot be reached is told of when the type is looked up.
    const resources = await this.offer().then(
      (offer) => offer.resources,
      () => [],
    );
    const seen = new Set<string>();
    const members = resources.filter(({ group, resource, categories }) => {
      const key = `${resource}.${group}`;
      return categories.includes(name) && !seen.has(key) && Boolean(seen.add(key));
    });
    return members.length ? members : undefined;
  }

  /** What is not found in memory may have come since: the server is asked once more. */
  async #findFresh(find: (offer: Offer) => ApiResource | undefined, attempts = 1): Promise<ApiResource | undefined> {
    const found = find(await this.offer(attempts));
    if (found || this.#discovery.isFresh) return found;
    this.#discovery.invalidate();
    return find(await this.#discovery.offer());
  }

  #byArgument(offer: Offer, argument: string): ApiResource | undefined {
    const [resource, rest] = splitFirst(argument);
    const [version, group] = splitFirst(rest);
    if (group !== '' || rest !== '') {
      // `deployments.v1.apps` is tried first as resource, version and group, then as resource and group.
      const full = rest.includes('.') || rest.endsWith('.') || group !== '' ? this.#byResource(offer, resource, { version, group }) : undefined;
      if (full) return full;
      const inGroup = this.#byResource(offer, resource, { group: rest });
      if (inGroup) return inGroup;
    } else {
      const plain = this.#byResource(offer, resource, {});
      if (plain) return plain;
    }
    const [kind, inKind] = splitFirst(argument);
    const [kindVersion, kindGroup] = splitFirst(inKind);
    return (inKind !== '' && byKind(offer, { kind, group: kindGroup }, kindVersion)) || byKind(offer, { kind, group: inKind }, '') || undefined;
  }

  #byResource({ resources }: Offer, typed: string, { version, group }: { readonly version?: string; readonly group?: string }): ApiResource | undefined {
    const word = typed.toLowerCase();
    const inScope = (each: ApiResource): boolean => version === undefined || version === '' || each.version === version;
    const inGroup = resources.filter(inScope);
    const exact = group === undefined || group === '' ? inGroup : inGroup.filter((each) => each.group === group);
    const scoped = exact.length || !group ? exact : inGroup.filter((each) => each.group.startsWith(group));
    const named = scoped.find((each) => each.resource === word || singularOf(each) === word);
    if (named) return named;
    const short = scoped.filter((each) => each.shortNames.includes(word));
    const [first] = short;
    if (first) {
      const others = short.filter((each) => each.group !== first.group || each.resource !== first.resource);
      for (const other of new Set(others.map((each) => qualified(each))))
        this.#warn(`short name ${goQuote(word)} could also match lower priority resource ${other}`);
    }
    return first;
  }
}

const singularOf = ({ singular, kind }: ApiResource): string => singular || kind.toLowerCase();
const qualified = ({ group, resource }: ApiResource): string => (group ? `${resource}.${group}` : resource);

function splitFirst(text: string): readonly [string, string] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
}

function byKind({ resources }: Offer, { group, kind }: GroupKind, version: string): ApiResource | undefined {
  return resources.find((each) => each.kind === kind && each.group === group && (version === '' || each.version === version));
}
