// All containers of a pod with where they stand, in upstream's order. Models kubernetes/pkg/apis/core/pods/helpers.go
import type { Container, PodSpec } from '../../../../kube/api/core-v1.ts';
import { child } from '../../validation/path.ts';

export function containersWithPath({ initContainers, containers, ephemeralContainers }: PodSpec, field: string): readonly (readonly [Container, string])[] {
  const lists: readonly (readonly [readonly Container[] | null | undefined, string])[] = [
    [initContainers, child(field, 'initContainers')],
    [containers, child(field, 'containers')],
    [ephemeralContainers as readonly Container[] | undefined, child(field, 'ephemeralContainers')],
  ];
  return lists.flatMap(([list, at]) => (list ?? []).map((each, i) => [each, `${at}[${i}]`] as const));
}
