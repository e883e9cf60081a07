// Remembers which node a waiting pod has made room on, so that others do not take it. Models kubernetes/pkg/scheduler/backend/queue/nominator.go
import type { Pod } from '../../kube/api/core-v1.ts';
import type { PodInfo } from './pod-info.ts';

export class Nominator {
  readonly #nodeOf = new Map<string, string>();
  readonly #byNode = new Map<string, Map<string, PodInfo>>();

  on(node: string): Iterable<PodInfo> {
    return this.#byNode.get(node)?.values() ?? [];
  }

  /** `node` undefined leaves it to what the pod's status says; '' clears. */
  set(info: PodInfo, node: string | undefined = info.pod.status?.nominatedNodeName): void {
    this.delete(info.uid);
    if (!node) return;
    this.#nodeOf.set(info.uid, node);
    let pods = this.#byNode.get(node);
    if (!pods) this.#byNode.set(node, (pods = new Map()));
    pods.set(info.uid, info);
  }

  /** Keeps a nomination that the API server has not seen yet when some other update of the pod comes in. */
  update(old: Pod, info: PodInfo): void {
    const kept = !old.status?.nominatedNodeName && !info.pod.status?.nominatedNodeName ? this.#nodeOf.get(info.uid) : undefined;
    this.set(info, kept);
  }

  delete(uid: string): void {
    const node = this.#nodeOf.get(uid);
    if (node === undefined) return;
    this.#nodeOf.delete(uid);
    const pods = this.#byNode.get(node);
    pods?.delete(uid);
    if (pods?.size === 0) this.#byNode.delete(node);
  }
}
