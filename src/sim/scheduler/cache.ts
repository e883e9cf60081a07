// What is known of nodes and the pods on them, with pods that are being bound counted already. Models kubernetes/pkg/scheduler/backend/cache/cache.go
// A scheduling cycle runs without interruption here, so the cache is its own snapshot.
import type { Node, Pod } from '../../kube/api/core-v1.ts';
import { NodeInfo } from './node-info.ts';
import { podInfo, type PodInfo } from './pod-info.ts';

export interface ImageState {
  readonly size: number;
  readonly nodes: Set<string>;
}

export class SchedulerCache {
  readonly #nodes = new Map<string, NodeInfo>();
  #list: readonly NodeInfo[] | undefined;
  readonly #nodeOfPod = new Map<string, string>();
  readonly #assumed = new Set<string>();
  readonly #images = new Map<string, ImageState>();

  /** Nodes that exist, in the order in which they came. */
  get nodes(): readonly NodeInfo[] {
    return (this.#list ??= [...this.#nodes.values()].filter((info) => info.isKnown));
  }

  node(name: string): NodeInfo | undefined {
    const info = this.#nodes.get(name);
    return info?.isKnown ? info : undefined;
  }

  image(name: string): ImageState | undefined {
    return this.#images.get(name);
  }

  setNode(node: Node): void {
    const name = node.metadata.name ?? '';
    const info = this.#entry(name);
    if (!info.isKnown) this.#list = undefined;
    this.#countImages(name, info.isKnown ? info.node : undefined, node);
    info.setNode(node);
  }

  removeNode(node: Node): void {
    const name = node.metadata.name ?? '';
    const info = this.#nodes.get(name);
    if (!info) return;
    this.#countImages(name, info.isKnown ? info.node : undefined, undefined);
    info.setNode(undefined);
    this.#list = undefined;
    // Its pods will be reported gone one by one.
    if (info.isEmpty) this.#nodes.delete(name);
  }

  /** Counts a pod on its node before the API server knows. */
  assume(info: PodInfo, nodeName: string): void {
    this.#entry(nodeName).addPod(info);
    this.#nodeOfPod.set(info.uid, nodeName);
    this.#assumed.add(info.uid);
  }

  /** Takes back `assume`. */
  forget(uid: string): void {
    if (this.#assumed.has(uid)) this.#drop(uid);
  }

  isAssumed(uid: string): boolean {
    return this.#assumed.has(uid);
  }

  /** A pod with a node, as the API server reports it. */
  setPod(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    const nodeName = pod.spec.nodeName ?? '';
    if (this.#nodeOfPod.get(uid) !== nodeName) this.#drop(uid);
    this.#assumed.delete(uid);
    this.#entry(nodeName).addPod(podInfo(pod));
    this.#nodeOfPod.set(uid, nodeName);
  }

  /** False when the pod was not counted anywhere. */
  removePod(pod: Pod): boolean {
    return this.#drop(pod.metadata.uid ?? '');
  }

  #drop(uid: string): boolean {
    const nodeName = this.#nodeOfPod.get(uid);
    if (nodeName === undefined) return false;
    this.#nodeOfPod.delete(uid);
    this.#assumed.delete(uid);
    const info = this.#nodes.get(nodeName);
    info?.removePod(uid);
    if (info && !info.isKnown && info.isEmpty) this.#nodes.delete(nodeName);
    return true;
  }

  #entry(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (!info) this.#nodes.set(name, (info = new NodeInfo(name)));
    return info;
  }

  #countImages(nodeName: string, old: Node | undefined, node: Node | undefined): void {
    if (old?.status?.images === node?.status?.images) return;
    for (const { names } of old?.status?.images ?? []) {
      for (const name of names) {
        const state = this.#images.get(name);
        state?.nodes.delete(nodeName);
        if (state?.nodes.size === 0) this.#images.delete(name);
      }
    }
    for (const { names, sizeBytes = 0 } of node?.status?.images ?? []) {
      for (const name of names) {
        const nodes = this.#images.get(name)?.nodes ?? new Set<string>();
        nodes.add(nodeName);
        this.#images.set(name, { size: sizeBytes, nodes });
      }
    }
  }
}
