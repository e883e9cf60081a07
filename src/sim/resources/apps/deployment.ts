// Deployment. Models kubernetes/pkg/registry/apps/deployment/strategy.go and pkg/apis/apps/validation/validation.go
import type { Deployment, DeploymentSpec } from '../../../kube/api/apps-v1.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { formatSelector, selectorOf } from '../../../kube/machinery/selectors.ts';
import { age, containerImages, containerNames } from '../cells.ts';
import { defaultPodSpec } from '../core/pod-defaults.ts';
import { validateCounts, type ReplicaCounts } from '../core/validation/replica-status.ts';
import { POD_NAMES, warningsForHostname, warningsForPodTemplate } from '../core/warnings/pod.ts';
import { defineKind } from '../descriptor.ts';
import { numberOf, validateNotMoreThan100Percent, validatePositiveIntOrPercent } from '../validation/int-or-percent.ts';
import { internalForm } from '../validation/internal-form.ts';
import { validateNonnegative } from '../validation/rules.ts';
import { immutableSelector, scaleOf, templateStrategy, validateCollisions, validateSelectorAndTemplate } from './workload.ts';

function validateStrategy({ strategy = {} }: DeploymentSpec): FieldError[] {
  const field = 'spec.strategy';
  const { type, rollingUpdate: rolling } = strategy;
  if (type === 'Recreate') return rolling ? [forbiddenValue(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")] : [];
  if (type !== 'RollingUpdate') return [notSupported(field, internalForm('DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate'])];
  if (!rolling) return [requiredValue(`${field}.rollingUpdate`, 'this should be defaulted and never be nil')];
  const { maxUnavailable, maxSurge } = rolling;
  const at = `${field}.rollingUpdate.maxUnavailable`;
  return [
    ...validatePositiveIntOrPercent(maxUnavailable, at),
    ...validatePositiveIntOrPercent(maxSurge, `${field}.rollingUpdate.maxSurge`),
    ...(numberOf(maxUnavailable) === 0 && numberOf(maxSurge) === 0 ? [invalidValue(at, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...validateNotMoreThan100Percent(maxUnavailable, at),
  ];
}

function validateSpec(spec: DeploymentSpec, old?: DeploymentSpec): FieldError[] {
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  return [
    ...validateNonnegative(spec.replicas, 'spec.replicas'),
    ...validateSelectorAndTemplate(spec, old),
    ...validateStrategy(spec),
    ...validateNonnegative(minReadySeconds, 'spec.minReadySeconds'),
    ...validateNonnegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...validateNonnegative(deadline, 'spec.progressDeadlineSeconds'),
    ...(deadline !== undefined && deadline <= minReadySeconds
      ? [invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
      : []),
  ];
}

const COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
] as const;

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
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  },
  ...templateStrategy<Deployment>(),
  validate: ({ spec }) => validateSpec(spec),
  validateUpdate: (next, old) => [...validateSpec(next.spec, old.spec), ...immutableSelector(next.spec.selector, old.spec.selector)],
  warningsOnCreate: ({ metadata, spec }) => [...warningsForHostname(metadata, POD_NAMES), ...warningsForPodTemplate(spec.template, 'spec.template')],
  subresources: {
    status: {
      prepareForUpdate(draft, old) {
        if (old.metadata.labels) draft.metadata.labels = { ...old.metadata.labels };
        else delete draft.metadata.labels;
      },
      validateUpdate: ({ status }, old) => [
        ...COUNTS.flatMap((each) => validateNonnegative(status[each], `status.${each}`)),
        ...validateCounts(status as ReplicaCounts & Record<string, unknown>, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas'),
        ...validateCollisions(status, old.status),
      ],
    },
  },
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
