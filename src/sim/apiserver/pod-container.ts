// Which container of a pod is meant, and by which id its node knows it. Models kubernetes/pkg/registry/core/pod/strategy.go (validateContainer)
import type { ContainerStatus, Pod } from '../../kube/api/core-v1.ts';
import { badRequest } from '../../kube/machinery/status-error.ts';

/** Throws StatusError 400 for a name that is none, and where several could be meant. */
export function containerOf({ spec, metadata }: Pod, asked: string): string {
  const names = (list: readonly { readonly name: string }[] | undefined): string[] => (list ?? []).map(({ name }) => name);
  const init = names(spec.initContainers);
  const main = names(spec.containers);
  const all = [...main, ...init, ...names(spec.ephemeralContainers)];
  if (asked) {
    if (!all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name ?? ''}`);
    return asked;
  }
  if (main.length === 1) return main[0] ?? '';
  const others = init.length ? ` or one of the init containers: [${init.join(' ')}]` : '';
  throw badRequest(`a container name must be specified for pod ${metadata.name ?? ''}, choose one of: [${main.join(' ')}]${others}`);
}

/** Throws StatusError 400 for a pod that no node has. */
export function hostOf({ spec, metadata }: Pod): string {
  if (!spec.nodeName) throw badRequest(`pod ${metadata.name ?? ''} does not have a host assigned`);
  return spec.nodeName;
}

export function containerStatus({ status }: Pod, name: string): ContainerStatus | undefined {
  return [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? []), ...(status.ephemeralContainerStatuses ?? [])].find(
    (each) => each.name === name,
  );
}
