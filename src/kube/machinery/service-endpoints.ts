// Which pods stand behind a Service, and under which ports. Models kubernetes/staging/src/k8s.io/endpointslice/util and utils.go
import type { Pod, Service, ServicePort } from '../api/core-v1.ts';
import { isPodEnded, isPodReady } from './pod-conditions.ts';
import { jsonEqual } from './json.ts';

export const isHeadless = ({ spec }: Service): boolean => !spec.clusterIP || spec.clusterIP === 'None';

/** Whether the Service selects these labels; one without a selector selects nothing: somebody else keeps its endpoints. */
export function serviceSelects({ spec }: Service, labels: Pod['metadata']['labels']): boolean {
  const { selector } = spec;
  if (!selector) return false;
  for (const key in selector) if (labels?.[key] !== selector[key]) return false;
  return true;
}

/** Has an address and has not ended. */
export const belongsInEndpoints = (pod: Pod, includeTerminating: boolean): boolean =>
  !isPodEnded(pod) && Boolean(pod.status?.podIP || pod.status?.podIPs?.length) && (includeTerminating || !pod.metadata.deletionTimestamp);

export const addressesOf = (pod: Pod): readonly string[] =>
  pod.status?.podIPs?.map(({ ip }) => ip ?? '').filter(Boolean) ?? (pod.status?.podIP ? [pod.status.podIP] : []);
export const isIPv6 = (address: string): boolean => address.includes(':');

/** Only then does DNS know the pod under its own name. */
export const hasHostname = ({ spec, metadata }: Pod, service: Service): boolean =>
  Boolean(spec.hostname) && spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace;

/** The number that a target port stands for in this pod; undefined when the pod has no port of the name. */
export function findPort({ spec }: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (targetPort === undefined || targetPort === 0) return port;
  if (typeof targetPort === 'number') return targetPort;
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')];
  return containers.flatMap(({ ports = [] }) => ports).find((each) => each.name === targetPort && (each.protocol ?? 'TCP') === protocol)?.containerPort;
}

/** Whether an update of a pod may change any endpoints. */
export function endpointsMayChange(old: Pod, pod: Pod): boolean {
  return (
    !jsonEqual(old.metadata.labels, pod.metadata.labels) ||
    old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    isPodReady(old) !== isPodReady(pod) ||
    isPodEnded(old) !== isPodEnded(pod) ||
    old.spec.nodeName !== pod.spec.nodeName ||
    !jsonEqual(addressesOf(old), addressesOf(pod)) ||
    old.spec.hostname !== pod.spec.hostname ||
    old.spec.subdomain !== pod.spec.subdomain
  );
}
