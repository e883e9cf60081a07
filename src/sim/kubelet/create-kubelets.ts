// The kubelets of all nodes of a cluster as one component: one watch of pods serves them all.
import type { Node, Pod, Service } from '../../kube/api/core-v1.ts';
import { nodes, pods, services } from '../../kube/api/resources.ts';
import type { ApiClient } from '../../kube/client/api-client.ts';
import type { Component, ComponentContext } from '../../kube/client/component.ts';
import { CoreEventRecorder } from '../../kube/client/event-recorder.ts';
import type { Informer } from '../../kube/client/informer.ts';
import { messageOf } from '../../errors/app-error.ts';
import type { Draft } from '../../kube/machinery/object.ts';
import { Kubelet } from './kubelet.ts';
import type { NodeContext } from './node/node-context.ts';
import type { NodeSpec } from './node/node-spec.ts';
import type { ContainerRuntime } from './ports/container-runtime.ts';
import type { PodNetwork } from './ports/pod-network.ts';
import type { NodeFiles } from './volumes/pod-volumes.ts';

/** The context's client must be allowed to list and watch pods, nodes and services, and to label nodes as an administrator does. */
export interface KubeletsContext extends ComponentContext {
  readonly nodes: readonly NodeSpec[];
  /** `system:node:<name>` in group `system:nodes`: reads and writes what one node may. */
  clientFor(nodeName: string): ApiClient;
  runtimeFor(node: NodeSpec): ContainerRuntime;
  networkFor(node: NodeSpec): PodNetwork;
  /** Manifests that the node runs by itself. */
  staticPodsFor(node: NodeSpec): readonly Draft<Pod>[];
}

/** The kubelet of one node as a unit that can be stopped and started again, such as by `systemctl`. */
export interface NodeKubelet {
  readonly isRunning: boolean;
  start(): void;
  /** Containers go on running; the node falls silent. */
  stop(): void;
}

export interface Kubelets extends Component {
  node(name: string): NodeKubelet | undefined;
}

const BY_NAMESPACE = 'namespace';

export function createKubelets(context: KubeletsContext): Kubelets {
  const podInformer = context.informers.of(pods);
  const nodeInformer = context.informers.of(nodes);
  const serviceInformer = context.informers.of(services);
  serviceInformer.addIndex(BY_NAMESPACE, ({ metadata }) => [metadata.namespace ?? '']);
  podInformer.addIndex('nodeName', ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
  const units = new Map(context.nodes.map((spec) => [spec.name, new KubeletUnit(context, spec, podInformer, nodeInformer, serviceInformer)]));
  let wanted = false;

  podInformer.addHandler({
    added: (pod) => units.get(pod.spec.nodeName ?? '')?.kubelet?.podChanged(pod),
    updated: (pod) => units.get(pod.spec.nodeName ?? '')?.kubelet?.podChanged(pod),
    deleted: (pod) => units.get(pod.spec.nodeName ?? '')?.kubelet?.podDeleted(pod),
  });
  nodeInformer.addHandler({
    added: (node) => units.get(node.metadata.name ?? '')?.kubelet?.nodeChanged(node),
    updated: (node) => units.get(node.metadata.name ?? '')?.kubelet?.nodeChanged(node),
  });
  return {
    name: 'kubelet',
    start() {
      wanted = true;
      void Promise.all([podInformer.synced, nodeInformer.synced, serviceInformer.synced]).then(() => {
        if (wanted) for (const unit of units.values()) unit.start();
      });
    },
    stop() {
      wanted = false;
      for (const unit of units.values()) unit.stop();
    },
    node: (name) => units.get(name),
  };
}

class KubeletUnit implements NodeKubelet {
  readonly #context: KubeletsContext;
  readonly #spec: NodeSpec;
  readonly #pods: Informer<Pod>;
  readonly #nodes: Informer<Node>;
  readonly #services: Informer<Service>;
  /** These outlive the kubelet: they are the machine's. */
  readonly #runtime: ContainerRuntime;
  readonly #network: PodNetwork;
  readonly #nodeFiles: NodeFiles = new Map();
  #kubelet: Kubelet | undefined;

  constructor(context: KubeletsContext, spec: NodeSpec, podInformer: Informer<Pod>, nodeInformer: Informer<Node>, serviceInformer: Informer<Service>) {
    this.#context = context;
    this.#spec = spec;
    this.#pods = podInformer;
    this.#nodes = nodeInformer;
    this.#services = serviceInformer;
    this.#runtime = context.runtimeFor(spec);
    this.#network = context.networkFor(spec);
  }

  get kubelet(): Kubelet | undefined {
    return this.#kubelet;
  }
  get isRunning(): boolean {
    return this.#kubelet !== undefined;
  }

  start(): void {
    if (this.#kubelet) return;
    const { clock, random, log } = this.#context;
    const { name } = this.#spec;
    const client = this.#context.clientFor(name);
    const node: NodeContext = {
      spec: this.#spec,
      client,
      clock,
      random,
      log,
      runtime: this.#runtime,
      network: this.#network,
      recorder: new CoreEventRecorder(client, { component: 'kubelet', host: name }, clock, log),
      node: () => this.#nodes.get(name),
      services: (namespace) => this.#services.byIndex(BY_NAMESPACE, namespace),
    };
    this.#kubelet = new Kubelet(node, this.#context.staticPodsFor(this.#spec), this.#nodeFiles, (registered) => this.#label(registered));
    this.#kubelet.start();
    for (const pod of this.#pods.byIndex('nodeName', name)) this.#kubelet.podChanged(pod);
  }

  /** A kubelet may not give itself a role: whoever set up the cluster does. */
  #label({ metadata }: Node): void {
    const { labels, name } = this.#spec;
    if (!Object.entries(labels).some(([key, value]) => metadata.labels?.[key] !== value)) return;
    void this.#context.client
      .patch(nodes, name, 'strategic', { metadata: { labels } })
      .catch((error: unknown) => this.#context.log.warn('node not labelled', { node: name, error: messageOf(error) }));
  }

  stop(): void {
    this.#kubelet?.stop();
    this.#kubelet = undefined;
  }
}
