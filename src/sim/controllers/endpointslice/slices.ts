// Sorts a Service's endpoints into slices, touching as few as possible. Models kubernetes/staging/src/k8s.io/endpointslice/reconciler.go
import type { Node, Pod, Service } from '../../../kube/api/core-v1.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../../kube/api/discovery-v1.ts';
import { services } from '../../../kube/api/resources.ts';
import { fnv128a } from '../../../kube/machinery/hash.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import type { Draft } from '../../../kube/machinery/object.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';
import { isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { addressesOf, belongsInEndpoints, findPort, hasHostname, isHeadless, isIPv6 } from '../../../kube/machinery/service-endpoints.ts';

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const SERVICE_NAME = 'kubernetes.io/service-name';
export const CONTROLLER_NAME = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';
const RESERVED = new Set([MANAGED_BY, SERVICE_NAME, HEADLESS]);
const MAX_ENDPOINTS = 100;

type AddressType = 'IPv4' | 'IPv6';
export interface SlicePlan {
  readonly create: readonly Draft<EndpointSlice>[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

export function addressTypesOf({ spec }: Service): readonly AddressType[] {
  const families = (spec.ipFamilies ?? []).filter((family): family is AddressType => family !== '');
  if (families.length) return families;
  return spec.clusterIP && spec.clusterIP !== 'None' ? [isIPv6(spec.clusterIP) ? 'IPv6' : 'IPv4'] : ['IPv4', 'IPv6'];
}

/** Upstream orders ports by the hash of their Go dump, which `kubectl get endpointslices` shows. */
const portOrder = ({ name, port, protocol, appProtocol }: EndpointPort): bigint =>
  fnv128a(
    `(v1.EndpointPort){Name:(*string)${name ?? '<nil>'} Protocol:(*v1.Protocol)${protocol ?? '<nil>'} Port:(*int32)${port ?? '<nil>'} AppProtocol:(*string)${appProtocol ?? '<nil>'}}`,
  );

export function portsFor(service: Service, pod: Pod): readonly EndpointPort[] {
  const ports = (service.spec.ports ?? []).flatMap((each): EndpointPort[] => {
    const port = findPort(pod, each);
    return port === undefined
      ? []
      : [{ name: each.name ?? '', port, protocol: each.protocol ?? 'TCP', ...(each.appProtocol === undefined ? {} : { appProtocol: each.appProtocol }) }];
  });
  return ports.sort((a, b) => (portOrder(a) < portOrder(b) ? -1 : 1));
}

export function endpointOf(pod: Pod, service: Service, node: Node | undefined, addressType: AddressType): Endpoint | undefined {
  const addresses = addressesOf(pod).filter((address) => isIPv6(address) === (addressType === 'IPv6'));
  if (addresses.length === 0) return undefined;
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { name, namespace, uid } = pod.metadata;
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  return {
    addresses,
    conditions: { ready: Boolean(service.spec.publishNotReadyAddresses) || (serving && !terminating), serving, terminating },
    ...(hasHostname(pod, service) && pod.spec.hostname ? { hostname: pod.spec.hostname } : {}),
    targetRef: { kind: 'Pod', ...(namespace ? { namespace } : {}), ...(name ? { name } : {}), ...(uid ? { uid } : {}) },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
  };
}

export function sliceLabels(service: Service): Record<string, string> {
  const own = Object.fromEntries(Object.entries(service.metadata.labels ?? {}).filter(([key]) => !RESERVED.has(key)));
  return { ...own, ...(isHeadless(service) ? { [HEADLESS]: '' } : {}), [SERVICE_NAME]: service.metadata.name ?? '', [MANAGED_BY]: CONTROLLER_NAME };
}

const identity = ({ addresses, hostname = '', nodeName = '', targetRef }: Endpoint): string =>
  `${addresses.length > 1 ? addresses.toSorted().join() : addresses[0]} ${hostname} ${nodeName} ${targetRef?.uid ?? ''}`;
const portsKey = (ports: readonly EndpointPort[] | undefined): string =>
  (ports ?? []).map(({ name, port, protocol, appProtocol }) => `${name}/${port}/${protocol}/${appProtocol ?? ''}`).join();
const isOwned = ({ metadata }: EndpointSlice, service: Service): boolean =>
  metadata.ownerReferences?.some(({ uid, kind, apiVersion }) => uid === service.metadata.uid && kind === 'Service' && apiVersion === 'v1') ?? false;

function draftSlice(service: Service, addressType: AddressType, ports: readonly EndpointPort[], endpoints: readonly Endpoint[]): Draft<EndpointSlice> {
  return {
    metadata: { generateName: `${service.metadata.name ?? ''}-`, labels: sliceLabels(service), ownerReferences: [controllerReference(services, service)] },
    addressType,
    endpoints,
    ports,
  };
}

/** One group of endpoints that share their ports, against the slices that have these ports. */
function planGroup(
  service: Service,
  addressType: AddressType,
  ports: readonly EndpointPort[],
  wanted: readonly Endpoint[],
  existing: readonly EndpointSlice[],
): SlicePlan {
  const missing = new Map(wanted.map((endpoint) => [identity(endpoint), endpoint]));
  const labels = sliceLabels(service);
  const kept = existing.map((slice) => {
    const endpoints: Endpoint[] = [];
    for (const each of slice.endpoints ?? []) {
      const current = missing.get(identity(each));
      if (!current) continue;
      // The order of fields and of equal lists is no change.
      endpoints.push(jsonEqual(current, each) ? each : current);
      missing.delete(identity(each));
    }
    const changed = endpoints.length !== (slice.endpoints ?? []).length || endpoints.some((each, i) => each !== slice.endpoints[i]);
    return { slice, endpoints, emptied: changed && endpoints.length === 0, changed: changed || !jsonEqual(slice.metadata.labels, labels) };
  });
  const left = [...missing.values()];
  const fill = (targets: typeof kept): void => {
    for (const target of targets) {
      while (left.length && target.endpoints.length < MAX_ENDPOINTS) {
        const next = left.shift();
        if (next) target.endpoints.push(next);
        target.changed = true;
      }
    }
  };
  // What is written anyway takes new endpoints first, the fullest before the others; then one that has room for all.
  fill(kept.filter(({ changed, emptied }) => changed && !emptied).sort((a, b) => b.endpoints.length - a.endpoints.length));
  if (left.length && left.length < MAX_ENDPOINTS) {
    const roomy = kept
      .filter(({ changed, endpoints }) => !changed && endpoints.length + left.length <= MAX_ENDPOINTS)
      .sort((a, b) => b.endpoints.length - a.endpoints.length);
    fill(roomy.slice(0, 1));
  }
  const create: Draft<EndpointSlice>[] = [];
  while (left.length) create.push(draftSlice(service, addressType, ports, left.splice(0, MAX_ENDPOINTS)));
  return {
    create,
    update: kept
      .filter(({ changed, emptied }) => changed && !emptied)
      .map(({ slice, endpoints }) => ({ ...slice, metadata: { ...slice.metadata, labels }, endpoints })),
    remove: kept.filter(({ emptied }) => emptied).map(({ slice }) => slice),
  };
}

/** All slices of a Service; there is always one per address family, if only an empty one. */
export function planSlices(service: Service, pods: readonly Pod[], nodeOf: (name: string) => Node | undefined, existing: readonly EndpointSlice[]): SlicePlan {
  const types = addressTypesOf(service);
  const create: Draft<EndpointSlice>[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = existing.filter(({ addressType }) => !types.includes(addressType as AddressType));
  for (const addressType of types) {
    const ofType = existing.filter((slice) => slice.addressType === addressType);
    const owned = Map.groupBy(
      ofType.filter((slice) => isOwned(slice, service)),
      ({ ports }) => portsKey(ports),
    );
    const groups = new Map<string, { readonly ports: readonly EndpointPort[]; readonly endpoints: Endpoint[] }>();
    for (const pod of pods) {
      if (!belongsInEndpoints(pod, true)) continue;
      const ports = portsFor(service, pod);
      const key = portsKey(ports);
      const group = groups.get(key) ?? { ports, endpoints: [] };
      groups.set(key, group);
      const node = nodeOf(pod.spec.nodeName ?? '');
      const endpoint = node || service.spec.publishNotReadyAddresses ? endpointOf(pod, service, node, addressType) : undefined;
      if (endpoint) group.endpoints.push(endpoint);
    }
    const plans = [...groups].map(([key, { ports, endpoints }]) => planGroup(service, addressType, ports, endpoints, owned.get(key) ?? []));
    const made = plans.flatMap((plan) => plan.create);
    const gone = [
      ...ofType.filter((slice) => !isOwned(slice, service)),
      ...plans.flatMap((plan) => plan.remove),
      ...[...owned].filter(([key]) => !groups.has(key)).flatMap(([, slices]) => slices),
    ];
    if (gone.length === ofType.length && made.length === 0) {
      const placeholder = draftSlice(service, addressType, [], []);
      const [only] = gone;
      const same =
        gone.length === 1 &&
        only &&
        isOwned(only, service) &&
        (only.endpoints ?? []).length === 0 &&
        (only.ports ?? []).length === 0 &&
        jsonEqual(only.metadata.labels, placeholder.metadata.labels);
      if (same) gone.pop();
      else made.push(placeholder);
    }
    // A slice that would go is given new content instead of making another.
    for (const slice of gone) {
      const reused = isOwned(slice, service) ? made.pop() : undefined;
      if (reused)
        update.push({ ...slice, metadata: { ...slice.metadata, labels: reused.metadata.labels ?? {} }, endpoints: reused.endpoints, ports: reused.ports });
      else remove.push(slice);
    }
    create.push(...made);
    update.push(...plans.flatMap((plan) => plan.update));
  }
  return { create, update, remove };
}
