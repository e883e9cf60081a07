// kubectl describe of storage classes, volume attributes classes and CSI nodes
import { csiNodes, storageClasses, volumeAttributesClasses } from '../../kube/api/resources.ts';
import { describerOf } from './describer.ts';
import { NONE, pairsText, UNSET, writeLabelsAndAnnotations } from './metadata.ts';
import { longTime } from './times.ts';
import { writeTerm } from './volume.ts';

const DEFAULT_CLASS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

export const storageClass = describerOf(storageClasses, (w, object) => {
  const { metadata, provisioner, parameters, allowVolumeExpansion, mountOptions = [], reclaimPolicy, volumeBindingMode, allowedTopologies } = object;
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'IsDefaultClass', DEFAULT_CLASS.some((key) => metadata.annotations?.[key] === 'true') ? 'Yes' : 'No');
  w.field(0, 'Annotations', pairsText(metadata.annotations));
  w.field(0, 'Provisioner', provisioner);
  w.field(0, 'Parameters', pairsText(parameters));
  w.field(0, 'AllowVolumeExpansion', allowVolumeExpansion === undefined ? UNSET : allowVolumeExpansion ? 'True' : 'False');
  w.line(0, `MountOptions:${mountOptions.length ? '' : `\t${NONE}`}`);
  for (const option of mountOptions) w.line(1, option);
  if (reclaimPolicy !== undefined) w.field(0, 'ReclaimPolicy', reclaimPolicy);
  if (volumeBindingMode !== undefined) w.field(0, 'VolumeBindingMode', volumeBindingMode);
  if (!allowedTopologies) return;
  w.line(0, `AllowedTopologies:\t${allowedTopologies.length ? '' : NONE}`);
  allowedTopologies.forEach(({ matchLabelExpressions = [] }, i) =>
    writeTerm(
      w,
      1,
      `Term ${i}`,
      matchLabelExpressions.map(({ key, values }) => ({ key, operator: 'In', values })),
    ),
  );
});

export const volumeAttributesClass = describerOf(volumeAttributesClasses, (w, { metadata, driverName, parameters }) => {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Annotations', pairsText(metadata.annotations));
  w.field(0, 'DriverName', driverName);
  w.field(0, 'Parameters', pairsText(parameters));
});

export const csiNode = describerOf(csiNodes, (w, { metadata, spec }) => {
  w.field(0, 'Name', metadata.name ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'CreationTimestamp', longTime(metadata.creationTimestamp));
  w.line(0, 'Spec:');
  if (!spec.drivers) return;
  w.line(1, 'Drivers:');
  for (const { name, nodeID, allocatable, topologyKeys } of spec.drivers) {
    w.line(2, `${name}:`);
    w.field(3, 'Node ID', nodeID);
    if (allocatable?.count !== undefined) {
      w.line(3, 'Allocatables:');
      w.field(4, 'Count', allocatable.count);
    }
    if (topologyKeys) w.field(3, 'Topology Keys', `[${topologyKeys.join(' ')}]`);
  }
});
