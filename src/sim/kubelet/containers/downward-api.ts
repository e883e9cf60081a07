// Fields of the pod and resources of its containers, as variables and files see them. Models kubernetes/pkg/fieldpath/fieldpath.go and pkg/api/v1/resource/helpers.go
import type { Container, Pod, ResourceFieldSelector } from '../../../kube/api/core-v1.ts';
import { millisOf, parseQuantity, quantityOf, unitsOf } from '../../../kube/machinery/quantity.ts';

export interface PodAddresses {
  readonly podIP: string;
  readonly hostIP: string;
}

const formatMap = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');

/** Throws with upstream's words on a path that is none. */
export function podField(pod: Pod, path: string, { podIP, hostIP }: PodAddresses): string {
  const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(path);
  if (subscript) {
    const map = subscript[1] === 'metadata.labels' ? pod.metadata.labels : pod.metadata.annotations;
    return map?.[subscript[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name ?? '';
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid ?? '';
    case 'metadata.labels':
      return formatMap(pod.metadata.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP;
    case 'status.podIP':
    case 'status.podIPs':
      return podIP;
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

/** Limits fall back to what the node can give, requests to nothing. */
export function containerResource(
  { resource, divisor, containerName }: ResourceFieldSelector,
  pod: Pod,
  container: Container | undefined,
  allocatable: Readonly<Record<string, string>>,
): string {
  const subject = containerName ? [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(({ name }) => name === containerName) : container;
  if (!subject) throw new Error(`container ${containerName ?? ''} not found`);
  const [kind = '', name = ''] = [resource.slice(0, resource.indexOf('.')), resource.slice(resource.indexOf('.') + 1)];
  if (kind !== 'limits' && kind !== 'requests') throw new Error(`unsupported container resource : ${resource}`);
  const text = subject.resources?.[kind]?.[name] ?? (kind === 'limits' ? allocatable[name] : undefined);
  const unit = divisor === undefined || divisor === '0' ? undefined : parseQuantity(divisor);
  const value = quantityOf(text);
  if (name === 'cpu') return String(Math.ceil(millisOf(value) / (unit ? millisOf(unit) : 1000)));
  return String(Math.ceil(unitsOf(value) / (unit ? unitsOf(unit) : 1)));
}
