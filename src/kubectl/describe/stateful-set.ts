// kubectl describe statefulset
import type { PersistentVolumeClaim } from '../../kube/api/core-v1.ts';
import { statefulSets } from '../../kube/api/resources.ts';
import { canonicalQuantity } from '../../kube/machinery/quantity.ts';
import { storageClassOf } from './claim.ts';
import { describerOf } from './describer.ts';
import { NONE, selectorText, writeLabelsAndAnnotations, writePairs } from './metadata.ts';
import { podCounts } from './pod-counts.ts';
import { writePodTemplate } from './pod-template.ts';
import { longTime } from './times.ts';
import type { DescribeWriter } from './writer.ts';

export const describer = describerOf(statefulSets, async (w, set, means) => {
  const { metadata, spec, status } = set;
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  w.field(0, 'CreationTimestamp', longTime(metadata.creationTimestamp));
  w.field(0, 'Selector', selectorText(spec.selector));
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'Replicas', `${spec.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  w.field(0, 'Update Strategy', spec.updateStrategy?.type ?? '');
  const { partition, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) {
    w.field(1, 'Partition', partition);
    if (maxUnavailable !== undefined) w.field(1, 'MaxUnavailable', maxUnavailable);
  }
  w.field(0, 'Pods Status', await podCounts(set, spec.selector, means));
  writePodTemplate(w, spec.template);
  writeClaimTemplates(w, spec.volumeClaimTemplates);
});

function writeClaimTemplates(w: DescribeWriter, templates: readonly PersistentVolumeClaim[] = []): void {
  if (!templates.length) {
    w.field(0, 'Volume Claims', NONE);
    return;
  }
  w.line(0, 'Volume Claims:');
  for (const template of templates) {
    const { metadata, spec } = template;
    w.field(1, 'Name', metadata.name ?? '');
    w.field(1, 'StorageClass', storageClassOf(template));
    writePairs(w, 'Labels', metadata.labels, '  ');
    writePairs(w, 'Annotations', metadata.annotations, '  ');
    const storage = spec.resources?.requests?.['storage'];
    w.field(1, 'Capacity', storage === undefined ? '<default>' : canonicalQuantity(storage));
    w.field(1, 'Access Modes', `[${(spec.accessModes ?? []).join(' ')}]`);
  }
}
