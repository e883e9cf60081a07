// What may change through pods/status, pods/ephemeralcontainers and pods/resize. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Container, ContainerStatus, Pod, PodSpec, ResourceRequirements } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain } from '../../../../kube/machinery/names.ts';
import { isRestartableInit, qosClassOf } from '../../../../kube/machinery/pod-resources.ts';
import { unifiedDiff } from '../../validation/diff.ts';
import { internalForm, sameInternally } from '../../validation/internal-form.ts';
import { parseAddress, validateLegacyIp } from '../../validation/ip.ts';
import { validateQualifiedName, validateUnchanged } from '../../validation/rules.ts';
import { MIRROR, validatePodAnnotationUpdates } from './pod-annotations.ts';
import { validatePodSpecAndMeta } from './pod.ts';

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

function couldRestart(container: Container | undefined, spec: PodSpec, exitCode: number): boolean {
  const { restartPolicy = spec.restartPolicy, restartPolicyRules: rules = [] } = container ?? {};
  if (container?.restartPolicy !== undefined)
    for (const { exitCodes, action } of rules) {
      const listed = exitCodes?.values?.includes(exitCode) ?? false;
      if (exitCodes && listed === (exitCodes.operator === 'In')) return action === 'Restart';
    }
  return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
}

/** A container that has ended stays so, unless its policy starts it again. */
function validateTransitions(
  next: readonly ContainerStatus[] = [],
  old: readonly ContainerStatus[] = [],
  field: string,
  mayRestart: (name: string, exitCode: number) => boolean,
): FieldError[] {
  return old.flatMap(({ name, state }, i) => {
    const ended = state?.terminated;
    const now = next.find((each) => each.name === name);
    return ended && now && !now.state?.terminated && !mayRestart(name, ended.exitCode)
      ? [forbiddenValue(`${field}[${i}].state`, 'may not be transitioned to non-terminated state')]
      : [];
  });
}

function validateIps(ips: readonly { readonly ip?: string }[], old: readonly { readonly ip?: string }[], field: string, type: string): FieldError[] {
  const before = old.map((each) => each.ip ?? '');
  const errors = ips.flatMap(({ ip = '' }, i) => validateLegacyIp(ip, `${field}[${i}]`, before));
  const families = new Set(ips.map(({ ip = '' }) => parseAddress(ip)?.family));
  if (ips.length > 1 && (families.size !== 2 || ips.length > 2))
    errors.push(invalidValue(field, internalForm(`l ${type}`, ips), 'may specify no more than one IP for each IP family'));
  return errors;
}

export function validatePodStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const { status } = pod;
  const errors = validatePodAnnotationUpdates(pod, old);
  for (const [i, { type, observedGeneration = 0 }] of (status.conditions ?? []).entries()) {
    if (observedGeneration < 0) errors.push(invalidValue(`status.conditions[${i}].observedGeneration`, observedGeneration, 'must be a non-negative integer'));
    if (!SYSTEM_CONDITIONS.includes(type)) errors.push(...validateQualifiedName(type, `status.conditions[${i}].Type`));
  }
  const nominated = status.nominatedNodeName;
  if (nominated && nominated !== old.status.nominatedNodeName) {
    errors.push(...invalidValues('status.nominatedNodeName', nominated, validateDnsSubdomain(nominated)));
    if (old.spec.nodeName) errors.push(forbiddenValue('status.nominatedNodeName', 'may not be set on pods that are already bound to a node'));
  }
  if ((status.observedGeneration ?? 0) < 0) errors.push(invalidValue('status.observedGeneration', status.observedGeneration, 'must be a non-negative integer'));
  errors.push(...validateUnchanged(status.qosClass, old.status.qosClass, 'status.qosClass'));
  const restarts =
    (list: readonly Container[] | undefined) =>
    (name: string, exitCode: number): boolean =>
      couldRestart(
        list?.find((each) => each.name === name),
        old.spec,
        exitCode,
      );
  errors.push(
    ...validateTransitions(status.containerStatuses, old.status.containerStatuses, 'status.containerStatuses', restarts(old.spec.containers)),
    ...validateTransitions(status.initContainerStatuses, old.status.initContainerStatuses, 'status.initContainerStatuses', restarts(old.spec.initContainers)),
    ...validateTransitions(status.ephemeralContainerStatuses, old.status.ephemeralContainerStatuses, 'status.ephemeralContainerStatuses', () => false),
    ...validateIps(status.podIPs ?? [], old.status.podIPs ?? [], 'status.podIPs', 'PodIP'),
  );
  if (status.hostIPs?.length) {
    if ((status.hostIP ?? '') !== status.hostIPs[0]?.ip)
      errors.push(invalidValue('status.hostIPs[0].ip', status.hostIPs[0]?.ip ?? '', 'must be equal to `hostIP`'));
    errors.push(...validateIps(status.hostIPs, old.status.hostIPs ?? [], 'status.hostIPs', 'HostIP'));
  }
  return errors;
}

export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined) return [forbiddenValue('', 'static pods do not support ephemeral containers')];
  const errors = [...validatePodSpecAndMeta(pod, old), ...validatePodAnnotationUpdates(pod, old)];
  for (const before of old.spec.ephemeralContainers ?? []) {
    const after = pod.spec.ephemeralContainers?.findLast((each) => each.name === before.name);
    const which = `existing ephemeral containers ${JSON.stringify(before.name)}`;
    if (!after) errors.push(forbiddenValue('spec.ephemeralContainers', `${which} may not be removed\n`));
    else if (!sameInternally('EphemeralContainer', before, after))
      errors.push(
        forbiddenValue(
          'spec.ephemeralContainers',
          `${which} may not be changed\n${unifiedDiff(internalForm('EphemeralContainer', before), internalForm('EphemeralContainer', after))}`,
        ),
      );
  }
  return errors;
}

const RESIZABLE = ['cpu', 'memory'] as const;
const isRemoved = (next: ResourceRequirements['limits'], old: ResourceRequirements['limits']): boolean =>
  Object.keys(old ?? {}).some((each) => next?.[each] === undefined);

function validateResize(next: ResourceRequirements = {}, old: ResourceRequirements = {}, field: string): FieldError[] {
  return [
    ...(isRemoved(next.requests, old.requests) ? [forbiddenValue(`${field}.requests`, 'resource requests cannot be removed')] : []),
    ...(isRemoved(next.limits, old.limits) ? [forbiddenValue(`${field}.limits`, 'resource limits cannot be removed')] : []),
  ];
}

/** With cpu and memory as they were. */
function withoutResize(next: Container, old: Container | undefined): Container {
  const put = (name: 'limits' | 'requests'): Record<string, string> => {
    const amounts: Record<string, string> = { ...next.resources?.[name] };
    for (const each of RESIZABLE) {
      const before = old?.resources?.[name]?.[each];
      if (before === undefined) delete amounts[each];
      else amounts[each] = before;
    }
    return amounts;
  };
  return { ...next, resources: { limits: put('limits'), requests: put('requests') } };
}

function validateOrder(next: readonly Container[], old: readonly Container[], list: 'containers' | 'initContainers'): FieldError[] {
  if (next.length !== old.length) return [forbiddenValue(`spec.${list}`, `${list} may not be added or removed on resize`)];
  return old.flatMap((each, i) =>
    next[i]?.name === each.name ? [] : [forbiddenValue(`spec.${list}[${i}].name`, `${list} may not be renamed or reordered on resize`)],
  );
}

const hasPodResources = ({ resources }: PodSpec): boolean => Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0;

export function validatePodResize(pod: Pod, oldPod: Pod): FieldError[] {
  const next = pod.spec;
  const old = oldPod.spec;
  if (oldPod.metadata.annotations?.[MIRROR] !== undefined) return [forbiddenValue('', 'static pods cannot be resized')];
  if (old.os?.name === 'windows') return [forbiddenValue('', 'windows pods cannot be resized')];
  const errors = validatePodSpecAndMeta(pod, oldPod);
  if ((oldPod.status.qosClass ?? qosClassOf(oldPod)) !== qosClassOf(pod))
    errors.push(invalidValue('spec', pod.status.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  const running = oldPod.status.containerStatuses?.find((each) => each.state?.running);
  if (running && !running.resources) errors.push(forbiddenValue('spec', 'Pod running on node without support for resize'));
  if (hasPodResources(old) || hasPodResources(next))
    return [
      ...errors,
      forbiddenValue('', 'resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled'),
    ];
  const order = [
    ...validateOrder(next.containers, old.containers, 'containers'),
    ...validateOrder(next.initContainers ?? [], old.initContainers ?? [], 'initContainers'),
  ];
  if (order.length) return [...errors, ...order];
  for (const [i, each] of (old.initContainers ?? []).entries())
    if (isRestartableInit(each)) errors.push(...validateResize(next.initContainers?.[i]?.resources, each.resources, `spec.initContainers[${i}].resources`));
  for (const [i, each] of old.containers.entries())
    errors.push(...validateResize(next.containers[i]?.resources, each.resources, `spec.containers[${i}].resources`));
  const containers = next.containers.map((each, i) => withoutResize(each, old.containers[i]));
  for (const [i, each] of containers.entries())
    if (!sameInternally('Container', each, old.containers[i])) errors.push(forbiddenValue('spec', 'only cpu and memory resources are mutable'));
  const initContainers = next.initContainers?.map((each, i) => (isRestartableInit(each) ? withoutResize(each, old.initContainers?.[i]) : each));
  for (const [i, each] of (initContainers ?? []).entries())
    if (!sameInternally('Container', each, old.initContainers?.[i]))
      errors.push(
        forbiddenValue(
          'spec',
          isRestartableInit(each)
            ? 'only cpu and memory resources for sidecar containers are mutable'
            : 'resources for non-sidecar init containers are immutable',
        ),
      );
  if (!errors.length && !sameInternally('PodSpec', { ...next, containers, initContainers }, old))
    errors.push(forbiddenValue('spec', 'only cpu and memory resources are mutable'));
  return errors;
}
