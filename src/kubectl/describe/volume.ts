// kubectl describe persistentvolume and persistentvolumeclaim
import type { NodeSelectorRequirement, PersistentVolumeClaim, Pod, VolumeNodeAffinity } from '../../kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes, pods } from '../../kube/api/resources.ts';
import { canonicalQuantity } from '../../kube/machinery/quantity.ts';
import { accessModesText, storageClassOf, writeClaim } from './claim.ts';
import { by } from './containers.ts';
import { describerOf, type DescribeMeans } from './describer.ts';
import { NONE, writeColumn, writeLabelsAndAnnotations } from './metadata.ts';
import { longTime } from './times.ts';
import { writeVolumeSource } from './volume-sources.ts';
import type { DescribeWriter } from './writer.ts';

const statusText = (deleted: string | undefined, phase: string | undefined, means: DescribeMeans): string =>
  deleted ? `Terminating (lasts ${means.age(deleted)})` : (phase ?? '');

export const persistentVolume = describerOf(persistentVolumes, (w, { metadata, spec = {}, status }, means) => {
  w.field(0, 'Name', metadata.name ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'Finalizers', `[${(metadata.finalizers ?? []).join(' ')}]`);
  w.field(0, 'StorageClass', storageClassOf({ metadata, spec }));
  w.field(0, 'Status', statusText(metadata.deletionTimestamp, status?.phase, means));
  w.field(0, 'Claim', spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '');
  w.field(0, 'Reclaim Policy', spec.persistentVolumeReclaimPolicy ?? '');
  w.field(0, 'Access Modes', accessModesText(spec.accessModes));
  if (spec.volumeMode !== undefined) w.field(0, 'VolumeMode', spec.volumeMode);
  w.field(0, 'Capacity', canonicalQuantity(spec.capacity?.['storage'] ?? '0'));
  writeAffinity(w, spec.nodeAffinity);
  w.field(0, 'Message', status?.message ?? '');
  w.line(0, 'Source:');
  writeVolumeSource(w, spec, 'inPersistentVolume');
});

function writeAffinity(w: DescribeWriter, affinity: VolumeNodeAffinity | undefined): void {
  const required = affinity?.required;
  w.line(0, `Node Affinity:\t${required ? '' : NONE}`);
  if (!required) return;
  const terms = required.nodeSelectorTerms;
  w.line(1, `Required Terms:\t${terms.length ? '' : NONE}`);
  terms.forEach(({ matchExpressions = [] }, i) => writeTerm(w, 2, `Term ${i}`, matchExpressions));
}

interface TermRequirement {
  readonly key: string;
  readonly operator: NodeSelectorRequirement['operator'];
  readonly values?: readonly string[];
}
export function writeTerm(w: DescribeWriter, level: number, title: string, requirements: readonly TermRequirement[]): void {
  w.write(level, `${title}:\t`);
  if (!requirements.length) w.line(0, NONE);
  requirements.forEach(({ key, operator, values = [] }, i) => {
    if (i > 0) w.write(level, '\t');
    w.line(0, `${key} ${operator.toLowerCase()}${values.length ? ` [${values.join(', ')}]` : ''}`);
  });
}

export const persistentVolumeClaim = describerOf(persistentVolumeClaims, async (w, claim, means) => {
  const { metadata, status } = claim;
  const users = await podsUsing(claim, means);
  writeClaim(w, claim, { status: statusText(metadata.deletionTimestamp, status?.phase, means) });
  writeColumn(
    w,
    'Used By',
    [...users].sort(by((pod) => pod.metadata.name ?? '')).map((pod) => pod.metadata.name ?? ''),
  );
  const conditions = status?.conditions ?? [];
  if (!conditions.length) return;
  w.line(0, 'Conditions:');
  w.row(1, ['Type', 'Status', 'LastProbeTime', 'LastTransitionTime', 'Reason', 'Message']);
  w.row(1, ['----', '------', '-----------------', '------------------', '------', '-------']);
  for (const { type, status: value, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions)
    w.row(1, [`${type} `, `${value} `, `${longTime(lastProbeTime)} `, `${longTime(lastTransitionTime)} `, `${reason} `, message]);
});

/** Those that mount it, once for each volume, and those that own it. */
async function podsUsing({ metadata }: PersistentVolumeClaim, means: DescribeMeans): Promise<readonly Pod[]> {
  const all = await means.list(pods, metadata.namespace ?? '');
  const mounting = all.flatMap((pod) => (pod.spec.volumes ?? []).filter((volume) => volume.persistentVolumeClaim?.claimName === metadata.name).map(() => pod));
  const owners = (metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Pod').map(({ uid }) => uid);
  return [...mounting, ...all.filter((pod) => owners.includes(pod.metadata.uid ?? '') && !mounting.includes(pod))];
}
