// Who owns whom, by uid, as far as watches tell. Models kubernetes/pkg/controller/garbagecollector/graph.go and graph_builder.go
import type { OwnerReference } from '../../../kube/api/meta-v1.ts';
import type { KubeObject, ResourceRef } from '../../../kube/machinery/object.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

export interface GraphNode {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined of an owner that is only known by references to it. */
  resource: ResourceRef | undefined;
  owners: readonly OwnerReference[];
  readonly dependents: Set<GraphNode>;
  /** Seen by a watch, not only named by a dependent. */
  observed: boolean;
  beingDeleted: boolean;
  /** Waits for its dependents to go first. */
  deletingDependents: boolean;
}

const waitsFor = ({ metadata }: KubeObject, finalizer: string): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(finalizer) ?? false);
export const isWaitingForDependents = (object: KubeObject): boolean => waitsFor(object, FOREGROUND);
export const isWaitingForOrphaning = (object: KubeObject): boolean => waitsFor(object, ORPHAN);

/** Dependents that their owner's foreground deletion has to wait for. */
export const blockingDependents = ({ uid, dependents }: GraphNode): readonly GraphNode[] =>
  [...dependents].filter(({ owners }) => owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion));

/** What has to be looked at after a change: whether nodes may go, and whose dependents have to be orphaned. */
export interface Consequences {
  delete(node: GraphNode): void;
  orphan(node: GraphNode): void;
}

export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #consequences: Consequences;

  constructor(consequences: Consequences) {
    this.#consequences = consequences;
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }
  get size(): number {
    return this.#nodes.size;
  }

  /** An object that a watch shows, new or changed. */
  observe(object: KubeObject, resource: ResourceRef): void {
    const { uid = '', name = '', namespace = '', ownerReferences = [] } = object.metadata;
    let node = this.#nodes.get(uid);
    const isNew = !node?.observed;
    if (!node || node.name !== name || node.namespace !== namespace || node.kind !== resource.kind) {
      const dependents = node?.dependents ?? new Set();
      node = {
        uid,
        name,
        namespace,
        apiVersion: object.apiVersion,
        kind: resource.kind,
        resource,
        owners: node?.owners ?? [],
        dependents,
        observed: true,
        beingDeleted: false,
        deletingDependents: false,
      };
      this.#nodes.set(uid, node);
      // References that name something else by this uid are looked at again: what they name is not there.
      for (const dependent of dependents) {
        const reference = dependent.owners.find((owner) => owner.uid === uid);
        if (reference?.name !== name || reference.kind !== resource.kind || (namespace && dependent.namespace !== namespace))
          this.#consequences.delete(dependent);
      }
    }
    node.observed = true;
    node.resource = resource;
    this.#link(node, ownerReferences);
    if (object.metadata.deletionTimestamp) node.beingDeleted = true;
    const foreground = isWaitingForDependents(object);
    if (isWaitingForOrphaning(object)) this.#consequences.orphan(node);
    if (foreground && (isNew || !node.deletingDependents)) {
      node.deletingDependents = true;
      for (const dependent of node.dependents) this.#consequences.delete(dependent);
      this.#consequences.delete(node);
    }
  }

  /** An object that is gone; its dependents may have to follow. */
  remove(uid: string): void {
    const node = this.#nodes.get(uid);
    if (!node) return;
    this.#nodes.delete(uid);
    for (const { uid: owner } of node.owners) {
      const found = this.#nodes.get(owner);
      found?.dependents.delete(node);
      if (found?.deletingDependents) this.#consequences.delete(found);
    }
    for (const dependent of node.dependents) this.#consequences.delete(dependent);
  }

  #link(node: GraphNode, owners: readonly OwnerReference[]): void {
    const before = new Map(node.owners.map((owner) => [owner.uid, owner]));
    const now = new Map(owners.map((owner) => [owner.uid, owner]));
    node.owners = owners;
    for (const owner of owners) {
      if (this.#nodes.get(owner.uid)?.dependents.has(node)) continue;
      let found = this.#nodes.get(owner.uid);
      if (!found) {
        found = {
          uid: owner.uid,
          name: owner.name,
          namespace: node.namespace,
          apiVersion: owner.apiVersion,
          kind: owner.kind,
          resource: undefined,
          owners: [],
          dependents: new Set(),
          observed: false,
          beingDeleted: false,
          deletingDependents: false,
        };
        this.#nodes.set(owner.uid, found);
        // Nobody has seen this owner: perhaps it is not there.
        this.#consequences.delete(found);
      }
      found.dependents.add(node);
    }
    for (const [uid, old] of before) {
      const found = this.#nodes.get(uid);
      const current = now.get(uid);
      if (!current) found?.dependents.delete(node);
      // It no longer holds up an owner that waits.
      if (found?.deletingDependents && old.blockOwnerDeletion && !current?.blockOwnerDeletion) this.#consequences.delete(found);
    }
  }
}
