// What a kind supplies: only what differs from the generic registry. Everything else derives from the facts.
// Models kubernetes/pkg/registry/*/strategy.go and pkg/printers/internalversion/printers.go
import type { FieldError } from '../../kube/machinery/field-errors.ts';
import { groupVersionOf, type KubeObject, type ResourceRef } from '../../kube/machinery/object.ts';
import { resourceFacts, type ResourceFacts } from './facts.ts';

/** An object that still belongs to its request: defaulting and admission change it in place, then it is frozen. */
export type Mutable<T> = T extends readonly (infer I)[] ? Mutable<I>[] : T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

export type Cell = string | number | boolean | null;
export interface RowContext {
  /** The server's present in milliseconds. */
  readonly now: number;
}

export type NameRule = 'dns-subdomain' | 'dns-label' | 'dns-1035-label' | 'path-segment';

export interface ScaleFields<T> {
  specReplicas(object: T): number;
  statusReplicas(object: T): number;
  /** Text form of the selector for status.selector. */
  selector(object: T): string;
  setReplicas(draft: Mutable<T>, replicas: number): void;
}

export interface Kind<T extends KubeObject> {
  /** Default `dns-subdomain`. */
  readonly names?: NameRule;
  /** Fills in defaults of everything a user may leave out. */
  defaults?(draft: Mutable<T>): void;
  /** Before creation; status is dropped already where the kind has a status subresource. */
  prepareCreate?(draft: Mutable<T>): void;
  /** Before an update of the main resource; status is the old one already where there is a status subresource. */
  prepareUpdate?(draft: Mutable<T>, old: T): void;
  validate?(object: T): FieldError[];
  validateUpdate?(object: T, old: T): FieldError[];
  /** Before an update of the status subresource; everything but status and metadata is the old one already. */
  prepareStatus?(draft: Mutable<T>, old: T): void;
  validateStatus?(object: T, old: T): FieldError[];
  /** What a subresource other than status lets a client change: everything else is put back to the old object. */
  readonly subresources?: Readonly<Record<string, (draft: Mutable<T>, old: T) => void>>;
  /** The warning that every request on a deprecated kind is answered with. */
  readonly deprecated?: string;
  /** Texts for Warning headers. */
  warnings?(object: T): string[];
  /** The generation counts changes of everything but metadata and status; of deployments, of annotations too. */
  readonly generation?: boolean | 'with annotations';
  /** Selectable fields beyond metadata.name and metadata.namespace. */
  fields?(object: T): Readonly<Record<string, string>>;
  /** One cell per column of the facts. */
  row?(object: T, context: RowContext): readonly Cell[];
  readonly scale?: ScaleFields<T>;
  /** Seconds a deletion waits: pods only. Undefined deletes at once. */
  deletionGrace?(object: T, requestedSeconds: number | undefined): number;
  /** True when removal has to wait for finalizers in the spec: namespaces only. */
  finalizersInSpec?(object: T): boolean;
  /** False: upsert is refused as everywhere; true: a PUT to a missing name creates. */
  readonly createOnUpdate?: boolean;
  /** True: an update without resourceVersion is accepted. Default true, as most kinds. */
  readonly unconditionalUpdate?: boolean;
  /** What acts on objects of this kind, where something must: `deployment-controller`, `kubelet` … */
  readonly controller?: string;
  /** Prefix in the store, where several resources share one: events. Default `plural.group`. */
  readonly shelf?: string;
  /** Where the stored form is another version's: how it is read and written. Identity is kept for a given stored object. */
  readonly stored?: { from(object: KubeObject): T; to(object: T): KubeObject };
  /** True: a status given at creation is kept, as of nodes. */
  readonly statusOnCreate?: boolean;
  /** True: nothing is stored, a POST is answered with a result, as of the review kinds. */
  readonly virtual?: boolean;
  /** Milliseconds after which an object vanishes: events. */
  readonly lifetimeMs?: number;
}

export interface Resource<T extends KubeObject = KubeObject> extends ResourceRef<T> {
  readonly groupVersion: string;
  readonly facts: ResourceFacts;
  /** OpenAPI name of the type. */
  readonly schema: string;
  readonly shelf: string;
  readonly kindRules: Kind<T>;
}

/** Declares a built-in kind: `defineKind<Deployment>('apps/v1', 'deployments', { … })`. */
export function defineKind<T extends KubeObject>(groupVersion: string, plural: string, rules: Kind<T> = {}): Resource<T> {
  const facts = resourceFacts[`${groupVersion}/${plural}`];
  if (!facts?.schema) throw new Error(`no facts of ${groupVersion}/${plural}`);
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  const version = groupVersion.slice(slash + 1);
  const ref = { group, version, resource: plural, kind: facts.kind, namespaced: facts.namespaced };
  return {
    ...ref,
    groupVersion: groupVersionOf(ref),
    facts,
    schema: facts.schema,
    shelf: rules.shelf ?? (group ? `${plural}.${group}` : plural),
    kindRules: rules,
  };
}

/** Any resource, where the type of its objects does not matter. */
export type AnyResource = Resource<KubeObject>;

export const asAny = <T extends KubeObject>(resource: Resource<T>): AnyResource => resource as unknown as AnyResource;
