// kubectl describe replicaset, and of replication controllers.
import { replicaSets, replicationControllers } from '../../kube/api/resources.ts';
import { messageOf } from '../../errors/app-error.ts';
import { describerOf } from './describer.ts';
import { controllerText, pairsText, selectorOrNone, writeLabelsAndAnnotations } from './metadata.ts';
import { podCounts } from './pod-counts.ts';
import { writePodTemplate } from './pod-template.ts';
import type { DescribeWriter } from './writer.ts';

export const replicaSet = describerOf(replicaSets, async (w, set, means) => {
  const { metadata, spec, status } = set;
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  w.field(0, 'Selector', selectorOrNone(spec?.selector));
  writeLabelsAndAnnotations(w, metadata);
  const controller = controllerText(metadata);
  if (controller) w.field(0, 'Controlled By', controller);
  w.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
  w.field(0, 'Pods Status', await podCounts(set, spec?.selector, means).catch((error: unknown) => `error in fetching pods: ${messageOf(error)}`));
  writePodTemplate(w, spec?.template ?? { spec: { containers: [] } });
  writeReasons(w, status?.conditions);
});

export const replicationController = describerOf(replicationControllers, async (w, controller, means) => {
  const { metadata, spec, status } = controller;
  const selector = spec?.selector ?? {};
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  w.field(0, 'Selector', pairsText(selector));
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
  w.field(0, 'Pods Status', await podCounts(controller, { matchLabels: selector }, means));
  writePodTemplate(w, spec?.template);
  writeReasons(w, status?.conditions);
});

interface Reasoned {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}
export function writeReasons(w: DescribeWriter, conditions: readonly Reasoned[] = []): void {
  if (!conditions.length) return;
  w.line(0, 'Conditions:');
  w.row(1, ['Type', 'Status', 'Reason']);
  w.row(1, ['----', '------', '------']);
  for (const { type, status, reason = '' } of conditions) w.row(1, [`${type} `, status, reason]);
}
