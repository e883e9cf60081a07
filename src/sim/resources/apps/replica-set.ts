// ReplicaSet. Models kubernetes/pkg/registry/apps/replicaset/strategy.go and pkg/apis/apps/validation/validation.go
import type { ReplicaSet, ReplicaSetSpec } from '../../../kube/api/apps-v1.ts';
import type { FieldError } from '../../../kube/machinery/field-errors.ts';
import { age, containerImages, containerNames, selectorCell } from '../cells.ts';
import { defaultPodSpec } from '../core/pod-defaults.ts';
import { validateReplicaStatus } from '../core/validation/replica-status.ts';
import { POD_NAMES, warningsForHostname, warningsForPodTemplate } from '../core/warnings/pod.ts';
import { defineKind } from '../descriptor.ts';
import { validateNonnegative } from '../validation/rules.ts';
import { immutableSelector, scaleOf, templateStrategy, validateSelectorAndTemplate } from './workload.ts';

const validateSpec = (spec: ReplicaSetSpec, old?: ReplicaSetSpec): FieldError[] => [
  ...validateNonnegative(spec.replicas, 'spec.replicas'),
  ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
  ...validateSelectorAndTemplate(spec, old),
];

export const replicaSets = defineKind<ReplicaSet>('apps/v1', 'replicasets', {
  controller: 'replicaset-controller',
  generation: true,
  defaults({ spec }) {
    spec.replicas ??= 1;
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  },
  ...templateStrategy<ReplicaSet>(),
  validate: ({ spec }) => validateSpec(spec),
  validateUpdate: (next, old) => [...validateSpec(next.spec, old.spec), ...immutableSelector(next.spec.selector, old.spec.selector)],
  warningsOnCreate: ({ metadata, spec }) => [...warningsForHostname(metadata, POD_NAMES), ...warningsForPodTemplate(spec.template, 'spec.template')],
  subresources: { status: { validateUpdate: ({ status }) => validateReplicaStatus(status) } },
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
