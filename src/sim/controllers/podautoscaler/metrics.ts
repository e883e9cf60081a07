// What asking for metrics comes to in a cluster that has no metrics API. Models kubernetes/pkg/controller/podautoscaler/replica_calculator.go and metrics/client.go
import type { MetricSpec } from '../../../kube/api/autoscaling-v2.ts';

export interface MetricFailure {
  /** Of the event and the condition. */
  readonly reason: string;
  readonly message: string;
  /** How the sum of failures names it. */
  readonly what: string;
}

const NO_CUSTOM = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
const notServed = (resource: string): string => `the server could not find the requested resource (get ${resource})`;

function resource(name: string, target: string | undefined, kind: string, reason: string): MetricFailure {
  const api = `unable to fetch metrics from resource metrics API: ${notServed('pods.metrics.k8s.io')}`;
  const message = `failed to get ${name} ${target === 'Utilization' ? 'utilization' : 'usage'}: unable to get metrics for resource ${name}: ${api}`;
  return { reason, message, what: `failed to get ${name} ${kind} metric value: ${message}` };
}

export function metricFailure({ type, ...spec }: MetricSpec, namespace: string): MetricFailure {
  switch (type) {
    case 'Resource':
      return resource(spec.resource?.name ?? '', spec.resource?.target.type, 'resource', 'FailedGetResourceMetric');
    case 'ContainerResource':
      return resource(spec.containerResource?.name ?? '', spec.containerResource?.target.type, 'container', 'FailedGetContainerResourceMetric');
    case 'Pods': {
      const message = `unable to get metric ${spec.pods?.metric.name ?? ''}: ${NO_CUSTOM}`;
      return { reason: 'FailedGetPodsMetric', message, what: `failed to get pods metric value: ${message}` };
    }
    case 'Object': {
      const { kind = '', name = '' } = spec.object?.describedObject ?? {};
      const message = `unable to get metric ${spec.object?.metric.name ?? ''}: ${kind} on ${namespace} ${name}/${NO_CUSTOM}`;
      return { reason: 'FailedGetObjectMetric', message, what: `failed to get object metric value: ${message}` };
    }
    case 'External': {
      const name = spec.external?.metric.name ?? '';
      const api = `unable to fetch metrics from external metrics API: ${notServed(`${name}.external.metrics.k8s.io`)}`;
      const message = `unable to get external metric ${namespace}/${name}/nil: ${api}`;
      return { reason: 'FailedGetExternalMetric', message, what: `failed to get ${name} external metric value: ${message}` };
    }
    default: {
      const message = `unknown metric source type ${JSON.stringify(type)}`;
      return { reason: 'InvalidMetricSourceType', message, what: message };
    }
  }
}
