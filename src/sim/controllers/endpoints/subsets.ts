// The legacy form: addresses grouped by the ports that they share, in upstream's order. Models kubernetes/pkg/api/v1/endpoints/util.go
import type { EndpointAddress, EndpointPort, EndpointSubset, Pod, Service } from '../../../kube/api/core-v1.ts';
import { canonicalJson, fnv128a } from '../../../kube/machinery/hash.ts';
import { isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { addressesOf, belongsInEndpoints, findPort, hasHostname, isHeadless, isIPv6 } from '../../../kube/machinery/service-endpoints.ts';

/** Upstream orders ports by the hash of their Go dump, which `kubectl describe` shows. */
const portOrder = ({ name = '', port, protocol = 'TCP', appProtocol }: EndpointPort): bigint =>
  fnv128a(`(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:(*string)${appProtocol ?? '<nil>'}}`);

const byAddress = (a: EndpointAddress, b: EndpointAddress): number =>
  a.ip === b.ip ? ((a.targetRef?.uid ?? '') < (b.targetRef?.uid ?? '') ? -1 : 1) : a.ip < b.ip ? -1 : 1;
const NO_PORT: EndpointPort = { port: -1 };

export interface ReadyAddress {
  readonly address: EndpointAddress;
  readonly ready: boolean;
  readonly ports: readonly EndpointPort[];
}

/** Ports that the same addresses serve, ready and not, make one subset. */
export function packSubsets(entries: readonly ReadyAddress[]): readonly EndpointSubset[] {
  const byPort = new Map<string, { readonly port: EndpointPort; readonly addresses: Map<string, ReadyAddress> }>();
  for (const entry of entries) {
    for (const port of entry.ports.length ? entry.ports : [NO_PORT]) {
      const key = `${port.name ?? ''}/${port.port}/${port.protocol ?? ''}/${port.appProtocol ?? ''}`;
      const found = byPort.get(key) ?? { port, addresses: new Map<string, ReadyAddress>() };
      byPort.set(key, found);
      const id = `${entry.address.ip}/${entry.address.targetRef?.uid ?? ''}`;
      const known = found.addresses.get(id);
      // Not ready under one name is not ready.
      if (!known || known.ready) found.addresses.set(id, entry);
    }
  }
  const groups = Map.groupBy(byPort.values(), ({ addresses }) =>
    [...addresses]
      .map(([id, { ready }]) => `${id}${ready}`)
      .sort()
      .join(),
  );
  const subsets = [...groups.values()].map((group): EndpointSubset => {
    const members = [...(group[0]?.addresses.values() ?? [])];
    const ready = members
      .filter((each) => each.ready)
      .map(({ address }) => address)
      .sort(byAddress);
    const notReady = members
      .filter((each) => !each.ready)
      .map(({ address }) => address)
      .sort(byAddress);
    const ports = group
      .map(({ port }) => port)
      .filter(({ port }) => port > 0)
      .sort((a, b) => (portOrder(a) < portOrder(b) ? -1 : 1));
    return { ...(ready.length ? { addresses: ready } : {}), ...(notReady.length ? { notReadyAddresses: notReady } : {}), ...(ports.length ? { ports } : {}) };
  });
  return subsets.sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

export function subsetsOf(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  const wantsIPv6 = service.spec.ipFamilies?.[0] === 'IPv6';
  const publishes = service.spec.publishNotReadyAddresses ?? false;
  const servicePorts = service.spec.ports ?? [];
  return packSubsets(
    pods.flatMap((pod): ReadyAddress[] => {
      const ip = addressesOf(pod).find((address) => isIPv6(address) === wantsIPv6);
      if (!ip || !belongsInEndpoints(pod, publishes)) return [];
      const ports = servicePorts.flatMap((each): EndpointPort[] => {
        const port = findPort(pod, each);
        return port === undefined
          ? []
          : [
              {
                ...(each.name ? { name: each.name } : {}),
                port,
                protocol: each.protocol ?? 'TCP',
                ...(each.appProtocol === undefined ? {} : { appProtocol: each.appProtocol }),
              },
            ];
      });
      if (ports.length === 0 && (servicePorts.length > 0 || !isHeadless(service))) return [];
      const { name, namespace, uid } = pod.metadata;
      const address: EndpointAddress = {
        ip,
        ...(hasHostname(pod, service) && pod.spec.hostname ? { hostname: pod.spec.hostname } : {}),
        ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
        targetRef: { kind: 'Pod', ...(namespace ? { namespace } : {}), ...(name ? { name } : {}), ...(uid ? { uid } : {}) },
      };
      return [{ address, ready: publishes || isPodReady(pod), ports }];
    }),
  );
}
