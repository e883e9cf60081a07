// kubectl describe pod
import type { Event, Pod, PodCondition } from '../../kube/api/core-v1.ts';
import { events as eventResource, pods } from '../../kube/api/resources.ts';
import { qosClassOf } from '../../kube/machinery/pod-resources.ts';
import { messageOf } from '../../errors/app-error.ts';
import { writeContainers, writeResources } from './containers.ts';
import { subjectOf, type DescribeMeans, type Describer, type Place } from './describer.ts';
import { writeEvents } from './events.ts';
import { controllerText, NONE, writeLabelsAndAnnotations, writePairs } from './metadata.ts';
import { writeTolerations, writeTopologySpread, writeVolumes, writeWorkload } from './pod-template.ts';
import { longTime } from './times.ts';
import { DescribeWriter } from './writer.ts';

const MIRROR = 'kubernetes.io/config.mirror';

export const describer: Describer = async (place, means) => {
  const { showEvents } = means.settings;
  let pod: Pod;
  try {
    pod = await means.get(pods, place);
  } catch (error) {
    const left = showEvents ? await eventsByName(place, means) : [];
    if (!left.length) throw error;
    const w = new DescribeWriter();
    w.line(0, `Pod '${place.name}': error '${messageOf(error)}', but found events.`);
    writeEvents(w, left, means.now);
    return w.text;
  }
  const w = new DescribeWriter();
  writePod(w, pod, means);
  if (showEvents) {
    const mirrored = pod.metadata.annotations?.[MIRROR];
    const subject = { ...subjectOf('Pod', pod), kind: undefined, ...(mirrored === undefined ? {} : { uid: mirrored }) };
    writeEvents(w, await means.eventsOf(subject), means.now);
  }
  return w.text;
};

async function eventsByName({ namespace, name }: Place, means: DescribeMeans): Promise<Event[]> {
  return means.list(eventResource, namespace, { fieldSelector: `involvedObject.name=${name},involvedObject.namespace=${namespace}` }).catch(() => []);
}

function writePod(w: DescribeWriter, pod: Pod, means: DescribeMeans): void {
  const { metadata, spec, status = {} } = pod;
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  if (spec.priority !== undefined) w.field(0, 'Priority', spec.priority);
  if (spec.priorityClassName) w.field(0, 'Priority Class Name', spec.priorityClassName);
  if (spec.runtimeClassName) w.field(0, 'Runtime Class Name', spec.runtimeClassName);
  if (spec.serviceAccountName) w.field(0, 'Service Account', spec.serviceAccountName);
  w.field(0, 'Node', spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : NONE);
  if (status.startTime) w.field(0, 'Start Time', longTime(status.startTime));
  writeLabelsAndAnnotations(w, metadata);
  writeStatus(w, pod, means);
  const seccomp = spec.securityContext?.seccompProfile;
  if (seccomp) {
    w.field(0, 'SeccompProfile', seccomp.type);
    if (seccomp.type === 'Localhost') w.field(0, 'LocalhostProfile', seccomp.localhostProfile ?? '');
  }
  w.field(0, 'IP', status.podIP ?? '');
  w.line(0, `IPs:${status.podIPs?.length ? '' : `\t${NONE}`}`);
  for (const { ip = '' } of status.podIPs ?? []) w.field(1, 'IP', ip);
  const controller = controllerText(metadata);
  if (controller) w.field(0, 'Controlled By', controller);
  if (status.nominatedNodeName) w.field(0, 'NominatedNodeName', status.nominatedNodeName);
  if (spec.resources) {
    w.line(0, 'Resources:');
    writeResources(w, 1, spec.resources);
  }
  writeParts(w, pod);
  writeVolumes(w, spec.volumes);
  w.field(0, 'QoS Class', status.qosClass || qosClassOf(pod));
  writePairs(w, 'Node-Selectors', spec.nodeSelector);
  writeTolerations(w, 'Tolerations', spec.tolerations);
  writeTopologySpread(w, spec.topologySpreadConstraints);
  writeWorkload(w, spec.workloadRef);
}

function writeStatus(w: DescribeWriter, { metadata, status = {} }: Pod, means: DescribeMeans): void {
  const { phase = '', reason, message } = status;
  if (metadata.deletionTimestamp && phase !== 'Failed' && phase !== 'Succeeded') {
    w.field(0, 'Status', `Terminating (lasts ${means.age(metadata.deletionTimestamp)})`);
    w.field(0, 'Termination Grace Period', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else w.field(0, 'Status', phase);
  if (reason) w.field(0, 'Reason', reason);
  if (message) w.field(0, 'Message', message);
}

function writeParts(w: DescribeWriter, pod: Pod): void {
  const { spec, status = {} } = pod;
  const { initContainers = [], containers = [], ephemeralContainers = [], readinessGates = [] } = spec;
  if (initContainers.length) writeContainers(w, { label: 'Init Containers', containers: initContainers, statuses: status.initContainerStatuses, pod });
  writeContainers(w, { label: 'Containers', containers, statuses: status.containerStatuses, pod });
  if (ephemeralContainers.length)
    writeContainers(w, { label: 'Ephemeral Containers', containers: ephemeralContainers, statuses: status.ephemeralContainerStatuses, pod });
  const conditions = status.conditions ?? [];
  writeConditions(
    w,
    'Readiness Gates',
    readinessGates.map(({ conditionType }) => ({ type: conditionType, status: conditions.find(({ type }) => type === conditionType)?.status ?? NONE })),
  );
  writeConditions(w, 'Conditions', conditions);
}

function writeConditions(w: DescribeWriter, title: string, conditions: readonly Pick<PodCondition, 'type' | 'status'>[]): void {
  if (!conditions.length) return;
  w.line(0, `${title}:`);
  w.row(1, ['Type', 'Status']);
  for (const { type, status } of conditions) w.row(1, [`${type} `, `${status} `]);
}
