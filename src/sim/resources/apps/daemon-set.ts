// DaemonSet: its generation also counts in the deprecated template-generation annotation. Models kubernetes/pkg/registry/apps/daemonset/strategy.go
import type { DaemonSet, DaemonSetSpec } from '../../../kube/api/apps-v1.ts';
import { invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { age, containerImages, containerNames, labelsCell, selectorCell } from '../cells.ts';
import { dropDisabledFields } from '../core/drop-disabled.ts';
import { defaultPodSpec } from '../core/pod-defaults.ts';
import { validatePodTemplate } from '../core/validation/pod-template.ts';
import { warningsForPodTemplate } from '../core/warnings/pod.ts';
import { defineKind } from '../descriptor.ts';
import { numberOf, validateNotMoreThan100Percent, validatePositiveIntOrPercent } from '../validation/int-or-percent.ts';
import { internalForm } from '../validation/internal-form.ts';
import { hasInvalidLabelValue, validateLabelSelector } from '../validation/labels.ts';
import { validateNonnegative } from '../validation/rules.ts';
import {
  immutableSelector,
  isEmptySelector,
  labelMismatch,
  matcherOf,
  shownSelector,
  templateOf,
  validateCollisions,
  validateLongRunning,
} from './workload.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

function validateStrategy({ updateStrategy = {} }: DaemonSetSpec): FieldError[] {
  const field = 'spec.updateStrategy';
  const { type, rollingUpdate: rolling } = updateStrategy;
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') return [notSupported(field, internalForm('DaemonSetUpdateStrategy', updateStrategy), ['RollingUpdate', 'OnDelete'])];
  if (!rolling) return [requiredValue(`${field}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = rolling;
  const [unavailableAt, surgeAt] = [`${field}.rollingUpdate.maxUnavailable`, `${field}.rollingUpdate.maxSurge`];
  const errors = [
    ...validatePositiveIntOrPercent(maxUnavailable, unavailableAt),
    ...validatePositiveIntOrPercent(maxSurge, surgeAt),
    ...validateNotMoreThan100Percent(maxUnavailable, unavailableAt),
    ...validateNotMoreThan100Percent(maxSurge, surgeAt),
  ];
  const [unavailable, surge] = [numberOf(maxUnavailable), numberOf(maxSurge)];
  if (unavailable !== 0 && surge !== 0) errors.push(invalidValue(surgeAt, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (unavailable === 0 && surge === 0) errors.push(requiredValue(unavailableAt, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

function validateSpec(spec: DaemonSetSpec, old?: DaemonSetSpec): FieldError[] {
  const { selector } = spec;
  const template = templateOf(spec);
  const errors = validateLabelSelector(selector, 'spec.selector', { allowInvalidValues: hasInvalidLabelValue(old?.selector) });
  const matches = matcherOf(selector);
  if (matches && !matches(template.metadata?.labels)) errors.push(labelMismatch(template));
  if (selector && isEmptySelector(selector)) errors.push(invalidValue('spec.selector', shownSelector(selector), 'empty selector is invalid for daemonset'));
  return [
    ...errors,
    ...validatePodTemplate(template, 'spec.template', old?.template),
    ...validateLongRunning(template, 'DaemonSet'),
    ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateStrategy(spec),
    ...validateNonnegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

export const daemonSets = defineKind<DaemonSet>('apps/v1', 'daemonsets', {
  controller: 'daemonset-controller',
  generation: true,
  defaults({ spec }) {
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  },
  prepareForCreate(draft) {
    draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: '1' };
    dropDisabledFields(draft.spec.template?.spec, undefined);
  },
  prepareForUpdate(draft, old) {
    dropDisabledFields(draft.spec.template?.spec, old.spec.template?.spec);
    const generation = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
    const changed = !jsonEqual(draft.spec.template, old.spec.template);
    draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: String(changed ? generation + 1 : generation) };
  },
  validate: ({ spec }) => validateSpec(spec),
  validateUpdate: (next, old) => [...immutableSelector(next.spec.selector, old.spec.selector), ...validateSpec(next.spec, old.spec)],
  warningsOnCreate: ({ spec }) => warningsForPodTemplate(spec.template, 'spec.template'),
  warningsOnUpdate: (next, old) => (jsonEqual(next.spec.template, old.spec.template) ? [] : warningsForPodTemplate(next.spec.template, 'spec.template')),
  subresources: {
    status: {
      validateUpdate: ({ status }, old) => [
        ...COUNTS.flatMap((each) => validateNonnegative(status[each], `status.${each}`)),
        ...validateCollisions(status, old.status),
      ],
    },
  },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.status.desiredNumberScheduled,
    object.status.currentNumberScheduled,
    object.status.numberReady,
    object.status.updatedNumberScheduled ?? 0,
    object.status.numberAvailable ?? 0,
    labelsCell(object.spec.template.spec?.nodeSelector),
    age(object, now),
    containerNames(object.spec.template.spec?.containers),
    containerImages(object.spec.template.spec?.containers),
    selectorCell(object.spec.selector),
  ],
});
