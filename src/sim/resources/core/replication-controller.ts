// ReplicationController. Models kubernetes/pkg/registry/core/replicationcontroller/strategy.go and pkg/apis/core/validation/validation.go
import type { ReplicationController } from '../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { formatLabels } from '../../../kube/machinery/selectors.ts';
import { age, containerImages, containerNames, labelsCell } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { validateNonnegative } from '../validation/rules.ts';
import { dropDisabledFields } from './drop-disabled.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import { specOf, validatePodTemplate } from './validation/pod-template.ts';
import { validateReplicaStatus } from './validation/replica-status.ts';
import { POD_NAMES, warningsForHostname, warningsForPodTemplate } from './warnings/pod.ts';

function validate({ spec }: ReplicationController, old?: ReplicationController): FieldError[] {
  const { selector, template, replicas } = spec;
  const errors = validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds');
  if (!Object.keys(selector ?? {}).length) errors.push(requiredValue('spec.selector'));
  if (replicas === undefined) errors.push(requiredValue('spec.replicas'));
  else errors.push(...validateNonnegative(replicas, 'spec.replicas'));
  if (!template) return [...errors, requiredValue('spec.template')];
  const labels = template.metadata?.labels;
  if (Object.entries(selector ?? {}).some(([key, value]) => labels?.[key] !== value))
    errors.push(invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'));
  errors.push(...validatePodTemplate(template, 'spec.template', old?.spec.template));
  const { restartPolicy = '', activeDeadlineSeconds } = specOf(template);
  if (restartPolicy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
  if (activeDeadlineSeconds !== undefined)
    errors.push(forbiddenValue('spec.template.spec.activeDeadlineSeconds', 'activeDeadlineSeconds in ReplicationController is not Supported'));
  return errors;
}

export const replicationControllers = defineKind<ReplicationController>('v1', 'replicationcontrollers', {
  controller: 'replicationcontroller-controller',
  generation: true,
  defaults({ metadata, spec }) {
    const labels = spec.template?.metadata?.labels;
    if (labels && !Object.keys(spec.selector ?? {}).length) spec.selector = { ...labels };
    if (labels && !Object.keys(metadata.labels ?? {}).length) metadata.labels = { ...labels };
    spec.replicas ??= 1;
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  },
  prepareForCreate: (draft) => dropDisabledFields(draft.spec.template?.spec, undefined),
  prepareForUpdate: (draft, old) => dropDisabledFields(draft.spec.template?.spec, old.spec.template?.spec),
  validate: (controller) => validate(controller),
  validateUpdate: validate,
  warningsOnCreate: ({ metadata, spec }) => [...warningsForHostname(metadata, POD_NAMES), ...warningsForPodTemplate(spec.template, 'spec.template')],
  // Upstream looks at the old template here.
  warningsOnUpdate: (next, old) => (next.metadata.generation === old.metadata.generation ? [] : warningsForPodTemplate(old.spec.template, 'spec.template')),
  subresources: { status: { validateUpdate: ({ status }) => validateReplicaStatus(status) } },
  scale: {
    specReplicas: ({ spec }) => spec.replicas ?? 1,
    statusReplicas: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => formatLabels(spec.selector ?? {}),
    setReplicas(draft, replicas) {
      draft.spec.replicas = replicas;
    },
  },
  selectableFields: { 'status.replicas': ({ status }) => String(status.replicas ?? 0) },
  row: (controller, { now }) => [
    controller.metadata.name ?? '',
    controller.spec.replicas ?? 0,
    controller.status.replicas ?? 0,
    controller.status.readyReplicas ?? 0,
    age(controller, now),
    containerNames(controller.spec.template?.spec?.containers),
    containerImages(controller.spec.template?.spec?.containers),
    labelsCell(controller.spec.selector),
  ],
});
