// Validation of the metrics an autoscaler follows. Models kubernetes/pkg/apis/autoscaling/validation/validation.go
import type { CrossVersionObjectReference, MetricSpec, MetricTarget } from '../../../kube/api/autoscaling-v2.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsLabel, validateLabelKey } from '../../../kube/machinery/names.ts';
import { parseQuantity } from '../../../kube/machinery/quantity.ts';
import { validatePathSegment } from '../validation/path-segment.ts';

/** `any`: not looked at; `group`: must name a group. */
export type ApiVersionRule = 'any' | 'group' | 'core or group';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const TARGETS = ['Utilization', 'Value', 'AverageValue'];
const FIELDS: Readonly<Record<string, string>> = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  External: 'external',
  ContainerResource: 'containerResource',
};

function validateName(value: string | undefined, field: string, missing = ''): FieldError[] {
  return value ? invalidValues(field, value, validatePathSegment(value)) : [requiredValue(field, missing)];
}

export function validateReference({ kind, name, apiVersion = '' }: CrossVersionObjectReference, field: string, rule: ApiVersionRule): FieldError[] {
  const errors = [...validateName(kind, `${field}.kind`), ...validateName(name, `${field}.name`)];
  if (rule === 'any') return errors;
  if (apiVersion.split('/').length > 2) errors.push(invalidValue(`${field}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else if (rule === 'group' && !/^[^/]+\//.test(apiVersion)) errors.push(invalidValue(`${field}.apiVersion`, apiVersion, 'apiVersion must specify API group'));
  return errors;
}

const isPositive = (text: string): boolean => (parseQuantity(text)?.nanos ?? 0n) > 0n;

function validateTarget({ type, value, averageValue, averageUtilization }: MetricTarget, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!type) errors.push(requiredValue(`${field}.type`, 'must specify a metric target type'));
  if (!TARGETS.includes(type)) errors.push(invalidValue(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  if (value !== undefined && !isPositive(value)) errors.push(invalidValue(`${field}.value`, value, 'must be positive'));
  if (averageValue !== undefined && !isPositive(averageValue)) errors.push(invalidValue(`${field}.averageValue`, averageValue, 'must be positive'));
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(invalidValue(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  return errors;
}

const validateIdentifier = ({ name }: { readonly name: string }, field: string): FieldError[] =>
  validateName(name, `${field}.name`, 'must specify a metric name');

function validateUtilization({ averageUtilization, averageValue }: MetricTarget, field: string): FieldError[] {
  if (averageUtilization === undefined && averageValue === undefined)
    return [requiredValue(`${field}.averageUtilization`, 'must set either a target raw value or a target utilization')];
  if (averageUtilization !== undefined && averageValue !== undefined)
    return [forbiddenValue(`${field}.averageValue`, 'may not set both a target raw value and a target utilization')];
  return [];
}

/** In the order in which a metric with several sources is looked at: the first one counts. */
const SOURCES: readonly (readonly [string, (spec: MetricSpec, field: string, rule: ApiVersionRule) => FieldError[]])[] = [
  [
    'object',
    ({ object }, field, rule) =>
      object
        ? [
            ...validateReference(object.describedObject, `${field}.describedObject`, rule),
            ...validateIdentifier(object.metric, `${field}.metric`),
            ...validateTarget(object.target, `${field}.target`),
            ...(object.target.value === undefined && object.target.averageValue === undefined
              ? [requiredValue(`${field}.target.averageValue`, 'must set either a target value or averageValue')]
              : []),
          ]
        : [],
  ],
  [
    'external',
    ({ external }, field) => {
      if (!external) return [];
      const { metric, target } = external;
      const errors = [...validateIdentifier(metric, `${field}.metric`), ...validateTarget(target, `${field}.target`)];
      if (target.value === undefined && target.averageValue === undefined)
        errors.push(requiredValue(`${field}.target.averageValue`, 'must set either a target value for metric or a per-pod target'));
      if (target.value !== undefined && target.averageValue !== undefined)
        errors.push(forbiddenValue(`${field}.target.value`, 'may not set both a target value for metric and a per-pod target'));
      return errors;
    },
  ],
  [
    'pods',
    ({ pods }, field) =>
      pods
        ? [
            ...validateIdentifier(pods.metric, `${field}.metric`),
            ...validateTarget(pods.target, `${field}.target`),
            ...(pods.target.averageValue === undefined ? [requiredValue(`${field}.target.averageValue`, 'must specify a positive target averageValue')] : []),
          ]
        : [],
  ],
  [
    'resource',
    ({ resource }, field) =>
      resource
        ? [
            ...(resource.name ? [] : [requiredValue(`${field}.name`, 'must specify a resource name')]),
            ...validateTarget(resource.target, `${field}.target`),
            ...validateUtilization(resource.target, `${field}.target`),
          ]
        : [],
  ],
  [
    'containerResource',
    ({ containerResource }, field) =>
      containerResource
        ? [
            ...(containerResource.name
              ? validateContainerResourceName(containerResource.name, `${field}.name`)
              : [requiredValue(`${field}.name`, 'must specify a resource name')]),
            ...(containerResource.container
              ? invalidValues(`${field}.container`, containerResource.container, validateDnsLabel(containerResource.container))
              : [requiredValue(`${field}.container`, 'must specify a container')]),
            ...validateTarget(containerResource.target, `${field}.target`),
            ...validateUtilization(containerResource.target, `${field}.target`),
          ]
        : [],
  ],
];

/** Names that mean something to quotas only. */
const isNativeStandard = (name: string): boolean =>
  /^(requests\.|limits\.|storage$|pods$|services|replicationcontrollers$|resourcequotas$|secrets$|configmaps$|persistentvolumeclaims$)/.test(name);
const CONTAINER_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
function validateContainerResourceName(name: string, field: string): FieldError[] {
  const errors = invalidValues(field, name, validateLabelKey(name));
  if (errors.length || name.includes('/')) return errors;
  const isContainers = CONTAINER_RESOURCES.has(name) || name.startsWith('hugepages-');
  return [
    ...(isContainers || isNativeStandard(name) ? [] : [invalidValue(field, name, 'must be a standard resource type or fully qualified')]),
    ...(isContainers ? [] : [invalidValue(field, name, 'must be a standard resource for containers')]),
  ];
}

export function validateMetric(spec: MetricSpec, field: string, rule: ApiVersionRule): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.type) errors.push(requiredValue(`${field}.type`, 'must specify a metric source type'));
  if (!TYPES.includes(spec.type)) errors.push(notSupported(`${field}.type`, spec.type, TYPES));
  const present = SOURCES.filter(([name]) => (spec as unknown as Record<string, unknown>)[name] !== undefined);
  const [first] = present;
  if (first) errors.push(...first[1](spec, `${field}.${first[0]}`, rule));
  const expected = FIELDS[spec.type];
  if (expected === undefined) errors.push(notSupported(`${field}.type`, spec.type, TYPES));
  else if (!present.some(([name]) => name === expected))
    errors.push(requiredValue(`${field}.${expected}`, 'must populate information for the given metric source'));
  if (present.length !== 1)
    for (const [name] of present) if (name !== expected) errors.push(forbiddenValue(`${field}.${name}`, 'must populate the given metric source only'));
  return errors;
}
