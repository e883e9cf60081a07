// What the host is like before anything is done, so that a reset knows which folders were not there.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { balances, hasEtcd } from '../cluster-file/duties.ts';
import { STATE_FOLDER, wasDone } from '../host-state.ts';
import { everyHost, type Phase } from './phase.ts';

const MOUNTS = '/proc/mounts';
const LIST = `${STATE_FOLDER}/new-trees`;
/** Of the trees in it, what packages have there when they are taken back, and those that go. */
const PACKAGED = `${STATE_FOLDER}/packaged`;
const GOING = `${STATE_FOLDER}/going-trees`;

/** Folders that the programs of every node make by themselves. */
const TREES = [
  '/etc/cni',
  '/etc/cni/net.d',
  '/etc/kubernetes',
  '/opt/cni',
  '/usr/libexec/kubernetes',
  '/var/lib/cni',
  '/var/lib/kubelet',
  '/var/log/containers',
  '/var/log/pods',
  '/var/run/kubernetes',
  '/run/flannel',
  '/run/ckadet',
] as const;
const OF_RUNTIME: Readonly<Record<ClusterSpec['file']['runtime'], readonly string[]>> = {
  containerd: ['/etc/containerd', '/opt/containerd', '/var/lib/containerd', '/run/containerd'],
  'cri-o': ['/etc/containers', '/etc/crio', '/usr/share/containers', '/var/lib/containers', '/var/lib/crio', '/run/containers', '/run/crio'],
};
const OF_BALANCERS = ['/etc/haproxy', '/etc/keepalived', '/var/lib/haproxy'] as const;

/** Only of what runs there: what another program makes later is its own. */
const treesOf = (host: HostSpec, spec: ClusterSpec): readonly string[] => [
  ...TREES,
  ...OF_RUNTIME[spec.file.runtime],
  ...(hasEtcd(host, spec) ? ['/var/lib/etcd'] : []),
  ...(balances(host, spec) ? OF_BALANCERS : []),
];

/** Packages that came with the cluster are gone by then: those that are left are the owner's. A package of rpm may have files in a folder that is nobody's. */
const CHOOSE_TREES = `{ xargs dpkg -S < ${LIST} 2>/dev/null | sed 's/^.*: //'; rpm -qal 2>/dev/null; } > ${PACKAGED} || true
: > ${GOING}
while read -r tree; do
  if [ ! -e "$tree" ]; then continue; fi
  if awk -v tree="$tree" '$0 == tree || index($0, tree "/") == 1 {found = 1; exit} END {exit !found}' ${PACKAGED}; then echo "$tree is of an installed package now, and stays"
  else echo "$tree" >> ${GOING}; fi
done < ${LIST}`;

const MOUNTED = `mounted() { real=$(readlink -f "$1"); awk -v at="$real" '$2 == at || index($2, at "/") == 1 {print $2}' ${MOUNTS} | sort -r; }`;
/** What is mounted below a tree is let go of, never walked into: it may be somebody's data. */
const REMOVE_TREES = `${MOUNTED}
if [ -f ${LIST} ]; then
${CHOOSE_TREES}
  while read -r tree; do
    if [ ! -e "$tree" ]; then continue; fi
    mounted "$tree" | while read -r at; do umount "$(printf '%b' "$at")" || true; done
    left=$(mounted "$tree")
    if [ -n "$left" ]; then echo "still mounted, and so nothing was removed:" >&2; echo "$left" >&2; echo "end what uses it (fuser -vm PATH), then umount PATH" >&2; exit 1; fi
  done < ${GOING}
  while read -r tree; do rm -rf --one-file-system "$tree"; done < ${GOING}
fi`;

/** A package that had something in it takes it away when it is empty again, though nobody's package brought it. */
const EMPTY_FOLDER = '/opt';
const HAD = `${STATE_FOLDER}/had-opt`;

export const remember: Phase = {
  info: {
    name: 'remember',
    title: 'Remember what is there',
    explains:
      'Notes on each host which folders of Kubernetes and its runtime are not there yet, so that `reset` can return the host to what it was and leaves alone what was there before.',
    objective: 'Cluster Architecture, Installation & Configuration: Manage the lifecycle of Kubernetes clusters',
  },
  hosts: everyHost,
  after: [],
  actions: (host, { spec }) => [
    {
      kind: 'command',
      id: 'folders',
      says: 'note which folders are not there yet',
      script: `mkdir -p -m 700 ${STATE_FOLDER}
: > ${LIST}
for tree in ${treesOf(host, spec).join(' ')}; do [ -e "$tree" ] || echo "$tree" >> ${LIST}; done
if [ -d ${EMPTY_FOLDER} ]; then touch ${HAD}; fi`,
      unless: wasDone('remember/folders'),
      undo: `${REMOVE_TREES}
if [ -f ${HAD} ] && [ ! -d ${EMPTY_FOLDER} ]; then mkdir -m 755 ${EMPTY_FOLDER}; fi`,
    },
  ],
};
