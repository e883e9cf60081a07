// Pod addresses of one node, out of its range, lowest free after the last given first. Models the host-local IPAM plugin of CNI.

export interface PodAddresses {
  /** Undefined once pods can be attached; otherwise why not. */
  notReady(podCIDR: string | undefined): string | undefined;
  /** Throws when no address is left. */
  attach(pod: { readonly uid: string; readonly podCIDR: string | undefined; readonly wanted?: string }): string;
  detach(podUid: string): void;
}

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

export function podAddresses(): PodAddresses {
  const byPod = new Map<string, string>();
  const taken = new Set<string>();
  let last: number | undefined;

  const next = (podCIDR: string): string => {
    const [base = '', bits = '24'] = podCIDR.split('/');
    // The first address is the bridge's, the last is for broadcast.
    const first = toNumber(base) + 2;
    const end = toNumber(base) + 2 ** (32 - Number(bits)) - 1;
    const start = last !== undefined && last >= first && last < end - 1 ? last + 1 : first;
    for (let at = start, tried = 0; tried < end - first; tried++, at = at + 1 < end ? at + 1 : first) {
      const address = toAddress(at);
      if (!taken.has(address)) {
        last = at;
        return address;
      }
    }
    throw new Error(
      `plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${toAddress(first - 1)}-${toAddress(end - 1)}`,
    );
  };

  return {
    notReady: (podCIDR) =>
      podCIDR
        ? undefined
        : 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
    attach({ uid, podCIDR, wanted }) {
      const known = byPod.get(uid);
      if (known) return known;
      const address = wanted && !taken.has(wanted) ? wanted : next(podCIDR ?? '10.244.0.0/24');
      byPod.set(uid, address);
      taken.add(address);
      return address;
    },
    detach(podUid) {
      taken.delete(byPod.get(podUid) ?? '');
      byPod.delete(podUid);
    },
  };
}
