// What every Kubernetes object has in common, and how a resource is named in calls.
import type { ObjectMeta, OwnerReference } from '../api/meta-v1.ts';

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export interface KubeList<T> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly T[];
}

/** Names a resource in a call and carries its type: `client.get(pods, 'web', { namespace: 'shop' })` gives a Pod. */
export interface ResourceRef<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case: `deployments`. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Carries the type only; never set. */
  readonly example?: T;
}

/** An object as a client writes it: the server adds identity, defaults and status. */
export type Draft<T> = { readonly [K in keyof T as K extends 'apiVersion' | 'kind' | 'status' ? never : K]: T[K] } & {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly status?: T extends { status: infer S } ? S : unknown;
};

/** `apps/v1`, or `v1` for the core group. */
export function groupVersionOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group ? `${group}/${version}` : version;
}

/** `deployments.apps`, or `pods` for the core group: how messages name a resource. */
export function groupResourceOf({ group, resource }: { readonly group: string; readonly resource: string }): string {
  return group ? `${resource}.${group}` : resource;
}

/** `namespace/name`, or `name` of a cluster-scoped object: the key of stores and queues. */
export function keyOf(object: { readonly metadata: ObjectMeta }): string {
  const { namespace, name = '' } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** Inverse of `keyOf`. */
export function splitKey(key: string): { readonly namespace: string | undefined; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: undefined, name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner that manages this object, if any. */
export function controllerOf(object: { readonly metadata: ObjectMeta }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller);
}
