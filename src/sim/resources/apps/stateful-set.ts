// StatefulSet. Models kubernetes/pkg/registry/apps/statefulset/strategy.go and pkg/apis/apps/v1/defaults.go
import type { StatefulSet } from '../../../kube/api/apps-v1.ts';
import { age, containerImages, containerNames } from '../cells.ts';
import { defaultPodSpec } from '../core/pod-defaults.ts';
import { roundAmounts } from '../core/volume-defaults.ts';
import { validateCounts, type ReplicaCounts } from '../core/validation/replica-status.ts';
import { warningsForClaimSpec } from '../core/warnings/claim.ts';
import { warningsForPodTemplate } from '../core/warnings/pod.ts';
import { dropDisabledFields } from '../core/drop-disabled.ts';
import { defineKind, type Mutable } from '../descriptor.ts';
import { validateNonnegative } from '../validation/rules.ts';
import { validateStatefulSetSpec, validateStatefulSetUpdate } from './stateful-set-validation.ts';
import { scaleOf, validateCollisions } from './workload.ts';

/** The number of pods that may be away at once needs a feature that is off. */
function dropDisabled({ spec }: Mutable<StatefulSet>, old: StatefulSet | undefined): void {
  dropDisabledFields(spec.template?.spec, old?.spec.template?.spec);
  if (old?.spec.updateStrategy?.rollingUpdate?.maxUnavailable === undefined && spec.updateStrategy?.rollingUpdate)
    delete spec.updateStrategy.rollingUpdate.maxUnavailable;
}

/** Upstream writes the path in another way on updates. */
function warnings({ spec }: StatefulSet, claims: string): string[] {
  return [
    ...(spec.volumeClaimTemplates ?? []).flatMap((each, i) => warningsForClaimSpec(each.spec, `spec.volumeClaimTemplates[${i}]${claims}`)),
    ...((spec.revisionHistoryLimit ?? 0) < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ];
}

const COUNTS = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration', 'collisionCount'] as const;

export const statefulSets = defineKind<StatefulSet>('apps/v1', 'statefulsets', {
  controller: 'statefulset-controller',
  names: 'dns-label',
  generation: true,
  defaults({ spec }) {
    spec.podManagementPolicy ||= 'OrderedReady';
    spec.updateStrategy ??= {};
    if (!spec.updateStrategy.type) {
      spec.updateStrategy.type = 'RollingUpdate';
      spec.updateStrategy.rollingUpdate ??= {};
    }
    if (spec.updateStrategy.type === 'RollingUpdate' && spec.updateStrategy.rollingUpdate) spec.updateStrategy.rollingUpdate.partition ??= 0;
    spec.persistentVolumeClaimRetentionPolicy ??= {};
    spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
    spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    if (spec.template?.spec) defaultPodSpec(spec.template.spec);
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion = 'v1';
      claim.kind = 'PersistentVolumeClaim';
      claim.spec.volumeMode ??= 'Filesystem';
      if (claim.status) claim.status.phase ||= 'Pending';
      roundAmounts(claim.spec.resources?.limits, claim.spec.resources?.requests);
    }
  },
  prepareForCreate: (draft) => dropDisabled(draft, undefined),
  prepareForUpdate: dropDisabled,
  validate: ({ spec }) => validateStatefulSetSpec(spec),
  validateUpdate: validateStatefulSetUpdate,
  warningsOnCreate: (set) => [...warningsForPodTemplate(set.spec.template, 'spec.template'), ...warnings(set, '')],
  warningsOnUpdate: (next, old) => [
    ...(next.metadata.generation === old.metadata.generation ? [] : warningsForPodTemplate(next.spec.template, 'spec.template')),
    ...warnings(next, '.Spec'),
  ],
  subresources: {
    status: {
      validateUpdate: ({ status }, old) => [
        ...COUNTS.flatMap((each) => validateNonnegative(status[each], `status.${each}`)),
        ...validateCounts(
          status as ReplicaCounts & Record<string, unknown>,
          ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
          'status.readyReplicas',
        ),
        ...validateCollisions(status, old.status),
      ],
    },
  },
  scale: scaleOf<StatefulSet>(),
  row: (object, { now }) => [
    object.metadata.name ?? '',
    `${object.status.readyReplicas ?? 0}/${object.spec.replicas ?? 0}`,
    age(object, now),
    containerNames(object.spec.template.spec?.containers),
    containerImages(object.spec.template.spec?.containers),
  ],
});
