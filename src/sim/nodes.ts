// The simulated nodes of a cluster: kubelets over the simulated runtime and pod addresses.
import type { ApiClient } from '../kube/client/api-client.ts';
import type { ComponentContext } from '../kube/client/component.ts';
import { imageRegistry } from './images/image-registry.ts';
import { preloadedImages } from './images/preloaded-images.ts';
import { simulatedRuntime } from './images/simulated-runtime.ts';
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

export function createNodes({ workers, clientFor, ...context }: NodesOptions): Kubelets {
  const registry = imageRegistry();
  const { clock, random } = context;
  return createKubelets({
    ...context,
    nodes: defaultNodes(workers),
    clientFor,
    runtimeFor: (node: NodeSpec) => simulatedRuntime({ clock, random, registry, preloaded: preloadedImages(node.isControlPlane) }),
    networkFor: () => podAddresses(),
    staticPodsFor: ({ isControlPlane, name, address }) =>
      isControlPlane ? controlPlanePods({ nodeName: name, address, podSubnet: POD_CIDR, serviceSubnet: SERVICE_CIDR }) : [],
  });
}
