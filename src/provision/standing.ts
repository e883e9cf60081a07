// What of a cluster stands when a run begins: workers whose nodes were deleted join anew; what only a person can decide about control planes stops the run.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { type ClusterSpec, hostPort, type HostSpec } from './cluster-file/cluster-spec.ts';
import { nodesOfCluster } from './members.ts';
import { etcdctl } from './phases/etcdctl-on-host.ts';
import { isMember } from './phases/membership.ts';
import type { Site } from './site.ts';

export const LIST_MEMBERS = etcdctl('member list');
export const HAS_ETCD_DATA = 'test -d /var/lib/etcd/member';

/**
 * The workers whose nodes somebody has deleted while their hosts went on. Empty where the API does not answer: then nobody can tell.
 * Rejects with FIRST_IS_BARE, CONTROL_PLANE_DELETED or ETCD_MEMBER_LEFT.
 */
export async function deletedNodes(site: Site, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const { spec } = site.loaded;
  const made = new Set<string>();
  await site.onAll(async (host) => {
    const self = spec.hosts.find(({ name }) => name === host.name);
    if (self && (await host.run(isMember(self, spec), { as: 'root', signal })).exitCode === 0) made.add(host.name);
  });
  const standing = spec.controlPlanes.filter(({ name }) => made.has(name));
  if (!standing.length) return new Set();
  if (!made.has(spec.first.name)) throw firstIsBare(spec, standing);
  const nodes = await nodesOfCluster(site.host(spec.first.name), signal).catch(() => undefined);
  signal.throwIfAborted();
  const isGone = ({ name, nodeName }: HostSpec): boolean => made.has(name) && nodes?.has(nodeName) === false;
  const gone = spec.controlPlanes.filter(isGone);
  if (gone.length) throw controlPlanesDeleted(spec.name, gone);
  for (const host of spec.controlPlanes) if (!made.has(host.name)) await demandNoMember(site, host, signal);
  return new Set(spec.workers.filter(isGone).map(({ name }) => name));
}

/** A host that was made anew has nothing of the member that etcd goes on waiting for. One whose join was cut off has its data, or its member never started. */
async function demandNoMember(site: Site, { name, nodeName, nodeIP }: HostSpec, signal: AbortSignal): Promise<void> {
  const { spec } = site.loaded;
  if (spec.etcd.length || (await site.host(name).run(HAS_ETCD_DATA, { as: 'root', signal })).exitCode === 0) return;
  const { exitCode, stdout, stderr } = await site.host(spec.first.name).run(LIST_MEMBERS, { as: 'root', signal });
  if (exitCode !== 0) throw membersUnknown(spec.first.name, name, stderr.trim() || `exit code ${exitCode}`);
  const peer = `https://${hostPort(nodeIP, 2380)}`;
  // ID, state, name, peer URLs, client URLs, whether it is a learner
  const members = stdout.split('\n').map((line) => line.split(', '));
  const [id] = members.find(([, state, , peers]) => state === 'started' && peers === peer) ?? [];
  if (id === undefined) return;
  throw new AppError({
    code: 'ETCD_MEMBER_LEFT',
    what: `etcd still counts on the ${name} that was lost, and nothing was changed`,
    why: `its member ${id} (${peer}) does not come back: the new ${name} begins with nothing`,
    next: [
      `kubectl -n kube-system exec etcd-${spec.first.nodeName} -- etcdctl --cacert ${PKI}/ca.crt --cert ${PKI}/server.crt --key ${PKI}/server.key member remove ${id}`,
      `kubectl delete node ${nodeName}, where it is still listed`,
      'then again: ckadet cluster create',
    ],
    exitCode: EXIT.remoteCommand,
  });
}

const PKI = '/etc/kubernetes/pki/etcd';

const membersUnknown = (asked: string, name: string, why: string): AppError =>
  new AppError({
    code: 'ETCD_UNKNOWN',
    what: `whether etcd still counts on an earlier ${name} cannot be told, and nothing was changed`,
    why: `${asked} does not tell its members: ${why}`,
    next: ['see how the cluster is: ckadet cluster status'],
    exitCode: EXIT.remoteCommand,
  });

function firstIsBare({ name: cluster, first }: ClusterSpec, standing: readonly HostSpec[]): AppError {
  const names = standing.map(({ name }) => name).join(', ');
  return new AppError({
    code: 'FIRST_IS_BARE',
    what: `${first.name} is the first control plane in the file, and is not one yet, while ${names} ${standing.length === 1 ? 'is' : 'are'}: nothing was changed`,
    why: `the first one is made by kubeadm init, which would begin another cluster beside ${cluster}`,
    next: [
      `where ${first.name} was lost and is to join again, put ${standing[0]?.name ?? 'another'} before it in the file`,
      'then again: ckadet cluster create',
    ],
    exitCode: EXIT.invalidFile,
  });
}

function controlPlanesDeleted(cluster: string, gone: readonly HostSpec[]): AppError {
  const names = gone.map(({ nodeName }) => nodeName).join(', ');
  return new AppError({
    code: 'CONTROL_PLANE_DELETED',
    what: `the node ${names} was deleted, and its host is still a control plane of ${cluster}: nothing was changed`,
    why: 'its API server and its etcd member go on, so that joining it once more would break them',
    next: gone.flatMap(({ name, nodeName }) => [
      `have its kubelet make the node again: ckadet cluster ssh ${name} -- sudo systemctl restart kubelet`,
      `kubectl label node ${nodeName} node-role.kubernetes.io/control-plane= node.kubernetes.io/exclude-from-external-load-balancers=`,
      `kubectl taint node ${nodeName} node-role.kubernetes.io/control-plane:NoSchedule`,
    ]),
    exitCode: EXIT.remoteCommand,
  });
}
