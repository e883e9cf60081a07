// Facts of the built-in resources: names, scope, verbs, subresources, table columns; written by scripts/generate-facts.ts.
import facts from './facts/resources.json' with { type: 'json' };

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

export interface SubresourceFacts {
  readonly kind: string;
  /** Set where the kind is of another group-version than the resource. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly Verb[];
  /** HTTP methods that are handed on to what is behind the object: exec, proxy … */
  readonly connect?: readonly string[];
  /** Paths below are handed on too. */
  readonly subpath?: 1;
  /** Media types of the answer, before the usual ones. */
  readonly media?: readonly string[];
  /** Of the query, beside the usual ones. */
  readonly parameters?: ParameterFacts;
}
/** Type, and the hash under which Swagger shares the parameter, if it does. */
export type ParameterFacts = Readonly<Record<string, readonly [type: string, hash?: string]>>;
/** name, type, format, priority */
export type ColumnFact = readonly [string, string, string, number];

export interface ResourceFacts {
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
  /** OpenAPI name of the type. */
  readonly schema?: string;
  /** A deletion is answered with what was deleted. */
  readonly returnsDeleted?: 1;
  readonly columns?: readonly ColumnFact[];
  readonly subresources?: Readonly<Record<string, SubresourceFacts>>;
}

const resources = facts as unknown as Readonly<Record<string, ResourceFacts>>;

/** Keys are `v1/pods`, `apps/v1/deployments`. */
export const resourceFacts: Readonly<Record<string, ResourceFacts>> = resources;
