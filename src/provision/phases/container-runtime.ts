// The container runtime: containerd and runc, their configuration, the CNI plugins, and crictl's.
import { fileIn, type PackageFolder } from '../packages/folder.ts';
import type { Action } from '../plan/action.ts';
import { render } from '../templates.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';

export const CONTAINERD_SOCKET = 'unix:///run/containerd/containerd.sock';
const RUNNING = 'for i in $(seq 60); do ctr version >/dev/null 2>&1 && exit 0; sleep 0.5; done; journalctl -u containerd -n 20 --no-pager >&2; exit 1';

export const containerRuntime: Phase = {
  info: {
    name: 'container-runtime',
    title: 'Install the container runtime',
    explains:
      'The kubelet starts no container itself: it asks a runtime over the CRI socket. containerd is that runtime, runc starts the processes, and the CNI plugins connect pods to the network. Its cgroup driver must be systemd, as the kubelet’s is, and its pause image the one that kubeadm expects.',
    objective: 'Cluster Architecture, Installation & Configuration: Understand extension interfaces (CNI, CSI, CRI, etc.)',
  },
  hosts: everyHost,
  after: ['remember'],
  actions: (_host, context) => [...(context.packages ? unpacked(context.packages) : []), ...configured(context)],
};

function unpacked(packages: PackageFolder): readonly Action[] {
  const archive = fileIn(packages, 'containerd', /^containerd-.*\.tar\.gz$/);
  const version = /containerd-(\d[^-]*)-/.exec(archive)?.[1] ?? '';
  const plugins = fileIn(packages, 'cni', /^cni-plugins-.*\.tgz$/);
  const runc = fileIn(packages, 'containerd', /^runc\./);
  return [
    {
      kind: 'command',
      id: 'containerd',
      says: `unpack containerd ${version} into /usr/local`,
      input: { file: archive },
      script: 'tar -C /usr/local -xzf -',
      unless: `/usr/local/bin/containerd --version 2>/dev/null | grep -qF '${version}'`,
      undo: 'cd /usr/local/bin && rm -f containerd containerd-shim-runc-v2 containerd-stress ctr',
    },
    { kind: 'upload', id: 'runc', says: 'bring runc', from: runc, path: '/usr/local/sbin/runc', mode: '0755' },
    {
      kind: 'command',
      id: 'cni-plugins',
      says: 'unpack the CNI plugins into /opt/cni/bin',
      input: { file: plugins },
      script: 'mkdir -p /opt/cni/bin && tar -C /opt/cni/bin -xzf -',
      unless: 'test -x /opt/cni/bin/bridge -a -x /opt/cni/bin/loopback -a -x /opt/cni/bin/portmap',
    },
    {
      kind: 'file',
      id: 'containerd-unit',
      says: 'write the unit of containerd',
      path: '/etc/systemd/system/containerd.service',
      content: render('systemd/containerd.service'),
    },
  ];
}

function configured({ spec, packages }: PhaseContext): readonly Action[] {
  const generation = packages && /containerd-1\./.test(fileIn(packages, 'containerd', /^containerd-/)) ? 'v2' : 'v3';
  return [
    {
      kind: 'file',
      id: 'containerd-config',
      says: 'write the configuration of containerd',
      path: '/etc/containerd/config.toml',
      content: render(`containerd/config-${generation}.toml`, { pause: spec.version.pause, patch: spec.file.patches.containerd.trim() }),
    },
    {
      kind: 'file',
      id: 'crictl',
      says: 'tell crictl where the runtime is',
      path: '/etc/crictl.yaml',
      content: render('containerd/crictl.yaml', { socket: CONTAINERD_SOCKET }),
    },
    {
      kind: 'command',
      id: 'restart-containerd',
      says: 'restart containerd with its configuration',
      script: 'systemctl daemon-reload && systemctl restart containerd',
      onChangeOf: ['containerd', 'runc', 'containerd-unit', 'containerd-config'],
    },
    {
      kind: 'command',
      id: 'enable-containerd',
      says: 'start containerd, now and at boot',
      script: 'systemctl enable --now containerd',
      unless: 'systemctl is-active -q containerd && systemctl is-enabled -q containerd',
      undo: `systemctl disable --now containerd 2>/dev/null || true
pids=$(pgrep -f '[c]ontainerd-shim-runc-v2' || true); [ -z "$pids" ] || kill -KILL $pids
awk '$2 ~ "^/(run|var/lib)/containerd|^/run/netns" {print $2}' /proc/mounts | sort -r | while read -r at; do umount -l "$at" 2>/dev/null || true; done`,
    },
    { kind: 'command', id: 'runtime-answers', says: 'wait until the runtime answers', looks: true, script: RUNNING },
  ];
}
