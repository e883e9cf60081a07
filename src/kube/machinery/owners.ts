// Owner references: made for what a controller creates, and found in it again. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/controller_ref.go
import type { OwnerReference } from '../api/meta-v1.ts';
import { controllerOf, groupVersionOf, type KubeObject, type ResourceRef } from './object.ts';

/** The reference that says: this object manages it, and waits for it when deleted in the foreground. */
export function controllerReference(resource: ResourceRef, owner: { readonly metadata: KubeObject['metadata'] }): OwnerReference {
  return {
    apiVersion: groupVersionOf(resource),
    kind: resource.kind,
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Indexes objects by the uid of their controller; those without one, under their namespace with a leading slash. */
export const OWNER_INDEX = 'controller-uid';
export const ownerIndex = (object: KubeObject): readonly string[] => [controllerOf(object)?.uid ?? orphansOf(object.metadata.namespace)];
export const orphansOf = (namespace: string | undefined): string => `/${namespace ?? ''}`;
