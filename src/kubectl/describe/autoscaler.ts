// kubectl describe horizontalpodautoscaler: as the second version of its API has it, where a server has only the first, that.
import type { HorizontalPodAutoscaler as FirstAutoscaler } from '../../kube/api/autoscaling-v1.ts';
import type { HPAScalingRules, HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../kube/api/autoscaling-v2.ts';
import { horizontalPodAutoscalers } from '../../kube/api/resources.ts';
import { canonicalQuantity } from '../../kube/machinery/quantity.ts';
import type { KubeObject, ResourceRef } from '../../kube/machinery/object.ts';
import { goQuote } from '../go-quote.ts';
import { describerOf, type Describer } from './describer.ts';
import { UNSET, writeLabelsAndAnnotations } from './metadata.ts';
import { longTime } from './times.ts';
import type { DescribeWriter } from './writer.ts';

const FIRST: ResourceRef<FirstAutoscaler> = { ...(horizontalPodAutoscalers as ResourceRef<KubeObject & FirstAutoscaler>), version: 'v1' };

export const describer: Describer = (place, means) => second(place, means).catch(() => first(place, means));

interface Head {
  readonly spec: { readonly scaleTargetRef: { readonly kind: string; readonly name: string }; readonly minReplicas?: number; readonly maxReplicas: number };
  readonly status?: { readonly currentReplicas?: number; readonly desiredReplicas?: number };
}
function writeHead(w: DescribeWriter, { metadata, spec }: Pick<KubeObject, 'metadata'> & Head): void {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'CreationTimestamp', longTime(metadata.creationTimestamp));
  w.field(0, 'Reference', `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`);
}
function writeBounds(w: DescribeWriter, { spec }: Head): void {
  w.field(0, 'Min replicas', spec.minReplicas ?? UNSET);
  w.field(0, 'Max replicas', spec.maxReplicas);
}
const writePods = (w: DescribeWriter, { spec, status }: Head): void =>
  w.field(0, `${spec.scaleTargetRef.kind} pods`, `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`);

const second = describerOf(horizontalPodAutoscalers, (w, object: HorizontalPodAutoscaler) => {
  const { spec, status } = object;
  writeHead(w, object);
  w.field(0, 'Metrics', '( current / target )');
  (spec.metrics ?? []).forEach((metric, i) => writeMetric(w, metric, status?.currentMetrics?.[i]));
  writeBounds(w, object);
  if (spec.behavior) {
    w.line(0, 'Behavior:');
    writeRules(w, 'Scale Up', spec.behavior.scaleUp);
    writeRules(w, 'Scale Down', spec.behavior.scaleDown);
  }
  writePods(w, object);
  const conditions = status?.conditions ?? [];
  if (!conditions.length) return;
  w.line(0, 'Conditions:');
  w.row(1, ['Type', 'Status', 'Reason', 'Message']);
  w.row(1, ['----', '------', '------', '-------']);
  for (const { type, status: value, reason = '', message = '' } of conditions) w.row(1, [type, value, reason, message]);
});

const UNKNOWN = '<unknown>';
const amount = (text: string | undefined): string => (text === undefined ? '<nil>' : canonicalQuantity(text));

type Lines = { readonly [K in string]?: (metric: MetricSpec, current: MetricStatus | undefined) => string };

/** What stands below `Metrics:`, by the type of the metric. */
const METRICS: Lines = {
  External({ external }, now) {
    if (!external) return '';
    const { metric, target } = external;
    const current = now?.external?.current;
    if (target.averageValue === undefined)
      return `${goQuote(metric.name)} (target value):\t${current ? amount(current.value) : UNKNOWN} / ${amount(target.value)}`;
    const average = current?.averageValue === undefined ? UNKNOWN : amount(current.averageValue);
    return `${goQuote(metric.name)} (target average value):\t${average} / ${amount(target.averageValue)}`;
  },
  Pods({ pods }, now) {
    const current = now?.pods ? amount(now.pods.current.averageValue) : UNKNOWN;
    return `${goQuote(pods?.metric.name ?? '')} on pods:\t${current} / ${amount(pods?.target.averageValue)}`;
  },
  Object({ object }, now) {
    if (!object) return '';
    const { metric, describedObject, target } = object;
    const isAverage = target.type === 'AverageValue';
    const of = (values: MetricValueStatus | MetricTarget): string => amount(isAverage ? values.averageValue : values.value);
    return `"${metric.name}" on ${describedObject.kind}/${describedObject.name} (target ${isAverage ? 'average ' : ''}value):\t${now?.object ? of(now.object.current) : UNKNOWN} / ${of(target)}`;
  },
  Resource({ resource }, now) {
    return resource ? `resource ${resource.name} on pods${shareText(resource.target, now?.resource?.current)}` : '';
  },
  ContainerResource({ containerResource }, now) {
    if (!containerResource) return '';
    const { name, container, target } = containerResource;
    return `resource ${name} of container "${container}" on pods${shareText(target, now?.containerResource?.current)}`;
  },
};

function shareText({ averageValue, averageUtilization }: MetricTarget, current: MetricValueStatus | undefined): string {
  if (averageValue !== undefined) return `:\t${current ? amount(current.averageValue) : UNKNOWN} / ${amount(averageValue)}`;
  const used = current?.averageUtilization === undefined ? UNKNOWN : `${current.averageUtilization}% (${amount(current.averageValue)})`;
  return `  (as a percentage of request):\t${used} / ${averageUtilization === undefined ? '<auto>' : `${averageUtilization}%`}`;
}

function writeMetric(w: DescribeWriter, metric: MetricSpec, current: MetricStatus | undefined): void {
  w.line(1, METRICS[metric.type]?.(metric, current) ?? `<unknown metric type ${goQuote(metric.type)}>`);
}

function writeRules(w: DescribeWriter, title: string, rules: HPAScalingRules | undefined): void {
  if (!rules) return;
  const { stabilizationWindowSeconds, policies = [], selectPolicy = 'Max' } = rules;
  w.line(1, `${title}:`);
  if (stabilizationWindowSeconds !== undefined) w.line(2, `Stabilization Window: ${stabilizationWindowSeconds} seconds`);
  if (!policies.length) return;
  w.line(2, `Select Policy: ${selectPolicy}`);
  w.line(2, 'Policies:');
  for (const { type, value, periodSeconds } of policies) w.row(3, [`- Type: ${type}`, `Value: ${value}`, `Period: ${periodSeconds} seconds`]);
}

const first = describerOf(FIRST, (w, object) => {
  const { spec, status } = object;
  writeHead(w, object);
  const { targetCPUUtilizationPercentage: target } = spec;
  if (target !== undefined) {
    w.field(0, 'Target CPU utilization', `${target}%`);
    w.field(0, 'Current CPU utilization', `${status?.currentCPUUtilizationPercentage ?? UNKNOWN}%`);
  }
  writeBounds(w, object);
  writePods(w, object);
});
