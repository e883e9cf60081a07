// The table row of horizontal pod autoscalers. Models kubernetes/pkg/printers/internalversion/printers.go (formatHPAMetrics)
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../../kube/api/autoscaling-v2.ts';
import { age } from '../cells.ts';
import type { Cell, RowContext } from '../descriptor.ts';

const UNKNOWN = '<unknown>';
const MOST_SHOWN = 2;

const values = (target: MetricTarget, current: MetricValueStatus | undefined): string =>
  target.averageValue === undefined ? `${current?.value ?? UNKNOWN}/${target.value ?? ''}` : `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;

function ofResource(name: string, target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${name}: ${current?.averageValue ?? UNKNOWN}/${target.averageValue}`;
  const percent = (value: number | undefined, missing: string): string => (value === undefined ? missing : `${value}%`);
  return `${name}: ${percent(current?.averageUtilization, UNKNOWN)}/${percent(target.averageUtilization, '<auto>')}`;
}

function metricText({ type, external, pods, object, resource, containerResource }: MetricSpec, status: MetricStatus | undefined): string {
  if (type === 'External' && external) return values(external.target, status?.external?.current);
  if (type === 'Object' && object) return values(object.target, status?.object?.current);
  if (type === 'Pods' && pods) return `${status?.pods?.current.averageValue ?? UNKNOWN}/${pods.target.averageValue ?? ''}`;
  if (type === 'Resource' && resource) return ofResource(resource.name, resource.target, status?.resource?.current);
  if (type === 'ContainerResource' && containerResource)
    return ofResource(containerResource.name, containerResource.target, status?.containerResource?.current);
  return '<unknown type>';
}

export function autoscalerRow(object: HorizontalPodAutoscaler, { now }: RowContext): readonly Cell[] {
  const { spec, status, metadata } = object;
  const texts = (spec.metrics ?? []).map((each, i) => metricText(each, status.currentMetrics?.[i]));
  const shown = texts.slice(0, MOST_SHOWN).join(', ');
  return [
    metadata.name ?? '',
    `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    texts.length > MOST_SHOWN ? `${shown} + ${texts.length - MOST_SHOWN} more...` : shown || '<none>',
    spec.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
    spec.maxReplicas,
    status.currentReplicas ?? 0,
    age(object, now),
  ];
}
