// The simulated nodes of a cluster: kubelets over the simulated runtime and pod addresses.
import type { ApiClient } from '../kube/client/api-client.ts';
import type { ComponentContext } from '../kube/client/component.ts';
import { imageRegistry } from './images/image-registry.ts';
import { preloadedImages } from './images/preloaded-images.ts';
import { type SimulatedRuntime, simulatedRuntime } from './images/simulated-runtime.ts';
import type { NodeConnection } from './apiserver/node-connection.ts';
import { createKubelets, type Kubelets } from './kubelet/create-kubelets.ts';
import { defaultNodes, type NodeSpec } from './kubelet/node/node-spec.ts';
import { controlPlanePods } from './kubelet/static-pods/control-plane-pods.ts';
import { podAddresses } from './network/pod-addresses.ts';

export const POD_CIDR = '10.244.0.0/16';
const SERVICE_CIDR = '10.96.0.0/12';

export interface NodesOptions extends ComponentContext {
  readonly workers: number;
  clientFor(node: string): ApiClient;
}

export interface Nodes {
  readonly kubelets: Kubelets;
  /** How the API server reaches the nodes: the log of a container. */
  readonly connection: NodeConnection;
}

export function createNodes({ workers, clientFor, ...context }: NodesOptions): Nodes {
  const runtimes = new Map<string, SimulatedRuntime>();
  const registry = imageRegistry();
  const { clock, random } = context;
  const kubelets = createKubelets({
    ...context,
    nodes: defaultNodes(workers),
    clientFor,
    runtimeFor: (node: NodeSpec) => {
      const runtime = simulatedRuntime({ clock, random, registry, preloaded: preloadedImages(node.isControlPlane) });
      runtimes.set(node.name, runtime);
      return runtime;
    },
    networkFor: () => podAddresses(),
    staticPodsFor: ({ isControlPlane, name, address }) =>
      isControlPlane ? controlPlanePods({ nodeName: name, address, podSubnet: POD_CIDR, serviceSubnet: SERVICE_CIDR }) : [],
  });
  const runtimeOf = (node: string): SimulatedRuntime => {
    const runtime = runtimes.get(node);
    if (!runtime) throw new Error(`dial tcp: lookup ${node}: no such host`);
    return runtime;
  };
  return {
    kubelets,
    connection: {
      log: (node, containerId) => runtimes.get(node)?.log(containerId),
      exec: async ({ node, containerId, command, tty }, streams) => runtimeOf(node).run(containerId, command, tty, streams),
      attach: async ({ node, containerId }, streams) => runtimeOf(node).attach(containerId, streams),
      dial: async (node, podUid, port) => runtimeOf(node).dial(podUid, port),
    },
  };
}
