// Decides, against the API server's own word, whether one object has to go, and carries it out.
// Models kubernetes/pkg/controller/garbagecollector/garbagecollector.go
import type { OwnerReference } from '../../../kube/api/meta-v1.ts';
import type { ApiClient, Scope } from '../../../kube/client/api-client.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject, ResourceRef } from '../../../kube/machinery/object.ts';
import { isNotFound, isStatusError } from '../../../kube/machinery/status-error.ts';
import { blockingDependents, FOREGROUND, isWaitingForDependents, ORPHAN, type GraphNode, type OwnerGraph } from './graph.ts';

const ABSENT_LIMIT = 500;

export interface CollectorParts {
  readonly client: ApiClient;
  readonly graph: () => OwnerGraph;
  /** The resource of a kind, as discovery has it. */
  readonly resourceOf: (apiVersion: string, kind: string) => ResourceRef | undefined;
  readonly enqueue: (node: GraphNode) => void;
}

const scopeOf = ({ namespace }: GraphNode): Scope => (namespace ? { namespace } : {});

export class Collector {
  readonly #parts: CollectorParts;
  /** Owners known not to exist. */
  readonly #absent = new Set<string>();

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  noteAbsent({
    apiVersion,
    kind,
    namespace,
    name,
    uid,
  }: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  }): void {
    this.#absent.add(`${apiVersion}/${kind}/${namespace}/${name}/${uid}`);
    if (this.#absent.size > ABSENT_LIMIT) this.#absent.delete(this.#absent.values().next().value ?? '');
  }

  /** Deletes the object if nobody wants it any more. Rejects to be tried again. */
  async attemptToDelete(node: GraphNode): Promise<void> {
    if (node.observed && node.owners.length === 0 && !node.deletingDependents) return;
    if (node.beingDeleted && !node.deletingDependents) return;
    const resource = node.resource ?? this.#parts.resourceOf(node.apiVersion, node.kind);
    if (!resource) {
      if (node.observed) throw new Error(`no resource serves ${node.apiVersion} ${node.kind}`);
      // Tried again when discovery shows the kind.
      return;
    }
    const latest = await this.#get(resource, node);
    if (!latest || latest.metadata.uid !== node.uid) {
      this.noteAbsent({ ...node, namespace: resource.namespaced ? node.namespace : '' });
      this.#parts.graph().remove(node.uid);
      return;
    }
    // It is there; its own watch will show it.
    if (!node.observed) return;
    if (node.deletingDependents) {
      await this.#advanceForeground(node, resource);
      return;
    }
    const owners = latest.metadata.ownerReferences ?? [];
    if (owners.length === 0) return;
    const { solid, dangling, waiting } = await this.#classify(node, owners);
    if (solid.length) {
      if (dangling.length + waiting.length) await this.#removeOwners(node, resource, [...dangling, ...waiting]);
      return;
    }
    if (waiting.length && node.dependents.size) {
      // A circle of objects that wait for each other is cut here.
      if ([...node.dependents].some(({ deletingDependents }) => deletingDependents)) await this.#unblockOwners(node, resource, owners);
      await this.#delete(node, resource, latest, 'Foreground');
      return;
    }
    const finalizers = latest.metadata.finalizers ?? [];
    await this.#delete(node, resource, latest, finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background');
  }

  /** Cuts the dependents loose, then lets the owner go. */
  async orphanDependents(node: GraphNode): Promise<void> {
    await Promise.all(
      [...node.dependents].map(async (dependent) => {
        const { resource } = dependent;
        if (resource) await this.#removeOwners(dependent, resource, [{ apiVersion: node.apiVersion, kind: node.kind, name: node.name, uid: node.uid }]);
      }),
    );
    if (node.resource) await this.#removeFinalizer(node, node.resource, ORPHAN);
  }

  async #advanceForeground(node: GraphNode, resource: ResourceRef): Promise<void> {
    const blocking = blockingDependents(node);
    if (blocking.length === 0) {
      await this.#removeFinalizer(node, resource, FOREGROUND);
      return;
    }
    for (const dependent of blocking) if (!dependent.deletingDependents) this.#parts.enqueue(dependent);
  }

  async #classify(
    node: GraphNode,
    owners: readonly OwnerReference[],
  ): Promise<{ solid: OwnerReference[]; dangling: OwnerReference[]; waiting: OwnerReference[] }> {
    const classes = { solid: [] as OwnerReference[], dangling: [] as OwnerReference[], waiting: [] as OwnerReference[] };
    for (const reference of owners) {
      const owner = await this.#ownerOf(node, reference);
      (owner === 'absent' ? classes.dangling : owner !== 'kept' && isWaitingForDependents(owner) ? classes.waiting : classes.solid).push(reference);
    }
    return classes;
  }

  async #ownerOf(node: GraphNode, { apiVersion, kind, name, uid }: OwnerReference): Promise<KubeObject | 'absent' | 'kept'> {
    if (this.#absent.has(`${apiVersion}/${kind}//${name}/${uid}`) || this.#absent.has(`${apiVersion}/${kind}/${node.namespace}/${name}/${uid}`))
      return 'absent';
    const resource = this.#parts.resourceOf(apiVersion, kind);
    if (!resource) throw new Error(`no resource serves ${apiVersion} ${kind}, owner of ${node.kind} ${node.name}`);
    // A cluster-scoped object with a namespaced owner is an error of its author: it is left alone.
    if (!node.namespace && resource.namespaced) return 'kept';
    const namespace = resource.namespaced ? node.namespace : '';
    const owner = await this.#get(resource, { name, namespace });
    if (owner?.metadata.uid === uid) return owner;
    this.noteAbsent({ apiVersion, kind, namespace, name, uid });
    return 'absent';
  }

  async #get(resource: ResourceRef, { name, namespace }: { readonly name: string; readonly namespace: string }): Promise<KubeObject | undefined> {
    try {
      return await this.#parts.client.get(resource, name, resource.namespaced ? { namespace } : {});
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #delete(
    node: GraphNode,
    resource: ResourceRef,
    { metadata: { resourceVersion } }: KubeObject,
    propagationPolicy: 'Foreground' | 'Background' | 'Orphan',
  ): Promise<void> {
    try {
      await this.#parts.client.delete(resource, node.name, {
        ...scopeOf(node),
        propagationPolicy,
        preconditions: { uid: node.uid, ...(resourceVersion ? { resourceVersion } : {}) },
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Strategic where the resource knows it, else a merge patch of the whole list. */
  async #patchOwners(
    node: GraphNode,
    resource: ResourceRef,
    strategic: readonly JsonObject[],
    remaining: (owners: readonly OwnerReference[]) => readonly OwnerReference[],
  ): Promise<void> {
    const { client } = this.#parts;
    try {
      await client.patch(resource, node.name, 'strategic', { metadata: { ownerReferences: strategic, uid: node.uid } }, scopeOf(node));
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isStatusError(error, 'UnsupportedMediaType')) throw error;
      const latest = await this.#get(resource, node);
      if (!latest) return;
      const ownerReferences = remaining(latest.metadata.ownerReferences ?? []).map((owner) => ({ ...owner }));
      await client.patch(
        resource,
        node.name,
        'merge',
        { metadata: { ownerReferences, uid: node.uid, resourceVersion: latest.metadata.resourceVersion } },
        scopeOf(node),
      );
    }
  }

  #removeOwners(node: GraphNode, resource: ResourceRef, owners: readonly OwnerReference[]): Promise<void> {
    const uids = new Set(owners.map(({ uid }) => uid));
    return this.#patchOwners(
      node,
      resource,
      [...uids].map((uid) => ({ $patch: 'delete', uid })),
      (all) => all.filter(({ uid }) => !uids.has(uid)),
    );
  }

  #unblockOwners(node: GraphNode, resource: ResourceRef, owners: readonly OwnerReference[]): Promise<void> {
    const unblocked = (all: readonly OwnerReference[]): readonly OwnerReference[] =>
      all.map((owner) => (owner.blockOwnerDeletion ? { ...owner, blockOwnerDeletion: false } : owner));
    return this.#patchOwners(
      node,
      resource,
      unblocked(owners).map((owner) => ({ ...owner })),
      unblocked,
    );
  }

  async #removeFinalizer(node: GraphNode, resource: ResourceRef, finalizer: string): Promise<void> {
    const latest = await this.#get(resource, node);
    const finalizers = latest?.metadata.finalizers ?? [];
    if (!latest || !finalizers.includes(finalizer)) return;
    try {
      await this.#parts.client.patch(
        resource,
        node.name,
        'merge',
        { metadata: { resourceVersion: latest.metadata.resourceVersion, finalizers: finalizers.filter((each) => each !== finalizer) } },
        scopeOf(node),
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
