// What a kind supplies: only what differs from the generic registry. Everything else derives from the facts.
// Models kubernetes/pkg/registry/*/strategy.go and pkg/printers/internalversion/printers.go
import type { FieldError } from '../../kube/machinery/field-errors.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { groupVersionOf, type KubeObject, type ResourceRef } from '../../kube/machinery/object.ts';
import type { Random } from '../../platform/random.ts';
import { codecOf, type Codec } from './codec.ts';
import { resourceFacts, type ResourceFacts } from './facts.ts';
import type { MetadataCheck } from './validation/object-meta.ts';

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
  /** Where the replicas are. Default `spec.replicas`. */
  readonly replicasPath?: readonly string[];
  /** Scales of custom resources are checked by nothing but the schema. */
  readonly isUnchecked?: boolean;
  /** Why the object has no scale, which is then an internal error. */
  missing?(object: T): string | undefined;
}

/** Who asks, and what a strategy may need beside the object. */
export interface StrategyContext {
  readonly user: {
    readonly name: string;
    readonly uid?: string;
    readonly groups: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  /** The server's present in milliseconds. */
  readonly now: number;
  readonly random: Random;
}

/** What differs from the main resource when an object is updated through one of its subresources. */
export interface SubresourceStrategy<T> {
  /** Puts back what this subresource may not change. Of `status`, everything but metadata and status is put back already. */
  prepareForUpdate?(draft: Mutable<T>, old: T, context: StrategyContext): void;
  /** Metadata is checked already. */
  validateUpdate?(object: T, old: T, context: StrategyContext): FieldError[];
  warningsOnUpdate?(object: T, old: T): string[];
  /** As of the kind. */
  readonly metadataChecks?: readonly MetadataCheck[];
}

/** The strategy of a kind, in upstream's words. Every hook is left out where the generic registry's behaviour is right. */
export interface Kind<T extends KubeObject> {
  /** Default `dns-subdomain`. */
  readonly names?: NameRule;
  /** Fills in defaults of everything a user may leave out, in the version of this resource. Runs again on what it made itself. */
  defaults?(draft: Mutable<T>): void;
  /** Before creation; status is dropped already where the kind has a status subresource. */
  prepareForCreate?(draft: Mutable<T>, context: StrategyContext): void;
  /** Before an update of the main resource; status is the old one already where there is a status subresource. */
  prepareForUpdate?(draft: Mutable<T>, old: T, context: StrategyContext): void;
  /** Of a new object; metadata is checked already. */
  validate?(object: T, context: StrategyContext): FieldError[];
  /** Of a changed object; metadata is checked already. Calls what it shares with `validate` in upstream's order. */
  validateUpdate?(object: T, old: T, context: StrategyContext): FieldError[];
  /** Texts for Warning headers. */
  warningsOnCreate?(object: T): string[];
  warningsOnUpdate?(object: T, old: T): string[];
  /** The warning that every request on a deprecated kind is answered with. */
  readonly deprecated?: string;
  /** By name: `status`, `finalize`, `approval`, `resize` … Those that are no updates of the object have handlers of their own. */
  readonly subresources?: Readonly<Record<string, SubresourceStrategy<T>>>;
  /** The generation counts changes of everything but metadata and status; of deployments, of annotations too; of custom resources without a status subresource, of status too. */
  readonly generation?: boolean | 'with annotations' | 'with status';
  /** Selectable fields beyond metadata.name and metadata.namespace, each with how to read it. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>;
  /** Selectable fields that lists are looked up by instead of searched. */
  readonly indexedFields?: readonly string[];
  /** One cell per column of the facts. */
  row?(object: T, context: RowContext): readonly Cell[];
  readonly scale?: ScaleFields<T>;
  /** Seconds a deletion waits: pods only. Undefined deletes at once. */
  deletionGrace?(object: T, requestedSeconds: number | undefined): number;
  /** Changes an object whose deletion has begun: namespaces get their phase. */
  beginDeletion?(draft: Mutable<T>, now: number): void;
  /** How often, and how, metadata are looked at on an update after the generic registry has looked. Default once, as changed. */
  readonly metadataChecks?: readonly MetadataCheck[];
  /** Added when deletion begins: something is to be put away first. */
  readonly deletionFinalizers?: readonly string[];
  /** True: finalizers need no domain, as outside of the core of Kubernetes. */
  readonly bareFinalizers?: boolean;
  /** Why nothing can be created any more. */
  readonly refusesCreation?: string;
  /** True when removal has to wait for finalizers in the spec: namespaces only. */
  finalizersInSpec?(object: T): boolean;
  /** True: a PUT to a missing name creates. */
  readonly createOnUpdate?: boolean;
  /** False: an update must name the resourceVersion it is based on. Default true. */
  readonly unconditionalUpdate?: boolean;
  /** What acts on objects of this kind, where something must: `deployment-controller`, `kubelet` … */
  readonly controller?: string;
  /** Prefix in the store, where several resources share one. Default `plural.group`. */
  readonly shelf?: string;
  /** Where the kind is kept, checked and admitted in another version. Identity of `from` is kept for a given stored object. */
  readonly hub?: Hub<T>;
  /** True: a status given at creation is kept, as of nodes. */
  readonly statusOnCreate?: boolean;
  /** True: nothing is stored, a POST is answered with a result, as of the review kinds. */
  readonly virtual?: boolean;
  /** True: kept as JSON, which knows empty lists; upstream keeps most kinds as protobuf. */
  readonly storedAsJson?: boolean;
  /** Milliseconds after the last write when an object vanishes: events. */
  readonly lifetimeMs?: number;
}

/** The resource whose version is stored, and the way there and back. */
export interface Hub<T extends KubeObject> {
  readonly resource: AnyResource;
  /** True: objects are checked by the strategy of the version they came in, as custom resources are. */
  readonly ownStrategy?: boolean;
  toHub(object: T): KubeObject;
  fromHub(object: KubeObject): T;
}

export interface Resource<T extends KubeObject = KubeObject> extends ResourceRef<T> {
  readonly groupVersion: string;
  readonly facts: ResourceFacts;
  /** OpenAPI name of the type, also of custom resources. */
  readonly schema: string;
  readonly codec: Codec;
  /** Of lists, where it is not the kind with `List` behind it. */
  readonly listKind?: string | undefined;
  /** The OpenAPI v3 schema that a custom resource was given; built-in types have theirs by name. */
  readonly openApi?: JsonObject | undefined;
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
    codec: codecOf(facts.schema),
    shelf: rules.hub?.resource.shelf ?? rules.shelf ?? (group ? `${plural}.${group}` : plural),
    kindRules: rules,
  };
}

export const listKindOf = ({ kind, listKind }: AnyResource): string => listKind ?? `${kind}List`;

/** The resource that stores, checks and admits the objects of this one: itself for nearly all. */
export const hubOf = (resource: AnyResource): AnyResource => resource.kindRules.hub?.resource ?? resource;

/** The resource whose strategy looks after the objects of this one. */
export const strategyOf = (resource: AnyResource): Kind<KubeObject> => (resource.kindRules.hub?.ownStrategy ? resource.kindRules : hubOf(resource).kindRules);

/** Any resource, where the type of its objects does not matter. */
export type AnyResource = Resource<KubeObject>;

export const asAny = <T extends KubeObject>(resource: Resource<T>): AnyResource => resource as unknown as AnyResource;
