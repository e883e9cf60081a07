// The kubelet of one node: takes the pods that are bound to it and keeps node, lease and static pods. Models kubernetes/pkg/kubelet/kubelet.go
import type { Node, Pod } from '../../kube/api/core-v1.ts';
import type { Draft } from '../../kube/machinery/object.ts';
import { messageOf } from '../../errors/app-error.ts';
import { ContainerStarter } from './containers/container-starter.ts';
import { ImagePuller } from './containers/image-puller.ts';
import { referencedObjects } from './containers/referenced-objects.ts';
import type { NodeContext } from './node/node-context.ts';
import { NodeLease } from './node/node-lease.ts';
import { NodeReporter } from './node/node-reporter.ts';
import { refusePod } from './pods/admission.ts';
import { BackOff } from './pods/back-off.ts';
import { isTerminalPhase } from './pods/pod-phase.ts';
import { PodWorker, type PodWorkerParts } from './pods/pod-worker.ts';
import { deleteMirror, ensureMirror, isMirrorPod, staticPod } from './static-pods/static-pod.ts';
import type { NodeFiles } from './volumes/pod-volumes.ts';

/** Static pods run before there is an API to tell of them: the API server is one. */
const STATIC_PODS_AHEAD_MS = 20_000;

export class Kubelet {
  readonly #node: NodeContext;
  readonly #manifests: readonly Draft<Pod>[];
  readonly #parts: PodWorkerParts;
  readonly #images: ImagePuller;
  readonly #restarts: BackOff;
  readonly #reporter: NodeReporter;
  readonly #lease: NodeLease;
  readonly #workers = new Map<string, PodWorker>();
  /** Static pods by namespace and name, which their mirrors share. */
  readonly #static = new Map<string, PodWorker>();
  /** Pods that were bound before the node was registered. */
  readonly #early = new Map<string, Pod>();
  #registered: Node | undefined;
  #isReady = false;
  #stopped = false;

  constructor(context: NodeContext, manifests: readonly Draft<Pod>[], nodeFiles: NodeFiles, registered: (node: Node) => void = () => undefined) {
    // The watch may lag behind the registration.
    const node: NodeContext = { ...context, node: () => context.node() ?? this.#registered };
    this.#node = node;
    this.#manifests = manifests;
    this.#images = new ImagePuller(node);
    this.#restarts = new BackOff(node.clock);
    const objects = referencedObjects(node.client);
    this.#parts = {
      node,
      objects,
      nodeFiles,
      starter: new ContainerStarter(node, this.#images, this.#restarts, objects),
      ensureMirror: (pod, mirror) => this.#ensureMirror(pod, mirror),
      finished: (uid) => this.#forget(uid),
    };
    this.#reporter = new NodeReporter(node, (known) => {
      this.#registered = known;
      registered(known);
      this.#ready();
    });
    this.#lease = new NodeLease(node);
  }

  start(): void {
    this.#node.runtime.onChange((uid) => this.#workers.get(uid)?.wake());
    this.#reporter.start();
  }

  /** Containers go on; nobody looks after them any more. */
  stop(): void {
    this.#stopped = true;
    this.#reporter.stop();
    this.#lease.stop();
    for (const worker of this.#workers.values()) worker.stop();
  }

  nodeChanged(node: Node): void {
    this.#reporter.observe(node);
    for (const worker of this.#static.values()) worker.wake();
  }

  podChanged(pod: Pod): void {
    if (this.#stopped) return;
    const uid = pod.metadata.uid ?? '';
    if (!this.#isReady) {
      this.#early.set(uid, pod);
      return;
    }
    if (isMirrorPod(pod)) {
      this.#mirrorChanged(pod, pod);
      return;
    }
    const known = this.#workers.get(uid);
    if (known) {
      known.update(pod);
      return;
    }
    const node = this.#node.node();
    const admits = node !== undefined && !isTerminalPhase(pod.status.phase) && !pod.metadata.deletionTimestamp && pod.status.startTime === undefined;
    const refusal = admits ? refusePod(pod, node, this.#activePods()) : undefined;
    if (refusal) this.#node.recorder.event(pod, { type: 'Warning', ...refusal });
    this.#workers.set(
      uid,
      new PodWorker(this.#parts, { pod, api: pod, verdict: refusal && { reason: refusal.reason, message: `Pod was rejected: ${refusal.message}` } }),
    );
  }

  podDeleted(pod: Pod): void {
    this.#early.delete(pod.metadata.uid ?? '');
    if (isMirrorPod(pod)) {
      this.#mirrorChanged(pod, undefined);
      return;
    }
    this.#workers.get(pod.metadata.uid ?? '')?.remove();
  }

  /** The pod as this node runs it, by the uid that the API knows. */
  worker(namespace: string, name: string): PodWorker | undefined {
    return (
      this.#static.get(`${namespace}/${name}`) ?? this.#workers.values().find(({ pod }) => pod.metadata.name === name && pod.metadata.namespace === namespace)
    );
  }

  #ready(): void {
    if (this.#stopped) return;
    this.#isReady = true;
    this.#lease.start();
    for (const manifest of this.#manifests) {
      const pod = staticPod(manifest, this.#node.spec.name, this.#node.clock.now());
      const key = `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`;
      const mirror = this.#early.values().find((each) => isMirrorPod(each) && `${each.metadata.namespace ?? ''}/${each.metadata.name ?? ''}` === key);
      const worker = new PodWorker(this.#parts, { pod, api: mirror, runningSinceMs: this.#node.clock.now() - STATIC_PODS_AHEAD_MS });
      this.#workers.set(pod.metadata.uid ?? '', worker);
      this.#static.set(key, worker);
    }
    const early = [...this.#early.values()].sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1));
    this.#early.clear();
    for (const pod of early) this.podChanged(pod);
  }

  #mirrorChanged(mirror: Pod, now: Pod | undefined): void {
    const { namespace = '', name = '', uid } = mirror.metadata;
    const worker = this.#static.get(`${namespace}/${name}`);
    if (worker) {
      worker.updateMirror(now);
      return;
    }
    // A mirror without its static pod is left over.
    if (now)
      void deleteMirror(this.#node.client, name, namespace, uid).catch((error: unknown) =>
        this.#node.log.warn('mirror pod not deleted', { pod: `${namespace}/${name}`, error: messageOf(error) }),
      );
  }

  async #ensureMirror(pod: Pod, mirror: Pod | undefined): Promise<void> {
    const worker = this.#workers.get(pod.metadata.uid ?? '');
    if (!worker || this.#static.get(`${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`) !== worker) return;
    await ensureMirror(this.#node.client, pod, mirror, this.#node.node());
  }

  #activePods(): readonly Pod[] {
    return [...this.#workers.values()].filter(({ isActive }) => isActive).map(({ pod }) => pod);
  }

  #forget(uid: string): void {
    this.#workers.delete(uid);
    this.#images.forget(uid);
    this.#restarts.forget(uid);
  }
}
