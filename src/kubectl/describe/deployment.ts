// kubectl describe deployment
import type { Deployment, ReplicaSet } from '../../kube/api/apps-v1.ts';
import { deployments } from '../../kube/api/resources.ts';
import { replicaSetsOf, type DeploymentSets } from '../revisions/replica-sets.ts';
import { describerOf, type DescribeMeans } from './describer.ts';
import { NONE, selectorText, writeLabelsAndAnnotations } from './metadata.ts';
import { writePodTemplate } from './pod-template.ts';
import { longTime } from './times.ts';
import { writeReasons } from './replica-set.ts';
import type { DescribeWriter } from './writer.ts';

export const describer = describerOf(deployments, async (w, deployment, means) => {
  const { metadata, spec, status = {} } = deployment;
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  w.field(0, 'CreationTimestamp', longTime(metadata.creationTimestamp));
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'Selector', selectorText(spec.selector));
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status;
  w.field(
    0,
    'Replicas',
    `${spec.replicas ?? 0} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
  );
  w.field(0, 'StrategyType', spec.strategy?.type ?? '');
  w.field(0, 'MinReadySeconds', spec.minReadySeconds ?? 0);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling) w.field(0, 'RollingUpdateStrategy', `${rolling.maxUnavailable ?? NONE} max unavailable, ${rolling.maxSurge ?? NONE} max surge`);
  writePodTemplate(w, spec.template);
  writeReasons(w, status.conditions);
  const { old, current } = await setsOf(deployment, means);
  if (!old.length && !current) return;
  writeSets(w, 'OldReplicaSets', old);
  writeSets(w, 'NewReplicaSet', current ? [current] : []);
});

/** Who may not see them sees none. */
const setsOf = (deployment: Deployment, { kubectl, settings: { chunkSize } }: DescribeMeans): Promise<DeploymentSets> =>
  replicaSetsOf(deployment, kubectl, chunkSize).catch(() => ({ old: [], current: undefined }));

function writeSets(w: DescribeWriter, label: string, sets: readonly ReplicaSet[]): void {
  w.field(
    0,
    label,
    sets.map(({ metadata, spec, status }) => `${metadata.name ?? ''} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`).join(', ') || NONE,
  );
}
