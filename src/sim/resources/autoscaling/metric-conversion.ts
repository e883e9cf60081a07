// Metrics of autoscaling/v2 in the form that autoscaling/v1 keeps them in annotations. Models kubernetes/pkg/apis/autoscaling/v1/conversion.go
import type { MetricIdentifier, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../../kube/api/autoscaling-v2.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';

type Fields = Readonly<Record<string, unknown>>;
/** Without what is undefined: the order of the fields is Go's. */
const compact = (fields: Fields): JsonObject => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
const cast = <T>(value: unknown): T => value as T;

interface Source {
  readonly metric?: MetricIdentifier;
  readonly describedObject?: { readonly kind: string; readonly name: string; readonly apiVersion?: string };
  readonly name?: string;
  readonly container?: string;
}
interface Values {
  readonly value?: string | undefined;
  readonly averageValue?: string | undefined;
  readonly averageUtilization?: number | undefined;
}

/** `prefix` is `target` in specs, `current` in statuses. */
function sourceToV1(
  kind: string,
  { metric, describedObject, name, container }: Source,
  { value, averageValue, averageUtilization }: Values,
  prefix: string,
): JsonObject {
  switch (kind) {
    case 'object':
      return compact({
        target: compact({ kind: describedObject?.kind, name: describedObject?.name, apiVersion: describedObject?.apiVersion }),
        metricName: metric?.name,
        [`${prefix}Value`]: value ?? '0',
        selector: metric?.selector,
        averageValue,
      });
    case 'pods':
      return compact({ metricName: metric?.name, [`${prefix}AverageValue`]: averageValue ?? '0', selector: metric?.selector });
    case 'external':
      return compact({
        metricName: metric?.name,
        metricSelector: metric?.selector,
        [`${prefix}Value`]: prefix === 'current' ? (value ?? '0') : value,
        [`${prefix}AverageValue`]: averageValue,
      });
    default:
      return compact({
        name,
        [`${prefix}AverageUtilization`]: averageUtilization,
        [`${prefix}AverageValue`]: prefix === 'current' ? (averageValue ?? '0') : averageValue,
        container,
      });
  }
}

const KINDS = ['object', 'pods', 'resource', 'containerResource', 'external'] as const;
const present = (metric: Fields): [kind: string, source: JsonObject][] =>
  KINDS.flatMap((kind): [string, JsonObject][] => (metric[kind] === undefined ? [] : [[kind, metric[kind] as JsonObject]]));

export const specToV1 = (spec: MetricSpec): JsonObject => ({
  type: spec.type,
  ...Object.fromEntries(present(cast(spec)).map(([kind, source]) => [kind, sourceToV1(kind, cast(source), cast<MetricTarget>(source['target']), 'target')])),
});
export const statusToV1 = (status: MetricStatus): JsonObject => ({
  type: status.type,
  ...Object.fromEntries(
    present(cast(status)).map(([kind, source]) => [kind, sourceToV1(kind, cast(source), cast<MetricValueStatus>(source['current']), 'current')]),
  ),
});

function identity(kind: string, source: JsonObject): Fields {
  const { metricName, selector, metricSelector, target, name, container } = source;
  if (kind === 'resource' || kind === 'containerResource') return { name, container };
  return {
    ...(kind === 'object' ? { describedObject: target } : {}),
    metric: compact({ name: metricName, selector: kind === 'external' ? metricSelector : selector }),
  };
}

function valuesFromV1(kind: string, source: JsonObject, prefix: string): Values {
  const read = <T extends JsonValue>(name: string): T | undefined => source[name] as T | undefined;
  const averageValue = kind === 'object' ? read<string>('averageValue') : read<string>(`${prefix}AverageValue`);
  const hasValue = kind === 'object' || kind === 'external';
  return { value: hasValue ? read<string>(`${prefix}Value`) : undefined, averageValue, averageUtilization: read<number>(`${prefix}AverageUtilization`) };
}

function targetType(kind: string, { value, averageValue, averageUtilization }: Values): string {
  if (kind === 'object') return averageValue === undefined ? 'Value' : 'AverageValue';
  if (kind === 'external') return value === undefined ? 'AverageValue' : 'Value';
  return averageUtilization === undefined ? 'AverageValue' : 'Utilization';
}

export const specFromV1 = (spec: JsonObject): MetricSpec =>
  cast({
    ...Object.fromEntries(
      present(spec).map(([kind, source]) => {
        const values = valuesFromV1(kind, source, 'target');
        return [kind, compact({ ...identity(kind, source), target: compact({ type: targetType(kind, values), ...values }) })];
      }),
    ),
    type: spec['type'],
  });
export const statusFromV1 = (status: JsonObject): MetricStatus =>
  cast({
    ...Object.fromEntries(
      present(status).map(([kind, source]) => [kind, compact({ ...identity(kind, source), current: compact({ ...valuesFromV1(kind, source, 'current') }) })]),
    ),
    type: status['type'],
  });
