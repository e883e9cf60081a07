// ReplicaSet.
import type { ReplicaSet } from '../../../kube/api/apps-v1.ts';
import type { FieldError } from '../../../kube/machinery/field-errors.ts';
import { age, containerImages, containerNames, selectorCell } from '../cells.ts';
import { defaultPodSpec } from '../core/pod-defaults.ts';
import { defineKind } from '../descriptor.ts';
import { immutableSelector, nonNegative, scaleOf, validateSelectorAndTemplate, type SelectingSpec } from './workload.ts';

const validate = ({ spec }: ReplicaSet): FieldError[] => [
  ...nonNegative(spec.replicas, 'spec.replicas'),
  ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
  ...validateSelectorAndTemplate(spec as SelectingSpec),
];

export const replicaSets = defineKind<ReplicaSet>('apps/v1', 'replicasets', {
  controller: 'replicaset-controller',
  generation: true,
  defaults({ spec }) {
    spec.replicas ??= 1;
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  },
  validate,
  validateUpdate: (next, old) => [...validate(next), ...immutableSelector(next.spec.selector, old.spec.selector)],
  scale: scaleOf<ReplicaSet>(),
  selectableFields: { 'status.replicas': ({ status }) => String(status.replicas ?? 0) },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.spec.replicas ?? 0,
    object.status.replicas ?? 0,
    object.status.readyReplicas ?? 0,
    age(object, now),
    containerNames(object.spec.template?.spec?.containers),
    containerImages(object.spec.template?.spec?.containers),
    selectorCell(object.spec.selector),
  ],
});
