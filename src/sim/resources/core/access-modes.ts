// Access modes in short, and the class of volumes and claims, as tables show them. Models kubernetes/pkg/apis/core/helper/helpers.go
import type { ObjectMeta } from '../../../kube/api/meta-v1.ts';

const SHORT: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];
export const shortAccessModes = (modes: readonly string[] | undefined): string =>
  SHORT.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
export const storageClassOf = ({ annotations }: ObjectMeta, name: string | undefined): string => annotations?.[CLASS_ANNOTATION] ?? name ?? '';
