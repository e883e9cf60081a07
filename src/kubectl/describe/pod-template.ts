// Volumes, tolerations and the like of pods, and whole templates of pods.
import type { PodSpec, PodTemplateSpec, Toleration, TopologySpreadConstraint, Volume, WorkloadReference } from '../../kube/api/core-v1.ts';
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { writeClaim, type ClaimLike } from './claim.ts';
import { by, writeContainers } from './containers.ts';
import { NONE, selectorOrNone, writeAnnotations, writeColumn, writePairs } from './metadata.ts';
import { writeVolumeSource } from './volume-sources.ts';
import type { DescribeWriter } from './writer.ts';

/** `indent` is what a template's lines begin with. */
export function writeVolumes(w: DescribeWriter, volumes: readonly Volume[] = [], indent = ''): void {
  if (!volumes.length) {
    w.field(0, `${indent}Volumes`, NONE);
    return;
  }
  w.line(0, `${indent}Volumes:`);
  for (const volume of volumes) {
    w.line(1, `${indent ? ' ' : ''}${volume.name}:`);
    writeVolumeSource(w, volume, 'inPod', { ephemeral });
  }
}

function ephemeral(w: DescribeWriter, { volumeClaimTemplate }: JsonObject): void {
  w.field(2, 'Type', 'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)');
  if (isJsonObject(volumeClaimTemplate)) writeClaim(w.nested(2), { metadata: {}, ...volumeClaimTemplate } as unknown as ClaimLike);
}

export function writeTopologySpread(w: DescribeWriter, constraints: readonly TopologySpreadConstraint[] = [], indent = ''): void {
  if (!constraints.length) return;
  w.write(0, `${indent}Topology Spread Constraints:\t`);
  [...constraints].sort(by(({ topologyKey }) => topologyKey)).forEach(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }, i) => {
    if (i > 0) w.write(0, `${indent}\t`);
    const selector = labelSelector ? ` for selector ${selectorOrNone(labelSelector)}` : '';
    w.line(0, `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`);
  });
}

export function writeTolerations(w: DescribeWriter, title: string, tolerations: readonly Toleration[] = []): void {
  writeColumn(w, title, [...tolerations].sort(by(({ key = '' }) => key)).map(tolerationText));
}

function tolerationText({ key = '', value = '', effect, operator, tolerationSeconds }: Toleration): string {
  const what = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
  // A lone `Exists` tolerates everything.
  const exists = operator === 'Exists' && !value ? `${what ? ' ' : ''}op=Exists` : '';
  return `${what}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
}

export function writeWorkload(w: DescribeWriter, workload: WorkloadReference | undefined, indent = ''): void {
  if (!workload) return;
  w.line(0, `${indent}WorkloadRef:`);
  w.field(1, 'Name', workload.name);
  w.field(1, 'PodGroup', workload.podGroup);
  if (workload.podGroupReplicaKey) w.field(1, 'PodGroupReplicaKey', workload.podGroupReplicaKey);
}

const INDENT = '  ';

export function writePodTemplate(w: DescribeWriter, template: PodTemplateSpec | undefined): void {
  w.line(0, 'Pod Template:');
  if (!template) {
    w.write(1, '<unset>');
    return;
  }
  const { metadata = {}, spec = { containers: [] } as PodSpec } = template;
  writePairs(w, `${INDENT}Labels`, metadata.labels);
  if (Object.keys(metadata.annotations ?? {}).length) writeAnnotations(w, `${INDENT}Annotations`, metadata.annotations);
  if (spec.serviceAccountName) w.field(1, 'Service Account', spec.serviceAccountName);
  if (spec.initContainers?.length) writeContainers(w, { label: 'Init Containers', containers: spec.initContainers, indent: INDENT });
  writeContainers(w, { label: 'Containers', containers: spec.containers, indent: INDENT });
  writeVolumes(w, spec.volumes, INDENT);
  writeTopologySpread(w, spec.topologySpreadConstraints, INDENT);
  if (spec.priorityClassName) w.field(1, 'Priority Class Name', spec.priorityClassName);
  writePairs(w, `${INDENT}Node-Selectors`, spec.nodeSelector);
  writeTolerations(w, `${INDENT}Tolerations`, spec.tolerations);
  writeWorkload(w, spec.workloadRef, INDENT);
}
