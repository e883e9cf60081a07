// PodTemplate. Models kubernetes/pkg/registry/core/podtemplate/strategy.go
import type { PodTemplate, PodTemplateSpec } from '../../../kube/api/core-v1.ts';
import { containerImages, containerNames, labelsCell } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { dropDisabledFields } from './drop-disabled.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import { validatePodTemplate } from './validation/pod-template.ts';
import { warningsForPodTemplate } from './warnings/pod.ts';

const EMPTY = {} as PodTemplateSpec;

export const podTemplates = defineKind<PodTemplate>('v1', 'podtemplates', {
  generation: true,
  defaults({ template }) {
    if (template?.spec) defaultPodSpec(template.spec);
  },
  prepareForCreate: (draft) => dropDisabledFields(draft.template?.spec, undefined),
  prepareForUpdate: (draft, old) => dropDisabledFields(draft.template?.spec, old.template?.spec),
  validate: ({ template = EMPTY }) => validatePodTemplate(template, 'template'),
  validateUpdate: ({ template = EMPTY }, old) => validatePodTemplate(template, 'template', old.template),
  warningsOnCreate: ({ template }) => warningsForPodTemplate(template, 'template'),
  warningsOnUpdate: (next, old) => (next.metadata.generation === old.metadata.generation ? [] : warningsForPodTemplate(next.template, 'template')),
  row: ({ metadata, template }) => [
    metadata.name ?? '',
    containerNames(template?.spec?.containers),
    containerImages(template?.spec?.containers),
    labelsCell(template?.metadata?.labels),
  ],
});
