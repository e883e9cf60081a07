// Mirrors Endpoints that people keep by hand, for Services without selector, into EndpointSlices. Models kubernetes/pkg/controller/endpointslicemirroring
import type { EndpointAddress, EndpointPort as CorePort, Endpoints } from '../../../kube/api/core-v1.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../../kube/api/discovery-v1.ts';
import { endpoints, endpointSlices, services } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent, onAnyChange } from '../../../kube/client/controller.ts';
import { SliceTracker, TRIGGER_TIME } from '../../../kube/client/endpoint-tracking.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { canonicalJson } from '../../../kube/machinery/hash.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { keyOf, splitKey, type Draft } from '../../../kube/machinery/object.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';
import { isIPv6 } from '../../../kube/machinery/service-endpoints.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const SERVICE_NAME = 'kubernetes.io/service-name';
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
const CONTROLLER_NAME = 'endpointslicemirroring-controller.k8s.io';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MAX_PER_SUBSET = 1000;

class StaleCache extends Error {}

const mirroredPort = ({ name = '', port, protocol = 'TCP', appProtocol }: CorePort): EndpointPort => ({
  name,
  port,
  protocol,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});
const mirroredAddress = ({ ip, nodeName, hostname, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(targetRef ? { targetRef } : {}),
  ...(nodeName ? { nodeName } : {}),
});

/** The slices that show these Endpoints, one per subset and address family. */
export function mirroredSlices(source: Endpoints): readonly Draft<EndpointSlice>[] {
  const { name = '', labels, annotations } = source.metadata;
  const copied = Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => key !== TRIGGER_TIME && key !== LAST_APPLIED));
  return (source.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const all = [...addresses.map((each) => mirroredAddress(each, true)), ...notReadyAddresses.map((each) => mirroredAddress(each, false))].slice(
      0,
      MAX_PER_SUBSET,
    );
    return (['IPv4', 'IPv6'] as const).flatMap((addressType): Draft<EndpointSlice>[] => {
      const ofType = all.filter((endpoint) => isIPv6(endpoint.addresses[0] ?? '') === (addressType === 'IPv6'));
      if (ofType.length === 0) return [];
      return [
        {
          metadata: {
            generateName: `${name}-`,
            labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: CONTROLLER_NAME },
            ...(Object.keys(copied).length ? { annotations: copied } : {}),
            ownerReferences: [controllerReference(endpoints, source)],
          },
          addressType,
          endpoints: ofType,
          ports: ports.map(mirroredPort).sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
        },
      ];
    });
  });
}

export function endpointSliceMirroringController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(services);
  const sources = informers.of(endpoints);
  const slices = informers.of(endpointSlices);
  const ownerOf = ({ metadata }: EndpointSlice): string => `${metadata.namespace ?? ''}/${metadata.labels?.[SERVICE_NAME] ?? ''}`;
  slices.addIndex('service', (slice) => [ownerOf(slice)]);
  const tracker = new SliceTracker();
  const queue = new WorkQueue({
    clock,
    sync,
    baseDelayMs: 100,
    maxDelayMs: 10_000,
    failed: (key, error) => {
      if (!(error instanceof StaleCache) && !isConflict(error)) log.warn('endpoints not mirrored', { key, error: messageOf(error) });
    },
  });
  const isMirror = ({ metadata }: EndpointSlice): boolean => metadata.labels?.[MANAGED_BY] === CONTROLLER_NAME;

  function listen(): void {
    onAnyChange(all, (service, old) => {
      if (!service.spec.selector || (old && !old.spec.selector)) queue.add(keyOf(service));
    });
    onAnyChange(sources, (source) => queue.add(keyOf(source)));
    slices.addHandler({
      updated(slice) {
        if (isMirror(slice)) queue.add(ownerOf(slice));
      },
      deleted(slice) {
        if (!isMirror(slice)) return;
        tracker.gone(ownerOf(slice), slice);
        queue.add(ownerOf(slice));
      },
    });
  }

  async function sync(key: string): Promise<void> {
    const source = sources.getByKey(key);
    const service = all.getByKey(key);
    const existing = slices.byIndex('service', key).filter(isMirror);
    const mirrored =
      source && source.metadata.labels?.[SKIP_MIRROR] !== 'true' && source.metadata.annotations?.[LEADER] === undefined && service && !service.spec.selector;
    const { namespace = '' } = splitKey(key);
    if (!mirrored) tracker.forget(key);
    else if (tracker.isStale(key, existing)) throw new StaleCache('EndpointSlice informer cache is out of date');
    const groupOf = (slice: Pick<EndpointSlice, 'addressType' | 'ports'>): string => `${slice.addressType}${canonicalJson(slice.ports ?? [])}`;
    const free = new Set(existing);
    try {
      for (const draft of mirrored ? mirroredSlices(source) : []) {
        const candidates = [...free];
        const match = candidates.find((slice) => groupOf(slice) === groupOf(draft)) ?? candidates.find(({ addressType }) => addressType === draft.addressType);
        if (!match) {
          if (!source?.metadata.deletionTimestamp) tracker.wrote(key, await client.create(endpointSlices, draft, { namespace }));
          continue;
        }
        free.delete(match);
        const { labels = {}, annotations = {} } = draft.metadata;
        if (
          jsonEqual(match.endpoints ?? [], draft.endpoints) &&
          jsonEqual(match.ports, draft.ports) &&
          jsonEqual(match.metadata.labels, labels) &&
          jsonEqual(match.metadata.annotations ?? {}, annotations)
        )
          continue;
        tracker.wrote(
          key,
          await client.update(endpointSlices, {
            ...match,
            metadata: { ...match.metadata, labels, annotations },
            endpoints: draft.endpoints,
            ports: draft.ports,
          }),
        );
      }
      for (const slice of free)
        await client.delete(endpointSlices, slice.metadata.name ?? '', { namespace }).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
  }

  return controllerComponent({ name: 'endpointslicemirroring', informers: [all, sources, slices], queues: [queue], listen });
}
