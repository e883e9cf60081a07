// Keeps the EndpointSlices of Services with a selector. Models kubernetes/pkg/controller/endpointslice/endpointslice_controller.go
import type { Service } from '../../../kube/api/core-v1.ts';
import type { EndpointSlice } from '../../../kube/api/discovery-v1.ts';
import { endpointSlices, nodes, pods, services } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { SliceTracker, TriggerTimes, withTriggerTime } from '../../../kube/client/endpoint-tracking.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { keyOf } from '../../../kube/machinery/object.ts';
import { endpointsMayChange, serviceSelects } from '../../../kube/machinery/service-endpoints.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { CONTROLLER_NAME, MANAGED_BY, planSlices, SERVICE_NAME } from './slices.ts';

class StaleCache extends Error {}

export function endpointSliceController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(services);
  const allPods = informers.of(pods);
  const allNodes = informers.of(nodes);
  const slices = informers.of(endpointSlices);
  const serviceOf = ({ metadata }: EndpointSlice): string => `${metadata.namespace ?? ''}/${metadata.labels?.[SERVICE_NAME] ?? ''}`;
  all.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  allPods.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  slices.addIndex('service', (slice) => [serviceOf(slice)]);
  const tracker = new SliceTracker();
  const triggers = new TriggerTimes();
  const recorder = new CoreEventRecorder(client, { component: 'endpoint-slice-controller' }, clock, log);
  const queue = new WorkQueue({
    clock,
    sync,
    baseDelayMs: 100,
    maxDelayMs: 10_000,
    failed(key, error) {
      if (error instanceof StaleCache || isConflict(error)) return;
      log.warn('endpoint slices not synced', { key, error: messageOf(error) });
      const service = all.getByKey(key);
      if (service)
        recorder.event(service, {
          type: 'Warning',
          reason: 'FailedToUpdateEndpointSlices',
          message: `Error updating Endpoint Slices for Service ${key}: ${messageOf(error)}`,
        });
    },
  });
  const isOurs = ({ metadata }: EndpointSlice): boolean => metadata.labels?.[MANAGED_BY] === CONTROLLER_NAME;

  function listen(): void {
    const enqueue = (service: Service): void => queue.add(keyOf(service));
    all.addHandler({ added: enqueue, updated: enqueue, deleted: enqueue });
    const podChanged = ({ metadata }: Service | { readonly metadata: Service['metadata'] }): void => {
      for (const service of all.byIndex('namespace', metadata.namespace ?? '')) if (serviceSelects(service, metadata.labels)) enqueue(service);
    };
    allPods.addHandler({
      added: podChanged,
      deleted: podChanged,
      updated(pod, old) {
        if (!endpointsMayChange(old, pod)) return;
        podChanged(pod);
        if (old.metadata.labels !== pod.metadata.labels) podChanged(old);
      },
    });
    slices.addHandler({
      deleted(slice) {
        if (!isOurs(slice)) return;
        tracker.gone(serviceOf(slice), slice);
        queue.add(serviceOf(slice));
      },
      updated(slice, old) {
        if (isOurs(slice) || isOurs(old)) queue.add(serviceOf(old));
      },
    });
    // A pod may have been seen before its node.
    allNodes.addHandler({
      added: ({ metadata }) => {
        for (const pod of allPods.list()) if (pod.spec.nodeName === metadata.name && pod.status?.podIP) podChanged(pod);
      },
    });
  }

  async function sync(key: string): Promise<void> {
    const service = all.getByKey(key);
    if (!service) {
      triggers.forget(key);
      tracker.forget(key);
      // Its slices are the garbage collector's.
      return;
    }
    if (service.spec.type === 'ExternalName' || !service.spec.selector) return;
    const { namespace = '', deletionTimestamp } = service.metadata;
    const selected = allPods.byIndex('namespace', namespace).filter(({ metadata }) => serviceSelects(service, metadata.labels));
    const existing = slices.byIndex('service', key).filter((slice) => isOurs(slice) && !slice.metadata.deletionTimestamp);
    if (tracker.isStale(key, existing)) throw new StaleCache('EndpointSlice informer cache is out of date');
    const plan = planSlices(service, selected, (name) => allNodes.get(name), existing);
    const trigger = triggers.next(service, selected);
    try {
      for (const draft of deletionTimestamp ? [] : plan.create) {
        tracker.wrote(
          key,
          await client.create(
            endpointSlices,
            { ...draft, metadata: { ...draft.metadata, annotations: withTriggerTime(draft.metadata.annotations, trigger) } },
            { namespace },
          ),
        );
      }
      for (const slice of plan.update) {
        tracker.wrote(
          key,
          await client.update(endpointSlices, { ...slice, metadata: { ...slice.metadata, annotations: withTriggerTime(slice.metadata.annotations, trigger) } }),
        );
      }
      for (const slice of plan.remove) {
        await client.delete(endpointSlices, slice.metadata.name ?? '', { namespace }).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
        tracker.gone(key, slice);
      }
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
  }

  return controllerComponent({ name: 'endpointslice', informers: [all, allPods, allNodes, slices], queues: [queue], listen });
}
