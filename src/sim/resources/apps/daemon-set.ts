// DaemonSet: its generation also counts in the deprecated template-generation annotation.
import type { DaemonSet } from '../../../kube/api/apps-v1.ts';
import { invalidValue, notSupported, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { age, containerImages, containerNames, labelsCell, selectorCell } from '../cells.ts';
import { defaultPodSpec } from '../core/pod-defaults.ts';
import { defineKind } from '../descriptor.ts';
import { immutableSelector, nonNegative, validateSelectorAndTemplate } from './workload.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const STRATEGIES = ['OnDelete', 'RollingUpdate'];

function validate({ spec }: DaemonSet): FieldError[] {
  const errors = [...validateSelectorAndTemplate(spec), ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds')];
  const type = spec.updateStrategy?.type ?? '';
  if (!STRATEGIES.includes(type)) errors.push(notSupported('spec.updateStrategy.type', type, STRATEGIES));
  const rolling = spec.updateStrategy?.rollingUpdate;
  if (rolling && rolling.maxUnavailable === 0 && (rolling.maxSurge === 0 || rolling.maxSurge === undefined))
    errors.push(invalidValue('spec.updateStrategy.rollingUpdate.maxUnavailable', 0, 'cannot be 0 when maxSurge is 0'));
  errors.push(...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'));
  return errors;
}

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
    if (spec.template.spec) defaultPodSpec(spec.template.spec);
  },
  prepareForCreate(draft) {
    draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: '1' };
  },
  prepareForUpdate(draft, old) {
    const generation = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
    const changed = !jsonEqual(draft.spec.template, old.spec.template);
    draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: String(changed ? generation + 1 : generation) };
  },
  validate,
  validateUpdate: (next, old) => [...validate(next), ...immutableSelector(next.spec.selector, old.spec.selector)],
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
