// CustomResourceDefinition: names and their defaults, stored versions, the finalizer that empties before it goes.
// Models apiextensions-apiserver/pkg/registry/customresourcedefinition
import type { CustomResourceDefinition } from '../../../kube/api/apiextensions-v1.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { defineKind } from '../descriptor.ts';
import { formatWarning, unknownFormats } from './unknown-formats.ts';
import { validateDefinition, validateDefinitionUpdate } from './validation.ts';

/** Kept until the last custom resource is gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export const customResourceDefinitions = defineKind<CustomResourceDefinition>('apiextensions.k8s.io/v1', 'customresourcedefinitions', {
  generation: true,
  bareFinalizers: true,
  storedAsJson: true,
  unconditionalUpdate: false,
  defaults({ spec }) {
    const { names } = spec;
    if (names.kind) {
      names.singular ||= names.kind.toLowerCase();
      names.listKind ||= `${names.kind}List`;
    }
    spec.conversion ??= { strategy: 'None' };
    spec.conversion.strategy ||= 'None';
    const service = spec.conversion.webhook?.clientConfig?.service;
    if (service) service.port ??= 443;
    if (spec.preserveUnknownFields === false) delete spec.preserveUnknownFields;
  },
  prepareForCreate(draft) {
    const stored = (draft.spec.versions ?? []).filter(({ storage }) => storage).map(({ name }) => name);
    // Go has no list here until there is a condition, and says null.
    draft.status = { acceptedNames: { kind: '', plural: '' }, conditions: null as never, storedVersions: stored.slice(0, 1) };
  },
  prepareForUpdate({ spec, status }) {
    const stored = (spec.versions ?? []).find(({ storage }) => storage)?.name;
    if (stored !== undefined && !status.storedVersions.includes(stored)) status.storedVersions = [...status.storedVersions, stored];
  },
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  warningsOnCreate: ({ spec }) => unknownFormats(spec).map(formatWarning),
  warningsOnUpdate: ({ spec }, old) => {
    const before = new Set(unknownFormats(old.spec));
    return unknownFormats(spec)
      .filter((each) => !before.has(each))
      .map(formatWarning);
  },
  subresources: {
    status: {
      metadataChecks: ['as changed'],
    },
  },
  deletionFinalizers: [CLEANUP_FINALIZER],
  beginDeletion({ status }, now) {
    status.conditions = [
      ...(status.conditions ?? []).filter(({ type }) => type !== 'Terminating'),
      {
        type: 'Terminating',
        status: 'True',
        lastTransitionTime: formatTime(now),
        reason: 'InstanceDeletionPending',
        message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      },
    ];
  },
  row: (object) => [object.metadata.name ?? '', object.metadata.creationTimestamp ?? ''],
});
