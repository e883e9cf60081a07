// What the host is like before anything is done, so that a reset knows which folders were not there.
import { STATE_FOLDER, wasDone } from '../host-state.ts';
import { everyHost, type Phase } from './phase.ts';

const MOUNTS = '/proc/mounts';
const LIST = `${STATE_FOLDER}/new-trees`;
/** Folders that the programs of a node make by themselves. */
const TREES = [
  '/etc/cni',
  '/etc/cni/net.d',
  '/etc/containerd',
  '/etc/containers',
  '/etc/crio',
  '/etc/haproxy',
  '/etc/keepalived',
  '/etc/kubernetes',
  '/opt/cni',
  '/opt/containerd',
  '/usr/libexec/kubernetes',
  '/usr/share/containers',
  '/var/lib/cni',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/crio',
  '/var/lib/etcd',
  '/var/lib/haproxy',
  '/var/lib/kubelet',
  '/var/log/containers',
  '/var/log/pods',
  '/var/run/kubernetes',
  '/run/containerd',
  '/run/containers',
  '/run/crio',
  '/run/flannel',
  '/run/ckadet',
] as const;

const MOUNTED = `mounted() { real=$(readlink -f "$1"); awk -v at="$real" '$2 == at || index($2, at "/") == 1 {print $2}' ${MOUNTS} | sort -r; }`;
/** What is mounted below a tree is let go of, never walked into: it may be somebody's data. */
const REMOVE_TREES = `${MOUNTED}
if [ -f ${LIST} ]; then
  while read -r tree; do
    if [ ! -e "$tree" ]; then continue; fi
    mounted "$tree" | while read -r at; do umount "$(printf '%b' "$at")" || true; done
    left=$(mounted "$tree")
    if [ -n "$left" ]; then echo "still mounted, and so nothing was removed:" >&2; echo "$left" >&2; echo "end what uses it (fuser -vm PATH), then umount PATH" >&2; exit 1; fi
  done < ${LIST}
  while read -r tree; do rm -rf --one-file-system "$tree"; done < ${LIST}
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
  actions: () => [
    {
      kind: 'command',
      id: 'folders',
      says: 'note which folders are not there yet',
      script: `: > ${LIST}
for tree in ${TREES.join(' ')}; do [ -e "$tree" ] || echo "$tree" >> ${LIST}; done
if [ -d ${EMPTY_FOLDER} ]; then touch ${HAD}; fi`,
      unless: wasDone('remember/folders'),
      undo: `${REMOVE_TREES}
if [ -f ${HAD} ] && [ ! -d ${EMPTY_FOLDER} ]; then mkdir -m 755 ${EMPTY_FOLDER}; fi`,
    },
  ],
};
