// HorizontalPodAutoscaler as autoscaling/v1 shows it: what that version has no field for stands in annotations. Models kubernetes/pkg/apis/autoscaling/v1/conversion.go
import type { HorizontalPodAutoscaler as AutoscalerV1 } from '../../../kube/api/autoscaling-v1.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HPAScalingRules, MetricSpec } from '../../../kube/api/autoscaling-v2.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { asAny, defineKind, type Mutable } from '../descriptor.ts';
import { horizontalPodAutoscalers, USUAL_CPU_PERCENT } from './horizontal-pod-autoscaler.ts';
import { autoscalerRow } from './hpa-row.ts';
import { specFromV1, specToV1, statusFromV1, statusToV1 } from './metric-conversion.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const ANNOTATIONS = ['metrics', 'behavior', 'current-metrics', 'conditions'].map((each) => PREFIX + each);

const cpuPercent = ({ type, resource }: MetricSpec): number | undefined =>
  type === 'Resource' && resource?.name === 'cpu' ? resource.target.averageUtilization : undefined;

/** The behaviour in upstream's internal form, which is what is written there. */
const capitalRules = (rules: HPAScalingRules | undefined): JsonObject | null =>
  rules
    ? {
        StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
        SelectPolicy: rules.selectPolicy ?? null,
        Policies: (rules.policies ?? []).map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })),
        Tolerance: rules.tolerance ?? null,
      }
    : null;
function plainRules(rules: JsonObject | null | undefined): HPAScalingRules | undefined {
  if (!rules) return undefined;
  const policies = (rules['Policies'] ?? []) as readonly { Type: string; Value: number; PeriodSeconds: number }[];
  const entries = {
    stabilizationWindowSeconds: rules['StabilizationWindowSeconds'],
    selectPolicy: rules['SelectPolicy'],
    policies: policies.map(({ Type, Value, PeriodSeconds }) => ({ type: Type, value: Value, periodSeconds: PeriodSeconds })),
    tolerance: rules['Tolerance'],
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null && value !== undefined)) as HPAScalingRules;
}
function plainBehavior(value: JsonObject): HorizontalPodAutoscalerBehavior | undefined {
  const scaleUp = plainRules(value['ScaleUp'] as JsonObject | null);
  const scaleDown = plainRules(value['ScaleDown'] as JsonObject | null);
  return scaleUp || scaleDown ? { ...(scaleUp ? { scaleUp } : {}), ...(scaleDown ? { scaleDown } : {}) } : undefined;
}

function withoutAnnotations({ metadata, ...rest }: KubeObject): KubeObject {
  const { annotations, ...others } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !ANNOTATIONS.includes(key));
  return { ...rest, metadata: kept.length ? { ...others, annotations: Object.fromEntries(kept) } : others };
}

/** What cannot be read is left alone, as upstream leaves it. */
function parsed<T>(object: KubeObject, name: string, kind: 'list' | 'object'): T | undefined {
  const text = object.metadata.annotations?.[PREFIX + name];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) === (kind === 'list') && typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

function toHub(object: KubeObject): KubeObject {
  const { spec, status } = object as AutoscalerV1;
  const { targetCPUUtilizationPercentage: target, ...shared } = spec;
  const { currentCPUUtilizationPercentage: current, ...sharedStatus } = status ?? {};
  const others = parsed<readonly JsonObject[]>(object, 'metrics', 'list')?.map(specFromV1) ?? [];
  const cpu = (averageUtilization: number): MetricSpec => ({
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
  });
  const metrics = [...others, ...(target === undefined ? [] : [cpu(target)])];
  const behavior = plainBehavior(parsed<JsonObject>(object, 'behavior', 'object') ?? {});
  const currentMetrics =
    parsed<readonly JsonObject[]>(object, 'current-metrics', 'list')?.map(statusFromV1) ??
    (current === undefined ? undefined : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }]);
  const conditions = parsed<readonly JsonObject[]>(object, 'conditions', 'list');
  const converted = {
    ...withoutAnnotations(object),
    apiVersion: horizontalPodAutoscalers.groupVersion,
    spec: { ...shared, metrics: metrics.length ? metrics : [cpu(USUAL_CPU_PERCENT)], ...(behavior ? { behavior } : {}) },
    status: { ...sharedStatus, currentMetrics: currentMetrics ?? null, ...(conditions ? { conditions } : {}) },
  };
  return converted;
}

function fromHub(object: KubeObject): AutoscalerV1 {
  const { spec, status } = object as HorizontalPodAutoscaler;
  const { metrics = [], behavior, ...shared } = spec;
  const { currentMetrics, conditions = [], ...sharedStatus } = status;
  const others = metrics.filter((each) => cpuPercent(each) === undefined);
  const target = metrics.map(cpuPercent).find((each) => each !== undefined);
  const current = currentMetrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.current.averageUtilization;
  const written: Record<string, string> = {};
  const write = (name: string, value: unknown): void => {
    written[PREFIX + name] = JSON.stringify(value);
  };
  if (others.length) write('metrics', others.map(specToV1));
  if (currentMetrics?.length) write('current-metrics', currentMetrics.map(statusToV1));
  if (behavior) write('behavior', { ScaleUp: capitalRules(behavior.scaleUp), ScaleDown: capitalRules(behavior.scaleDown) });
  if (conditions.length)
    write(
      'conditions',
      conditions.map(({ type, status: state, lastTransitionTime, reason, message }) => ({
        type,
        status: state,
        lastTransitionTime: lastTransitionTime ?? null,
        reason,
        message,
      })),
    );
  const plain = withoutAnnotations(object);
  const annotations = { ...plain.metadata.annotations, ...written };
  return {
    ...plain,
    apiVersion: 'autoscaling/v1',
    metadata: Object.keys(annotations).length ? { ...plain.metadata, annotations } : plain.metadata,
    spec: { ...shared, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    status: {
      ...sharedStatus,
      currentReplicas: sharedStatus.currentReplicas ?? 0,
      ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }),
    },
  } as AutoscalerV1;
}

export const horizontalPodAutoscalersV1 = defineKind<AutoscalerV1>('autoscaling/v1', 'horizontalpodautoscalers', {
  defaults: ({ spec }: Mutable<AutoscalerV1>) => {
    spec.minReplicas ??= 1;
  },
  hub: { resource: asAny(horizontalPodAutoscalers), toHub, fromHub },
  row: (object, context) => autoscalerRow(toHub(object) as HorizontalPodAutoscaler, context),
});
