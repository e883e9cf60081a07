// What labs can do on a cluster of hosts, read off its description; clusters of this machine tell it by their providers. Pure.
import type { Capabilities } from '../cluster/capabilities.ts';
import type { ClusterSpec } from './cluster-file/cluster-spec.ts';
import type { ClusterFile } from './cluster-file/schema.ts';

/** Whether a network plugin enforces network policies. */
const ENFORCES: Readonly<Record<ClusterFile['cni'], boolean>> = { flannel: false, calico: true, cilium: true };

export function capabilitiesOf({ file: { addons, cni }, workers }: Pick<ClusterSpec, 'file' | 'workers'>): Capabilities {
  return {
    // A control plane that also takes pods is no worker: labs that drain one need another.
    workers: workers.length,
    hosts: true,
    containers: true,
    metrics: addons.metricsServer,
    'network-policy': ENFORCES[cni],
    // None of the add-ons is an ingress controller.
    ingress: false,
    'dynamic-volumes': addons.localStorage,
  };
}
