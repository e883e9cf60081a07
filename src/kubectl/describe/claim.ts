// What a claim asks for and got; also of claims that exist only as templates.
import type { PersistentVolumeClaim } from '../../kube/api/core-v1.ts';
import { canonicalQuantity } from '../../kube/machinery/quantity.ts';
import type { DescribeWriter } from './writer.ts';
import { writeAnnotations, writePairs } from './metadata.ts';

export type ClaimLike = Pick<PersistentVolumeClaim, 'metadata' | 'spec'> & { readonly status?: PersistentVolumeClaim['status'] };

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';
interface Classed {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly storageClassName?: string };
}
export const storageClassOf = ({ metadata: { annotations = {} }, spec }: Classed): string => annotations[BETA_CLASS] ?? spec.storageClassName ?? '';

const MODES: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];
export const accessModesText = (modes: readonly string[] = []): string =>
  MODES.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');

/** `whole` says what stands only in claims that exist. */
export function writeClaim(w: DescribeWriter, claim: ClaimLike, whole?: { readonly status: string }): void {
  const { metadata, spec, status = {} } = claim;
  if (whole) {
    w.field(0, 'Name', metadata.name ?? '');
    w.field(0, 'Namespace', metadata.namespace ?? '');
  }
  w.field(0, 'StorageClass', storageClassOf(claim));
  if (whole) w.field(0, 'Status', whole.status);
  w.field(0, 'Volume', spec.volumeName ?? '');
  writePairs(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  if (whole) w.field(0, 'Finalizers', `[${(metadata.finalizers ?? []).join(' ')}]`);
  const isBound = Boolean(spec.volumeName);
  w.field(0, 'Capacity', isBound ? canonicalQuantity(status.capacity?.['storage'] ?? '0') : '');
  w.field(0, 'Access Modes', isBound ? accessModesText(status.accessModes) : '');
  if (spec.volumeMode) w.field(0, 'VolumeMode', spec.volumeMode);
  const { dataSource } = spec;
  if (!dataSource) return;
  w.line(0, 'DataSource:');
  // The server sends null for none.
  if (typeof dataSource.apiGroup === 'string') w.field(1, 'APIGroup', dataSource.apiGroup);
  w.field(1, 'Kind', dataSource.kind);
  w.field(1, 'Name', dataSource.name);
}
