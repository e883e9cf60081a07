// What of a cluster stands when a run begins: workers whose nodes were deleted join anew; what only a person can decide about control planes stops the run.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { type ClusterSpec, hostPort, type HostSpec } from './cluster-file/cluster-spec.ts';
import { AWAIT_RUNNING, IS_LEAVING } from './host-state.ts';
import { nodesOfCluster } from './members.ts';
import { ETCD_CERTIFICATES, etcdctl } from './phases/etcdctl-on-host.ts';
import { isHalfJoined, isMember } from './phases/membership.ts';
import { NOTHING_STANDS, type Standing } from './phases/phase.ts';
import type { Site } from './site.ts';

export const LIST_MEMBERS = etcdctl('member list');
/** What a host is asked: a word on each line for what holds. `isLocked`: once nothing goes on there any more. */
export const standingScript = (host: HostSpec, spec: ClusterSpec, isLocked: boolean): string =>
  `${isLocked ? `${AWAIT_RUNNING} || true\n` : ''}${standingTests(host, spec)}`;

const standingTests = (host: HostSpec, spec: ClusterSpec): string =>
  Object.entries({ member: isMember(host, spec), half: isHalfJoined(host, spec), leaving: IS_LEAVING, etcd: 'test -d /var/lib/etcd/member' })
    .map(([word, test]) => `if ( ${test} ) 2>/dev/null; then echo ${word}; fi`)
    .join('\n');

/**
 * Asked before a run, and again when the hosts are locked (`isLocked`): then what an earlier run left going is waited for, as nobody else starts anything.
 * Where the API does not answer, nobody can tell of nodes.
 * Rejects with RESET_UNFINISHED, FIRST_IS_BARE, CONTROL_PLANE_DELETED, ETCD_MEMBER_LEFT or ETCD_UNKNOWN, which take a person.
 */
export async function standingOf(site: Site, signal: AbortSignal, isLocked = false): Promise<Standing> {
  const { spec } = site.loaded;
  const told = new Map<string, readonly string[]>();
  await site.onAll(async (host) => {
    const self = spec.hosts.find(({ name }) => name === host.name);
    if (self) told.set(host.name, (await host.run(standingScript(self, spec, isLocked), { as: 'root', signal })).stdout.split('\n'));
  });
  const says =
    (word: string) =>
    ({ name }: HostSpec): boolean =>
      told.get(name)?.includes(word) ?? false;
  const isMade = says('member');
  const leaving = spec.hosts.filter(says('leaving'));
  if (leaving.length) throw resetUnfinished(spec, leaving);
  const standing = spec.controlPlanes.filter(isMade);
  // Members of a cluster that is there no more; the next one has other authorities.
  if (!standing.length) return { ...NOTHING_STANDS, deleted: namesOf(spec.workers.filter(isMade)) };
  if (!isMade(spec.first)) throw firstIsBare(spec, standing);
  const nodes = await nodesOfCluster(site.host(spec.first.name), signal).catch(() => undefined);
  signal.throwIfAborted();
  const isGone = (host: HostSpec): boolean => isMade(host) && nodes?.has(host.nodeName) === false;
  const gone = spec.controlPlanes.filter(isGone);
  if (gone.length) throw controlPlanesDeleted(spec.name, gone);
  for (const host of spec.controlPlanes) if (!isMade(host) && !says('etcd')(host)) await demandNoMember(site, host, signal);
  return {
    deleted: namesOf(spec.workers.filter(isGone)),
    halfJoined: namesOf(spec.hosts.filter((host) => says('half')(host) && nodes?.has(host.nodeName))),
  };
}

const namesOf = (hosts: readonly HostSpec[]): ReadonlySet<string> => new Set(hosts.map(({ name }) => name));

/** A host that was made anew has nothing of the member that etcd goes on waiting for. One whose join was cut off has its data, or its member never started. */
async function demandNoMember(site: Site, { name, nodeName, nodeIP }: HostSpec, signal: AbortSignal): Promise<void> {
  const { spec } = site.loaded;
  if (spec.etcd.length) return;
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
      `kubectl -n kube-system exec etcd-${spec.first.nodeName} -- etcdctl ${ETCD_CERTIFICATES} member remove ${id}`,
      `kubectl delete node ${nodeName}, where it is still listed`,
      'then again: ckadet cluster create',
    ],
    exitCode: EXIT.remoteCommand,
  });
}

const membersUnknown = (asked: string, name: string, why: string): AppError =>
  new AppError({
    code: 'ETCD_UNKNOWN',
    what: `whether etcd still counts on an earlier ${name} cannot be told, and nothing was changed`,
    why: `${asked} does not tell its members: ${why}`,
    next: ['see how the cluster is: ckadet cluster status'],
    exitCode: EXIT.remoteCommand,
  });

function resetUnfinished({ name: cluster, hosts }: ClusterSpec, leaving: readonly HostSpec[]): AppError {
  const names = leaving.map(({ name }) => name);
  const some = leaving.every(({ roles }) => !roles.includes('control-plane')) && leaving.length < hosts.length ? ` --hosts ${names.join(',')}` : '';
  return new AppError({
    code: 'RESET_UNFINISHED',
    what: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} taken back in part, and nothing was changed`,
    why: `a reset of ${cluster} was begun there and not ended`,
    next: [`go on with it: ckadet cluster reset${some}`, 'then again: ckadet cluster create'],
    exitCode: EXIT.missingPrerequisite,
  });
}

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
