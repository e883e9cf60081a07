// A cluster for tests: the API server in memory, kubelets, and time that is stepped by hand; no scheduler, no controllers.
import type { Event, Node, Pod, PodSpec } from '../../../src/kube/api/core-v1.ts';
import { configMaps, events, nodes, pods, serviceAccounts } from '../../../src/kube/api/resources.ts';
import type { ApiClient } from '../../../src/kube/client/api-client.ts';
import { InformerFactory } from '../../../src/kube/client/informer.ts';
import { isNotFound } from '../../../src/kube/machinery/status-error.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { ApiServer } from '../../../src/sim/apiserver/api-server.ts';
import { bootstrap } from '../../../src/sim/apiserver/bootstrap.ts';
import { InProcessClient } from '../../../src/sim/apiserver/client.ts';
import { createPki } from '../../../src/sim/apiserver/authentication/pki.ts';
import { authenticated, MASTERS } from '../../../src/sim/apiserver/authentication/user.ts';
import { imageRegistry } from '../../../src/sim/images/image-registry.ts';
import { preloadedImages } from '../../../src/sim/images/preloaded-images.ts';
import { simulatedRuntime, type SimulatedRuntime } from '../../../src/sim/images/simulated-runtime.ts';
import { seededRandom } from '../../../src/sim/kernel/random.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { createKubelets, type Kubelets } from '../../../src/sim/kubelet/create-kubelets.ts';
import { defaultNodes, type NodeSpec } from '../../../src/sim/kubelet/node/node-spec.ts';
import { controlPlanePods } from '../../../src/sim/kubelet/static-pods/control-plane-pods.ts';
import { podAddresses } from '../../../src/sim/network/pod-addresses.ts';
import { Store } from '../../../src/sim/storage/store.ts';

export interface ClusterOfNodes {
  readonly clock: VirtualClock;
  readonly client: ApiClient;
  readonly kubelets: Kubelets;
  runtime(node: string): SimulatedRuntime;
  /** Creates a pod that is already bound. */
  run(name: string, spec: Partial<PodSpec> & Pick<PodSpec, 'containers'>, node?: string): Promise<Pod>;
  pod(name: string): Promise<Pod>;
  node(name: string): Promise<Node>;
  isGone(name: string): Promise<boolean>;
  /** Steps time until the pod satisfies; the pod. */
  until(name: string, holds: (pod: Pod) => boolean, limitMs?: number): Promise<Pod>;
  /** `Type Reason Message ×count` of the events about a pod or node, oldest first. */
  events(name: string): Promise<readonly string[]>;
  stop(): void;
}

export const BUSYBOX = 'busybox:1.36';

export async function clusterOfNodes(workers = 1): Promise<ClusterOfNodes> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const random = seededRandom(1);
  const store = Store.open({ folder: undefined, logger: silentLogger });
  const pki = await createPki(clock.now());
  const api = new ApiServer({ store, clock, random, log: silentLogger, serviceAccountKey: pki.serviceAccountKey });
  await bootstrap(api.context, { ca: pki.ca.certificate, server: 'https://127.0.0.1:6443' });
  const noRaw = (): never => {
    throw new Error('not served');
  };
  const client: ApiClient = new InProcessClient(api, authenticated('admin', [MASTERS]), noRaw);
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } }).catch(() => undefined);
  await client.create(configMaps, { metadata: { name: 'kube-root-ca.crt', namespace: 'default' }, data: { 'ca.crt': pki.ca.certificate } });
  const informers = new InformerFactory(client, clock);
  const registry = imageRegistry();
  const runtimes = new Map<string, SimulatedRuntime>();
  const runtimeFor = (node: NodeSpec): SimulatedRuntime => {
    const runtime = simulatedRuntime({ clock, random, registry, preloaded: preloadedImages(node.isControlPlane) });
    runtimes.set(node.name, runtime);
    return runtime;
  };
  const kubelets = createKubelets({
    client,
    informers,
    clock,
    random,
    log: silentLogger,
    nodes: defaultNodes(workers),
    clientFor: (name) => new InProcessClient(api, authenticated(`system:node:${name}`, ['system:nodes']), noRaw),
    runtimeFor,
    networkFor: () => podAddresses(),
    staticPodsFor: ({ isControlPlane, name, address }) =>
      isControlPlane ? controlPlanePods({ nodeName: name, address, podSubnet: '10.244.0.0/16', serviceSubnet: '10.96.0.0/12' }) : [],
  });
  kubelets.start();
  void informers.start();
  const namespace = 'default';
  const podInformer = informers.of(pods);
  await clock.until(
    () =>
      informers.of(nodes).size === workers + 1 &&
      [...informers.of(nodes).list()].every((node) => node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')),
  );
  return {
    clock,
    client,
    kubelets,
    runtime: (node) =>
      runtimes.get(node) ??
      (() => {
        throw new Error(`no node ${node}`);
      })(),
    run: (name, spec, node = 'node01') => client.create(pods, { metadata: { name, namespace }, spec: { nodeName: node, ...spec } }, { namespace }),
    pod: (name) => client.get(pods, name, { namespace }),
    node: (name) => client.get(nodes, name),
    isGone: (name) =>
      client.get(pods, name, { namespace }).then(
        () => false,
        (error: unknown) => isNotFound(error),
      ),
    async until(name, holds, limitMs) {
      await clock.until(() => {
        const pod = podInformer.get(name, namespace);
        return pod !== undefined && holds(pod);
      }, limitMs);
      return client.get(pods, name, { namespace });
    },
    async events(name) {
      const { items } = await client.list<Event>(events);
      return items
        .filter(({ involvedObject }) => involvedObject.name === name)
        .sort((a, b) => (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''))
        .map(({ type, reason, message, count }) => `${type ?? ''} ${reason ?? ''} ${message ?? ''}${(count ?? 1) > 1 ? ` ×${count}` : ''}`);
    },
    stop() {
      kubelets.stop();
      informers.stop();
    },
  };
}
