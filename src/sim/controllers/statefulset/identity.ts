// Who a StatefulSet's pods are: ordinal, name, labels, claims, revision. Models kubernetes/pkg/controller/statefulset/stateful_set_utils.go
import type { StatefulSet } from '../../../kube/api/apps-v1.ts';
import type { PersistentVolumeClaim, Pod, Volume } from '../../../kube/api/core-v1.ts';
import { statefulSets } from '../../../kube/api/resources.ts';
import { podFromTemplate } from '../../../kube/client/pod-control.ts';
import type { Draft } from '../../../kube/machinery/object.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';

export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';
export const REVISION_LABEL = 'controller-revision-hash';

const MEMBER = /^(.*)-(\d+)$/;

type Named = Pick<Pod, 'metadata'>;

/** -1 for a pod that has none. */
export const ordinalOf = ({ metadata }: Named): number => Number(MEMBER.exec(metadata.name ?? '')?.[2] ?? -1);
export const isMemberOf = (set: StatefulSet, { metadata }: Named): boolean => MEMBER.exec(metadata.name ?? '')?.[1] === set.metadata.name;
export const revisionOf = ({ metadata }: Named): string => metadata.labels?.[REVISION_LABEL] ?? '';

export const startOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;
export function isInRange(set: StatefulSet, pod: Named): boolean {
  const ordinal = ordinalOf(pod);
  return ordinal >= startOrdinal(set) && ordinal < startOrdinal(set) + replicasOf(set);
}

export const claimName = (set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): string =>
  `${template.metadata.name ?? ''}-${set.metadata.name ?? ''}-${ordinal}`;

/** The claims of one pod, as the set's templates have them. */
export function claimsOf(set: StatefulSet, pod: Named): readonly Draft<PersistentVolumeClaim>[] {
  const ordinal = ordinalOf(pod);
  return (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    metadata: {
      ...template.metadata,
      name: claimName(set, template, ordinal),
      namespace: set.metadata.namespace ?? '',
      labels: { ...template.metadata.labels, ...set.spec.selector?.matchLabels },
    },
    spec: template.spec,
  }));
}

/** The pod's volumes, those of the set's claims first. */
export function volumesOf(set: StatefulSet, pod: Named & Pick<Pod, 'spec'>): readonly Volume[] {
  const templates = set.spec.volumeClaimTemplates ?? [];
  const names = new Set(templates.map(({ metadata }) => metadata.name));
  const ordinal = ordinalOf(pod);
  return [
    ...templates.map((template): Volume => ({
      name: template.metadata.name ?? '',
      persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
    })),
    ...(pod.spec.volumes ?? []).filter(({ name }) => !names.has(name)),
  ];
}

export function storageMatches(set: StatefulSet, pod: Pod): boolean {
  const ordinal = ordinalOf(pod);
  return (set.spec.volumeClaimTemplates ?? []).every((template) => {
    const volume = pod.spec.volumes?.find(({ name }) => name === template.metadata.name);
    return volume?.persistentVolumeClaim?.claimName === claimName(set, template, ordinal);
  });
}

export const identityMatches = (set: StatefulSet, pod: Pod): boolean =>
  isMemberOf(set, pod) && pod.metadata.namespace === set.metadata.namespace && pod.metadata.labels?.[POD_NAME_LABEL] === pod.metadata.name;

export const identityLabels = (name: string, ordinal: number): Readonly<Record<string, string>> => ({
  [POD_NAME_LABEL]: name,
  [POD_INDEX_LABEL]: String(ordinal),
});

/** Which of the two revisions a pod of this ordinal is made from. */
export function usesCurrentRevision({ spec, status }: StatefulSet, ordinal: number, start: number): boolean {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (rollingUpdate) return ordinal < start + (rollingUpdate.partition ?? 0);
  return (type ?? 'RollingUpdate') === 'RollingUpdate' && ordinal < start + (status?.currentReplicas ?? 0);
}

export function newPod(set: StatefulSet, ordinal: number, revision: string): Draft<Pod> {
  const setName = set.metadata.name ?? '';
  const name = `${setName}-${ordinal}`;
  const draft = podFromTemplate(set.spec.template, setName, controllerReference(statefulSets, set));
  const metadata = {
    ...draft.metadata,
    name,
    namespace: set.metadata.namespace ?? '',
    labels: { ...draft.metadata.labels, ...identityLabels(name, ordinal), [REVISION_LABEL]: revision },
  };
  const volumes = volumesOf(set, { metadata, spec: draft.spec });
  return {
    metadata,
    spec: {
      ...draft.spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length ? { volumes } : {}),
    },
  };
}
