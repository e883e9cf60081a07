// Keeps targets within their bounds; without a metrics API it says that it cannot do more. Models kubernetes/pkg/controller/podautoscaler/horizontal.go
import type { Scale } from '../../../kube/api/autoscaling-v1.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition, MetricStatus } from '../../../kube/api/autoscaling-v2.ts';
import { horizontalPodAutoscalers } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { discoverResources } from '../../../kube/client/discovery.ts';
import { CoreEventRecorder, type EventType } from '../../../kube/client/event-recorder.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { keyOf, type ResourceRef } from '../../../kube/machinery/object.ts';
import { withCondition } from '../../../kube/machinery/pod-conditions.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { metricFailure } from './metrics.ts';

const SYNC_MS = 15_000;

type Hpa = HorizontalPodAutoscaler;
type Conditions = readonly HorizontalPodAutoscalerCondition[];
type Status = Omit<Hpa['status'], 'currentMetrics'> & { readonly currentMetrics: readonly MetricStatus[] | null };

export function podAutoscalerController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(horizontalPodAutoscalers);
  const recorder = new CoreEventRecorder(client, { component: 'horizontal-pod-autoscaler' }, clock, log);
  const queue = new WorkQueue({
    clock,
    workers: 5,
    baseDelayMs: SYNC_MS,
    maxDelayMs: SYNC_MS,
    failed: (key, error) => {
      if (!isConflict(error) && !isNotFound(error)) log.warn('autoscaler not synced', { key, error: messageOf(error) });
    },
    async sync(key) {
      const hpa = all.getByKey(key);
      if (!hpa) return;
      await reconcile(hpa);
      queue.addAfter(key, SYNC_MS);
    },
  });

  const say = (hpa: Hpa, type: EventType, reason: string, message: string): void => recorder.event(hpa, { type, reason, message });

  async function targetOf({ spec }: Hpa): Promise<ResourceRef<Scale>> {
    const { apiVersion = 'v1', kind } = spec.scaleTargetRef;
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    const { resources } = await discoverResources(client);
    const found = resources.find(({ ref }) => ref.kind === kind && ref.group === group);
    if (!found) throw new Error(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`);
    const { version, resource, namespaced } = found.ref;
    return { group, version, resource, kind: 'Scale', namespaced };
  }

  async function write(hpa: Hpa, status: Status): Promise<void> {
    if (jsonEqual(status, hpa.status)) return;
    await client.update(horizontalPodAutoscalers, { ...hpa, status: status as Hpa['status'] }, { subresource: 'status' });
  }

  const conditioned = (conditions: Conditions | undefined, type: string, status: string, reason: string, message: string): Conditions =>
    withCondition(conditions, { type, status, reason, message }, clock.now());

  async function reconcile(hpa: Hpa): Promise<void> {
    const { namespace = '' } = hpa.metadata;
    const old: Status = hpa.status ?? { currentMetrics: null, desiredReplicas: 0 };
    let target: ResourceRef<Scale>;
    let scale: Scale;
    try {
      target = await targetOf(hpa);
      scale = await client.get(target, hpa.spec.scaleTargetRef.name, { namespace, subresource: 'scale' });
    } catch (error) {
      const why = messageOf(error);
      say(hpa, 'Warning', 'FailedGetScale', why);
      const message = `the HPA controller was unable to get the target's current scale: ${why}`;
      await write(hpa, { ...old, conditions: conditioned(old.conditions, 'AbleToScale', 'False', 'FailedGetScale', message) });
      return;
    }
    let conditions = conditioned(old.conditions, 'AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
    const current = scale.spec?.replicas ?? 0;
    const { minReplicas = 1, maxReplicas } = hpa.spec;
    const status = (desired: number, more: Partial<Status>): Status => ({
      ...(current ? { currentReplicas: current } : {}),
      desiredReplicas: desired,
      currentMetrics: null,
      ...(old.lastScaleTime === undefined ? {} : { lastScaleTime: old.lastScaleTime }),
      conditions,
      ...more,
    });
    if (current === 0 && minReplicas !== 0) {
      conditions = conditioned(conditions, 'ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero');
      await write(hpa, status(current, {}));
      return;
    }
    if (current <= maxReplicas && current >= minReplicas) {
      conditions = tellFailures(hpa, conditions, namespace);
      await write(hpa, status(old.desiredReplicas, { currentMetrics: (hpa.spec.metrics ?? []).map(() => ({ type: '' as MetricStatus['type'] })) }));
      const failures = (hpa.spec.metrics ?? []).map((spec) => metricFailure(spec, namespace));
      const sum = `invalid metrics (${failures.length} invalid out of ${failures.length}), first error is: ${failures[0]?.what ?? ''}`;
      say(hpa, 'Warning', 'FailedComputeMetricsReplicas', sum);
      return;
    }
    const above = current > maxReplicas;
    const desired = above ? maxReplicas : minReplicas;
    const why = `New size: ${desired}; reason: Current number of replicas ${above ? 'above Spec.MaxReplicas' : 'below Spec.MinReplicas'}`;
    try {
      await client.update(target, { ...scale, spec: { ...scale.spec, replicas: desired } }, { subresource: 'scale' });
    } catch (error) {
      say(hpa, 'Warning', 'FailedRescale', `${why}; error: ${messageOf(error)}`);
      const message = `the HPA controller was unable to update the target scale: ${messageOf(error)}`;
      conditions = conditioned(conditions, 'AbleToScale', 'False', 'FailedUpdateScale', message);
      await write(hpa, status(old.desiredReplicas, {}));
      throw error;
    }
    const message = `the HPA controller was able to update the target scale to ${desired}`;
    conditions = conditioned(conditions, 'AbleToScale', 'True', 'SucceededRescale', message);
    say(hpa, 'Normal', 'SuccessfulRescale', why);
    await write(hpa, status(desired, { lastScaleTime: formatTime(clock.now()) }));
  }

  /** The first metric that cannot be had decides what the condition says. */
  function tellFailures(hpa: Hpa, conditions: Conditions, namespace: string): Conditions {
    const failures = (hpa.spec.metrics ?? []).map((spec) => metricFailure(spec, namespace));
    for (const { reason, message } of failures) say(hpa, 'Warning', reason, message);
    const [first] = failures;
    if (!first) return conditions;
    return conditioned(conditions, 'ScalingActive', 'False', first.reason, `the HPA was unable to compute the replica count: ${first.message}`);
  }

  function listen(): void {
    const enqueue = (hpa: Hpa): void => queue.addAfter(keyOf(hpa), SYNC_MS);
    all.addHandler({ added: enqueue, updated: enqueue });
  }

  return controllerComponent({ name: 'horizontalpodautoscaling', informers: [all], queues: [queue], listen });
}
