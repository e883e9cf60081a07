// kubectl describe node
import type { Event, Node, Pod, Taint } from '../../kube/api/core-v1.ts';
import { leases, nodes, pods } from '../../kube/api/resources.ts';
import { canonicalQuantity } from '../../kube/machinery/quantity.ts';
import { isStatusError } from '../../kube/machinery/status-error.ts';
import { messageOf } from '../../errors/app-error.ts';
import { by } from './containers.ts';
import { subjectOf, type DescribeMeans, type Describer } from './describer.ts';
import { writeEvents } from './events.ts';
import { NONE, UNSET, writeColumn, writeLabelsAndAnnotations } from './metadata.ts';
import { writeNodeResources } from './node-resources.ts';
import { longTime } from './times.ts';
import { DescribeWriter } from './writer.ts';

const LEASE_NAMESPACE = 'kube-node-lease';
const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE = 'kubernetes.io/role';

export const describer: Describer = async ({ namespace, name }, means) => {
  const node = await means.get(nodes, { namespace: '', name });
  const fieldSelector = `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`;
  const running = await means.list(pods, namespace, { fieldSelector }).catch((error: unknown): undefined => {
    if (!isStatusError(error, 'Forbidden')) throw error;
  });
  const w = new DescribeWriter();
  await writeNode(w, node, running, means);
  if (means.settings.showEvents) writeEvents(w, await eventsOf(node, means), means.now);
  return w.text;
};

/** Controllers name a node by its uid, the kubelet by its name. */
async function eventsOf(node: Node, means: DescribeMeans): Promise<readonly Event[]> {
  const subject = subjectOf('Node', node);
  return [...(await means.eventsOf(subject)), ...(await means.eventsOf({ ...subject, uid: subject.name }))];
}

async function writeNode(w: DescribeWriter, node: Node, running: readonly Pod[] | undefined, means: DescribeMeans): Promise<void> {
  const { metadata, spec = {}, status = {} } = node;
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Roles', rolesOf(metadata.labels).join(',') || NONE);
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'CreationTimestamp', longTime(metadata.creationTimestamp));
  writeColumn(w, 'Taints', [...(spec.taints ?? [])].sort(by(({ effect, key }) => `${effect},${key}`)).map(taintText));
  w.field(0, 'Unschedulable', spec.unschedulable ?? false);
  await writeLease(w, metadata.name ?? '', means);
  writeConditions(w, status.conditions);
  w.line(0, 'Addresses:');
  for (const { type, address } of status.addresses ?? []) w.field(1, type, address);
  writeAmounts(w, 'Capacity', status.capacity);
  writeAmounts(w, 'Allocatable', status.allocatable);
  writeSystem(w, status.nodeInfo);
  if (spec.podCIDR) w.field(0, 'PodCIDR', spec.podCIDR);
  if (spec.podCIDRs?.length) w.field(0, 'PodCIDRs', spec.podCIDRs.join(','));
  if (spec.providerID) w.field(0, 'ProviderID', spec.providerID);
  if (running) writeNodeResources(w, node, running, means);
  else w.field(0, 'Pods', 'not authorized');
}

function rolesOf(labels: Readonly<Record<string, string>> = {}): readonly string[] {
  const roles = Object.entries(labels).map(([key, value]) => (key.startsWith(ROLE_PREFIX) ? key.slice(ROLE_PREFIX.length) : key === ROLE ? value : ''));
  return [...new Set(roles.filter(Boolean))].sort();
}

const taintText = ({ key, value, effect }: Taint): string => (effect ? `${key}${value ? `=${value}` : ''}:${effect}` : value ? `${key}=${value}:` : key);

async function writeLease(w: DescribeWriter, name: string, means: DescribeMeans): Promise<void> {
  try {
    const { spec = {} } = await means.get(leases, { namespace: LEASE_NAMESPACE, name });
    w.line(0, 'Lease:');
    w.field(1, 'HolderIdentity', spec.holderIdentity ?? UNSET);
    w.field(1, 'AcquireTime', spec.acquireTime ? longTime(spec.acquireTime) : UNSET);
    w.field(1, 'RenewTime', spec.renewTime ? longTime(spec.renewTime) : UNSET);
  } catch (error) {
    w.field(0, 'Lease', `Failed to get lease: ${messageOf(error)}`);
  }
}

type Status = NonNullable<Node['status']>;

function writeConditions(w: DescribeWriter, conditions: Status['conditions'] = []): void {
  if (!conditions.length) return;
  w.line(0, 'Conditions:');
  w.row(1, ['Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message']);
  w.row(1, ['----', '------', '-----------------', '------------------', '------', '-------']);
  for (const { type, status, lastHeartbeatTime, lastTransitionTime, reason = '', message = '' } of conditions)
    w.row(1, [`${type} `, `${status} `, `${longTime(lastHeartbeatTime)} `, `${longTime(lastTransitionTime)} `, `${reason} `, message]);
}

function writeAmounts(w: DescribeWriter, title: string, amounts: Readonly<Record<string, string>> = {}): void {
  const names = Object.keys(amounts).sort();
  if (names.length) w.line(0, `${title}:`);
  for (const name of names) w.field(1, name, canonicalQuantity(amounts[name] ?? '0'));
}

function writeSystem(w: DescribeWriter, info: Partial<NonNullable<Status['nodeInfo']>> = {}): void {
  w.line(0, 'System Info:');
  w.field(1, 'Machine ID', info.machineID ?? '');
  w.field(1, 'System UUID', info.systemUUID ?? '');
  w.field(1, 'Boot ID', info.bootID ?? '');
  w.field(1, 'Kernel Version', info.kernelVersion ?? '');
  w.field(1, 'OS Image', info.osImage ?? '');
  w.field(1, 'Operating System', info.operatingSystem ?? '');
  w.field(1, 'Architecture', info.architecture ?? '');
  w.field(1, 'Container Runtime Version', info.containerRuntimeVersion ?? '');
  w.field(1, 'Kubelet Version', info.kubeletVersion ?? '');
  w.field(1, 'Kube-Proxy Version', info.kubeProxyVersion ?? '');
}
