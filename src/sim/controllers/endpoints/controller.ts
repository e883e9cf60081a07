// Keeps the legacy Endpoints of Services with a selector. Models kubernetes/pkg/controller/endpoint/endpoints_controller.go
import type { Endpoints, Service } from '../../../kube/api/core-v1.ts';
import { endpoints, pods, services } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { TriggerTimes, withTriggerTime } from '../../../kube/client/endpoint-tracking.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { keyOf, splitKey } from '../../../kube/machinery/object.ts';
import { endpointsMayChange, isHeadless, serviceSelects } from '../../../kube/machinery/service-endpoints.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { subsetsOf } from './subsets.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const HEADLESS = 'service.kubernetes.io/headless';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

export function endpointsController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(services);
  const allPods = informers.of(pods);
  const known = informers.of(endpoints);
  all.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  allPods.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  const triggers = new TriggerTimes();
  const recorder = new CoreEventRecorder(client, { component: 'endpoint-controller' }, clock, log);
  const queue = new WorkQueue({
    clock,
    sync,
    baseDelayMs: 100,
    maxDelayMs: 10_000,
    failed: (key, error) => {
      if (!isConflict(error) && !isAlreadyExists(error)) log.warn('endpoints not synced', { key, error: messageOf(error) });
    },
  });

  function listen(): void {
    const enqueue = (service: Service): void => queue.add(keyOf(service));
    all.addHandler({ added: enqueue, updated: enqueue, deleted: enqueue });
    const podChanged = ({ metadata }: { readonly metadata: Service['metadata'] }): void => {
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
    known.addHandler({ deleted: (each) => queue.add(keyOf(each)) });
  }

  /** Leftovers of Services that went while nobody looked. */
  function run(): void {
    for (const each of known.list()) if (!each.metadata.annotations?.[LEADER]) queue.add(keyOf(each));
  }

  async function sync(key: string): Promise<void> {
    const service = all.getByKey(key);
    const { name, namespace = '' } = splitKey(key);
    if (!service) {
      triggers.forget(key);
      if (known.getByKey(key))
        await client.delete(endpoints, name, { namespace }).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
      return;
    }
    if (service.spec.type === 'ExternalName' || !service.spec.selector) return;
    const selected = allPods.byIndex('namespace', namespace).filter(({ metadata }) => serviceSelects(service, metadata.labels));
    const trigger = triggers.next(service, selected);
    const subsets = subsetsOf(service, selected);
    const labels = { ...service.metadata.labels, ...(isHeadless(service) ? { [HEADLESS]: '' } : {}), [MANAGED_BY]: 'endpoint-controller' };
    const current = known.getByKey(key);
    if (current && jsonEqual(current.subsets ?? [], subsets) && jsonEqual(current.metadata.labels, labels)) return;
    try {
      const annotations = withTriggerTime(current?.metadata.annotations, trigger);
      if (current) await client.update(endpoints, { ...current, metadata: { ...current.metadata, labels, annotations }, subsets });
      else await client.create(endpoints, { metadata: { name, labels, annotations }, subsets }, { namespace });
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      if (!isConflict(error) && !isAlreadyExists(error)) {
        const subject: Endpoints = current ?? { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace } };
        recorder.event(
          subject,
          current
            ? { type: 'Warning', reason: 'FailedToUpdateEndpoint', message: `Failed to update endpoint ${key}: ${messageOf(error)}` }
            : { type: 'Warning', reason: 'FailedToCreateEndpoint', message: `Failed to create endpoint for service ${key}: ${messageOf(error)}` },
        );
      }
      throw error;
    }
  }

  return controllerComponent({ name: 'endpoints', informers: [all, allPods, known], queues: [queue], listen, run });
}
