// The container runtime: containerd and runc, their configuration, the CNI plugins, and crictl's.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { CRI_SOCKET } from '../kubeadm/config.ts';
import { fileIn, type PackageFolder } from '../packages/folder.ts';
import type { Action } from '../plan/action.ts';
import { render } from '../templates.ts';
import { keepPaths, restoreFile } from '../host-state.ts';
import type { HostFacts } from '../survey/facts.ts';
import { newPackages } from './new-packages.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';
import { restartIfActive } from './services.ts';

const DOCKER_REPO = '/etc/yum.repos.d/docker-ce.repo';
const CONTAINERD_PROGRAMS = ['containerd', 'containerd-shim-runc-v2', 'containerd-stress', 'ctr'].map((name) => `/usr/local/bin/${name}`);

const RUNNING = 'for i in $(seq 60); do ctr version >/dev/null 2>&1 && exit 0; sleep 0.5; done; journalctl -u containerd -n 20 --no-pager >&2; exit 1';

export const containerRuntime: Phase = {
  info: {
    name: 'container-runtime',
    title: 'Install the container runtime',
    explains:
      'The kubelet starts no container itself: it asks a runtime, containerd or CRI-O, over the CRI socket. runc starts the processes, and the CNI plugins connect pods to the network. Its cgroup driver must be systemd, as the kubelet’s is, and its pause image the one that kubeadm expects.',
    objective: 'Cluster Architecture, Installation & Configuration: Understand extension interfaces (CNI, CSI, CRI, etc.)',
  },
  hosts: everyHost,
  after: ['package-sources'],
  actions(host, context) {
    if (context.spec.file.runtime === 'cri-o') return crio(context.facts(host).distribution, context.spec);
    return [...(context.packages ? unpacked(context.packages) : fromDistribution(context.facts(host).distribution)), ...configured(context)];
  },
};

function fromDistribution(distribution: HostFacts['distribution']): readonly Action[] {
  const packages = newPackages(distribution, 'containerd');
  return distribution === 'redhat'
    ? [
        {
          kind: 'command',
          id: 'containerd',
          says: 'install containerd.io from the repository of Docker',
          why: 'distributions like RHEL have no containerd of their own',
          script: `${keepPaths(DOCKER_REPO)}
${packages.noting(`dnf install -y -q dnf-plugins-core
dnf config-manager --add-repo https://download.docker.com/linux/centos/docker-ce.repo || dnf config-manager addrepo --from-repofile=https://download.docker.com/linux/centos/docker-ce.repo
dnf install -y -q containerd.io`)}`,
          unless: 'rpm -q containerd.io',
          undo: `${packages.removing()}
${restoreFile(DOCKER_REPO)}`,
        },
      ]
    : [
        {
          kind: 'command',
          id: 'containerd',
          says: 'install the containerd of the distribution',
          script: packages.noting('DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends containerd runc'),
          unless: "dpkg-query -W -f '${db:Status-Abbrev}' containerd 2>/dev/null | grep -q '^[ih]i'",
          undo: packages.removing(),
        },
      ];
}

function crio(distribution: HostFacts['distribution'], spec: ClusterSpec): readonly Action[] {
  const packages = newPackages(distribution, 'crio');
  return [
    {
      kind: 'command',
      id: 'crio',
      says: 'install CRI-O',
      script: packages.noting(
        distribution === 'redhat' ? 'dnf install -y -q cri-o' : 'DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends cri-o',
      ),
      unless: 'command -v crio',
      undo: packages.removing(),
    },
    {
      kind: 'file',
      id: 'crio-config',
      says: 'write the configuration of CRI-O',
      path: '/etc/crio/crio.conf.d/10-ckadet.conf',
      content: render('crio/10-ckadet.conf', { pause: spec.version.pause }),
    },
    {
      kind: 'file',
      id: 'crictl',
      says: 'tell crictl where the runtime is',
      path: '/etc/crictl.yaml',
      content: render('containerd/crictl.yaml', { socket: CRI_SOCKET['cri-o'] }),
    },
    {
      kind: 'command',
      id: 'restart-crio',
      says: 'restart CRI-O with its configuration',
      script: 'systemctl daemon-reload && systemctl restart crio',
      onChangeOf: ['crio', 'crio-config'],
      afterUndo: restartIfActive('crio'),
    },
    {
      kind: 'command',
      id: 'enable-crio',
      says: 'start CRI-O, now and at boot',
      script: 'systemctl enable --now crio',
      unless: 'systemctl is-active -q crio && systemctl is-enabled -q crio',
      undo: 'systemctl disable --now crio 2>/dev/null || true',
    },
    {
      kind: 'command',
      id: 'runtime-answers',
      says: 'wait until the runtime answers',
      looks: true,
      script: 'for i in $(seq 60); do crictl info >/dev/null 2>&1 && exit 0; sleep 0.5; done; journalctl -u crio -n 20 --no-pager >&2; exit 1',
    },
  ];
}

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
      script: `${keepPaths(CONTAINERD_PROGRAMS.join(' '))}
tar -C /usr/local -xzf -`,
      unless: `/usr/local/bin/containerd --version 2>/dev/null | grep -qF '${version}'`,
      undo: CONTAINERD_PROGRAMS.map(restoreFile).join('\n'),
    },
    { kind: 'upload', id: 'runc', says: 'bring runc', files: [{ from: runc, path: '/usr/local/sbin/runc' }], mode: '0755' },
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
  // Distributions have containerd 1, and 2 still reads its form.
  const generation = !packages || /containerd-1\./.test(fileIn(packages, 'containerd', /^containerd-/)) ? 'v2' : 'v3';
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
      content: render('containerd/crictl.yaml', { socket: CRI_SOCKET.containerd }),
    },
    {
      kind: 'command',
      id: 'restart-containerd',
      says: 'restart containerd with its configuration',
      script: 'systemctl daemon-reload && systemctl restart containerd',
      onChangeOf: ['containerd', 'runc', 'containerd-unit', 'containerd-config'],
      afterUndo: restartIfActive('containerd'),
    },
    {
      kind: 'command',
      id: 'enable-containerd',
      says: 'start containerd, now and at boot',
      script: 'systemctl enable --now containerd',
      unless: 'systemctl is-active -q containerd && systemctl is-enabled -q containerd',
      undo: `systemctl disable --now containerd 2>/dev/null || true
pids=$(pgrep -f '[c]ontainerd-shim-runc-v2' || true); [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
awk '$2 ~ "^/(run|var/lib)/containerd|^/run/netns" {print $2}' /proc/mounts | sort -r | while read -r at; do umount -l "$at" 2>/dev/null || true; done`,
    },
    { kind: 'command', id: 'runtime-answers', says: 'wait until the runtime answers', looks: true, script: RUNNING },
  ];
}
