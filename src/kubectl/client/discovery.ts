// What the server offers, remembered on disk for six hours as kubectl remembers it. Models kubernetes/staging/src/k8s.io/client-go/discovery/cached/disk
import { StatusError } from '../../kube/machinery/status-error.ts';
import type { FileSystem, Ports } from '../ports.ts';
import type { ApiWire } from './api-wire.ts';

export interface ApiResource {
  readonly group: string;
  readonly version: string;
  /** Plural. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly ApiSubresource[];
}
export interface ApiSubresource {
  readonly name: string;
  /** Of the object that goes in and out: `autoscaling/v1 Scale`. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}
export interface ApiGroup {
  /** Empty for the core group. */
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
}
export interface Offer {
  readonly groups: readonly ApiGroup[];
  /** By groups in the server's order, within a group by versions, within a version by name. */
  readonly resources: readonly ApiResource[];
  /** Group versions whose server does not answer. */
  readonly stale: readonly string[];
}

const LASTS_MS = 6 * 60 * 60_000;
const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

export class Discovery {
  readonly #wire: ApiWire;
  readonly #ports: Pick<Ports, 'files' | 'clock'>;
  readonly #file: string;
  #offer: Promise<Offer> | undefined;
  #isFresh = false;

  /** `folder` is that of the server within the cache. */
  constructor(wire: ApiWire, ports: Pick<Ports, 'files' | 'clock'>, folder: string) {
    this.#wire = wire;
    this.#ports = ports;
    this.#file = `${folder}/ckadet-discovery.json`;
  }

  /** Rejects with UnreachableError or StatusError when not even the list of groups can be had. */
  offer(): Promise<Offer> {
    return (this.#offer ??= this.#load());
  }

  /** True when asking again could not tell anything new. */
  get isFresh(): boolean {
    return this.#isFresh;
  }

  /** Forgets what was remembered. */
  invalidate(): void {
    this.#offer = this.#fetch();
  }

  async #load(): Promise<Offer> {
    return (await this.#remembered()) ?? this.#fetch();
  }

  async #remembered(): Promise<Offer | undefined> {
    const { files, clock } = this.#ports;
    try {
      const { modifiedMs } = await files.stat(this.#file);
      if (modifiedMs + LASTS_MS < clock.now()) return undefined;
      return JSON.parse(Buffer.from(await files.read(this.#file)).toString('utf8')) as Offer;
    } catch {
      return undefined; // not there, or not readable: the server knows
    }
  }

  async #fetch(): Promise<Offer> {
    this.#isFresh = true;
    const parts = await Promise.all([
      this.#wire.json('/api?timeout=32s', AGGREGATED, 'v1.APIVersions'),
      this.#wire.json('/apis?timeout=32s', AGGREGATED, 'v1.APIGroupList'),
    ]);
    const isAggregated = parts.every((each) => (each as { readonly kind?: string }).kind === 'APIGroupDiscoveryList');
    const offer = isAggregated ? aggregatedOffer(parts as unknown as readonly AggregatedList[]) : await this.#legacyOffer(parts[0], parts[1]);
    await remember(this.#ports.files, this.#file, offer);
    return offer;
  }

  /** Group by group, from servers that do not tell everything at once. */
  async #legacyOffer(core: unknown, others: unknown): Promise<Offer> {
    const { versions } = core as { readonly versions?: readonly string[] };
    const groups: ApiGroup[] = [
      ...(versions ? [{ name: '', versions }] : []),
      ...((others as LegacyGroups).groups ?? []).map(({ name, preferredVersion, versions: all }) => {
        const names = all.map((each) => each.version);
        return { name, versions: [preferredVersion.version, ...names.filter((each) => each !== preferredVersion.version)] };
      }),
    ];
    const stale: string[] = [];
    const lists = await Promise.all(
      groups.flatMap(({ name, versions: all }) =>
        all.map(async (version) => {
          const path = name ? `/apis/${name}/${version}` : `/api/${version}`;
          try {
            const { resources } = (await this.#wire.json(`${path}?timeout=32s`)) as unknown as { readonly resources?: readonly LegacyResource[] };
            return legacyResources(name, version, resources ?? []);
          } catch (error) {
            if (!(error instanceof StatusError)) throw error;
            stale.push(name ? `${name}/${version}` : version);
            return [];
          }
        }),
      ),
    );
    return { groups, resources: lists.flat(), stale };
  }
}

async function remember(files: FileSystem, file: string, offer: Offer): Promise<void> {
  if (offer.stale.length) return;
  try {
    await files.makeFolder(file.slice(0, file.lastIndexOf('/')), 0o750);
    const draft = `${file}.${offer.resources.length}.tmp`;
    await files.write(draft, JSON.stringify(offer), 0o660);
    await files.rename(draft, file);
  } catch {
    // A home that cannot be written makes the next call slower, nothing else.
  }
}

interface AggregatedList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly freshness?: string; readonly resources?: readonly AggregatedResource[] }[];
  }[];
}
interface AggregatedResource {
  readonly resource: string;
  readonly singularResource?: string;
  readonly responseKind?: Kind;
  readonly scope?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string; readonly responseKind?: Kind; readonly verbs: readonly string[] }[];
}
interface Kind {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

function aggregatedOffer(lists: readonly AggregatedList[]): Offer {
  const groups: ApiGroup[] = [];
  const resources: ApiResource[] = [];
  const stale: string[] = [];
  for (const { metadata, versions } of lists.flatMap((list) => list.items ?? [])) {
    const group = metadata?.name ?? '';
    groups.push({ name: group, versions: versions.map(({ version }) => version) });
    for (const { version, freshness, resources: own = [] } of versions) {
      if (freshness === 'Stale') stale.push(group ? `${group}/${version}` : version);
      for (const each of own) {
        // A kind that answers with nothing of its own (only subresources are served) is none to be read.
        if (!each.responseKind?.kind) continue;
        const kindOf = ({ group: its = group, version: of = version, kind = '' }: Kind): Kind & { readonly kind: string } => ({
          group: its,
          version: of,
          kind,
        });
        resources.push({
          group,
          version,
          resource: each.resource,
          singular: each.singularResource ?? '',
          kind: each.responseKind.kind,
          namespaced: each.scope === 'Namespaced',
          verbs: each.verbs,
          shortNames: each.shortNames ?? [],
          categories: each.categories ?? [],
          subresources: (each.subresources ?? []).map(({ subresource, responseKind = {}, verbs }) => {
            const kind = kindOf(responseKind);
            return { name: subresource, group: kind.group ?? group, version: kind.version ?? version, kind: kind.kind, verbs };
          }),
        });
      }
    }
  }
  return { groups, resources, stale };
}

interface LegacyGroups {
  readonly groups?: readonly {
    readonly name: string;
    readonly preferredVersion: { readonly version: string };
    readonly versions: readonly { readonly version: string }[];
  }[];
}
interface LegacyResource extends Kind {
  readonly name: string;
  readonly singularName?: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

function legacyResources(group: string, version: string, list: readonly LegacyResource[]): readonly ApiResource[] {
  return list
    .filter(({ name }) => !name.includes('/'))
    .map((each) => ({
      group,
      version,
      resource: each.name,
      singular: each.singularName ?? '',
      kind: each.kind,
      namespaced: each.namespaced,
      verbs: each.verbs,
      shortNames: each.shortNames ?? [],
      categories: each.categories ?? [],
      subresources: list
        .filter(({ name }) => name.startsWith(`${each.name}/`))
        .map((sub) => ({
          name: sub.name.slice(each.name.length + 1),
          group: sub.group ?? group,
          version: sub.version ?? version,
          kind: sub.kind,
          verbs: sub.verbs,
        })),
    }));
}
