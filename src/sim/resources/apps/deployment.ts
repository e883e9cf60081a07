// Deployment.
import type { Deployment } from '../../../kube/api/apps-v1.ts';
import { forbiddenValue, invalidValue, notSupported, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { formatSelector, selectorOf } from '../../../kube/machinery/selectors.ts';
import { age, containerImages, containerNames } from '../cells.ts';
import { defaultPodSpec } from '../core/pod-defaults.ts';
import { defineKind } from '../descriptor.ts';
import { immutableSelector, nonNegative, scaleOf, validateSelectorAndTemplate } from './workload.ts';

const STRATEGIES = ['Recreate', 'RollingUpdate'];
const isZero = (value: number | string | undefined): boolean => value === 0 || value === '0%';

function validatePercent(value: number | string | undefined, field: string): FieldError[] {
  if (typeof value === 'number') return nonNegative(value, field);
  if (value !== undefined && !/^[0-9]+%$/.test(value))
    return [
      invalidValue(
        field,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%', or '93%', regex used for validation is '[0-9]+%')",
      ),
    ];
  return [];
}

function validate({ spec }: Deployment): FieldError[] {
  const errors = [...nonNegative(spec.replicas, 'spec.replicas'), ...validateSelectorAndTemplate(spec)];
  const { type = '', rollingUpdate } = spec.strategy ?? {};
  if (!STRATEGIES.includes(type)) errors.push(notSupported('spec.strategy.type', type, STRATEGIES));
  else if (type === 'Recreate' && rollingUpdate)
    errors.push(forbiddenValue('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"));
  else if (rollingUpdate) {
    errors.push(
      ...validatePercent(rollingUpdate.maxUnavailable, 'spec.strategy.rollingUpdate.maxUnavailable'),
      ...validatePercent(rollingUpdate.maxSurge, 'spec.strategy.rollingUpdate.maxSurge'),
    );
    if (isZero(rollingUpdate.maxUnavailable) && isZero(rollingUpdate.maxSurge))
      errors.push(invalidValue('spec.strategy.rollingUpdate.maxUnavailable', rollingUpdate.maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
    if (typeof rollingUpdate.maxUnavailable === 'string' && Number.parseInt(rollingUpdate.maxUnavailable, 10) > 100)
      errors.push(invalidValue('spec.strategy.rollingUpdate.maxUnavailable', rollingUpdate.maxUnavailable, 'must not be greater than 100%'));
  }
  errors.push(
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...nonNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds'),
  );
  if (spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0))
    errors.push(invalidValue('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, 'must be greater than minReadySeconds'));
  return errors;
}

export const deployments = defineKind<Deployment>('apps/v1', 'deployments', {
  controller: 'deployment-controller',
  generation: 'with annotations',
  defaults({ spec }) {
    spec.replicas ??= 1;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
      spec.strategy.rollingUpdate.maxSurge ??= '25%';
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    if (spec.template.spec) defaultPodSpec(spec.template.spec);
  },
  validate,
  validateUpdate: (next, old) => [...validate(next), ...immutableSelector(next.spec.selector, old.spec.selector)],
  scale: scaleOf<Deployment>(),
  row: (object, { now }) => [
    object.metadata.name ?? '',
    `${object.status.readyReplicas ?? 0}/${object.spec.replicas ?? 0}`,
    object.status.updatedReplicas ?? 0,
    object.status.availableReplicas ?? 0,
    age(object, now),
    containerNames(object.spec.template.spec?.containers),
    containerImages(object.spec.template.spec?.containers),
    formatSelector(selectorOf(object.spec.selector) ?? []),
  ],
});
