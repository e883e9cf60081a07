// What is made of a new pod, and what its subresources may change. Models kubernetes/pkg/registry/core/pod/strategy.go
import { resetMetadataForStatus } from '../status-metadata.ts';
import type { Container, Pod, PodAffinityTerm, PodSpec } from '../../../kube/api/core-v1.ts';
import type { LabelSelector } from '../../../kube/api/meta-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { qosClassOf } from '../../../kube/machinery/pod-resources.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import type { Mutable, StrategyContext, SubresourceStrategy } from '../descriptor.ts';
import { warningsForIp } from '../validation/ip.ts';
import { dropDisabledFields } from './drop-disabled.ts';
import { APP_ARMOR } from './validation/pod-annotations.ts';
import { validateEphemeralContainersUpdate, validatePodResize, validatePodStatusUpdate } from './validation/pod-subresources.ts';
import { appArmorOfAnnotation } from './warnings/pod.ts';

type Labels = Readonly<Record<string, string>>;

function select(selector: Mutable<LabelSelector>, keys: readonly string[] | undefined, operator: 'In' | 'NotIn', labels: Labels): void {
  for (const key of keys ?? []) {
    const value = labels[key];
    if (value !== undefined) selector.matchExpressions = [...(selector.matchExpressions ?? []), { key, operator, values: [value] }];
  }
}

/** Keys of labels become the pod's own values of them. */
function applyLabelKeys({ spec, metadata }: Mutable<Pod>): void {
  const labels = metadata.labels ?? {};
  const apply = (term: Mutable<PodAffinityTerm>): void => {
    if (!term.labelSelector) return;
    select(term.labelSelector, term.matchLabelKeys, 'In', labels);
    select(term.labelSelector, term.mismatchLabelKeys, 'NotIn', labels);
  };
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const each of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) apply(each.podAffinityTerm);
    for (const each of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) apply(each);
  }
  for (const each of spec.topologySpreadConstraints ?? []) if (each.labelSelector) select(each.labelSelector, each.matchLabelKeys, 'In', labels);
}

/** What older clients say in annotations goes into the fields. */
function applyAppArmorAnnotations({ spec, metadata }: Mutable<Pod>): void {
  if (spec.os?.name === 'windows' || !metadata.annotations) return;
  const ofPod = spec.securityContext?.appArmorProfile;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const annotation = metadata.annotations[`${APP_ARMOR}${container.name}`];
    if (annotation === undefined || container.securityContext?.appArmorProfile) continue;
    const profile = appArmorOfAnnotation(annotation);
    if (profile && !jsonEqual(profile, ofPod)) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
}

export function preparePod(draft: Mutable<Pod>, { now }: Pick<StrategyContext, 'now'>): void {
  draft.status = { phase: 'Pending', qosClass: qosClassOf({ spec: { ...draft.spec, containers: draft.spec.containers ?? [] } }) };
  dropDisabledFields(draft.spec, undefined);
  if (draft.spec.schedulingGates?.length)
    draft.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null as never,
        lastTransitionTime: formatTime(now),
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  applyLabelKeys(draft);
  applyAppArmorAnnotations(draft);
}

function countGeneration(draft: Mutable<Pod>, old: Pod): void {
  if (!jsonEqual(draft.spec, old.spec)) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** Resources of the new containers on the old ones; the new ones where their names differ. */
function withResources(next: Mutable<Container>[] | undefined, old: readonly Container[] | undefined): Mutable<Container>[] | undefined {
  if (!next?.length || next.some((each, i) => each.name !== old?.[i]?.name)) return next;
  return next.map(({ resources, resizePolicy }, i) => {
    const container = structuredClone(old?.[i]) as Mutable<Container>;
    if (resources) container.resources = resources;
    else delete container.resources;
    if (resizePolicy) container.resizePolicy = resizePolicy;
    else delete container.resizePolicy;
    return container;
  });
}

function dropNonResizeUpdates(draft: Mutable<Pod>, old: Pod): void {
  const { containers, initContainers } = draft.spec;
  if (containers?.length !== old.spec.containers.length || (initContainers?.length ?? 0) !== (old.spec.initContainers?.length ?? 0)) return;
  const spec = structuredClone(old.spec) as Mutable<PodSpec>;
  spec.containers = withResources(containers, old.spec.containers) ?? [];
  const init = withResources(initContainers, old.spec.initContainers);
  if (init?.length) spec.initContainers = init;
  draft.spec = spec;
  draft.status = structuredClone(old.status) as Mutable<Pod>['status'];
  resetMetadataForStatus(draft, old);
}

/** A writer that does not know of generations leaves those observed before. */
function keepObservedGenerations({ status }: Mutable<Pod>, old: Pod): void {
  if (!status.observedGeneration && old.status.observedGeneration) status.observedGeneration = old.status.observedGeneration;
  for (const condition of status.conditions ?? []) {
    const before = old.status.conditions?.find((each) => each.type === condition.type)?.observedGeneration;
    if (!condition.observedGeneration && before) condition.observedGeneration = before;
  }
}

export const podSubresources: Readonly<Record<string, SubresourceStrategy<Pod>>> = {
  status: {
    prepareForUpdate(draft, old) {
      const { ownerReferences } = old.metadata;
      if (ownerReferences) draft.metadata.ownerReferences = structuredClone(ownerReferences) as never;
      else delete draft.metadata.ownerReferences;
      if (!draft.status.qosClass && old.status.qosClass) draft.status.qosClass = old.status.qosClass;
      if (!draft.status.podIP && draft.status.podIPs?.[0]?.ip) draft.status.podIP = draft.status.podIPs[0].ip;
      keepObservedGenerations(draft, old);
    },
    validateUpdate: validatePodStatusUpdate,
    warningsOnUpdate: ({ status }) => [
      ...(status.podIPs ?? []).flatMap(({ ip = '' }, i) => warningsForIp(`status.podIPs[${i}].ip`, ip)),
      ...(status.hostIPs ?? []).flatMap(({ ip = '' }, i) => warningsForIp(`status.hostIPs[${i}].ip`, ip)),
    ],
  },
  ephemeralcontainers: {
    prepareForUpdate(draft, old) {
      const { ephemeralContainers } = draft.spec;
      draft.spec = structuredClone(old.spec) as Mutable<PodSpec>;
      if (ephemeralContainers?.length) draft.spec.ephemeralContainers = ephemeralContainers;
      else delete draft.spec.ephemeralContainers;
      draft.status = structuredClone(old.status) as Mutable<Pod>['status'];
      resetMetadataForStatus(draft, old);
      countGeneration(draft, old);
    },
    validateUpdate: validateEphemeralContainersUpdate,
  },
  resize: {
    prepareForUpdate(draft, old) {
      dropNonResizeUpdates(draft, old);
      countGeneration(draft, old);
    },
    validateUpdate: validatePodResize,
  },
};
