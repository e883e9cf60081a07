// The kubelet's port to the pod network of one node: who gets which address. Models the CNI contract (host-local IPAM).

export interface PodNetwork {
  /** Undefined once pods can be attached; otherwise why not, as the node's Ready condition tells it. */
  notReady(podCIDR: string | undefined): string | undefined;
  /** An address out of the node's range; the wanted one when it is given and free. Throws when none is left. */
  attach(pod: { readonly uid: string; readonly podCIDR: string | undefined; readonly wanted?: string }): string;
  detach(podUid: string): void;
}
