// The container runtime: containerd and runc, their configuration, the CNI plugins, and crictl's.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { CRI_SOCKET } from '../kubeadm/config.ts';
import { fileIn, type PackageFolder } from '../packages/folder.ts';
import type { Action } from '../plan/action.ts';
import { render } from '../templates.ts';
import { keepPaths, restoreFile } from '../host-state.ts';
import type { HostFacts } from '../survey/facts.ts';
import { usesDocker } from '../packages/repositories.ts';
import { containerdConfig } from './containerd-config.ts';
import { containerdMirrors, crioMirrors } from './image-mirrors.ts';
import { newPackages } from './new-packages.ts';
import { aptInstall, dnfInstall, FRESH_LISTS, isInstalledDeb, PACKAGES_TIMEOUT_MS, WITHOUT_EXCLUDES } from './package-managers.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';
import { enabling, restarting, restartIfActive } from './services.ts';

const CRIO_BRIDGE = '/etc/cni/net.d/11-crio-ipv4-bridge.conflist';
const CONTAINERD_PROGRAMS = ['containerd', 'containerd-shim-runc-v2', 'containerd-stress', 'ctr'].map((name) => `/usr/local/bin/${name}`);

const RUNNING = 'for i in $(seq 60); do ctr version >/dev/null 2>&1 && exit 0; sleep 0.5; done; journalctl -u containerd -n 20 --no-pager >&2; exit 1';

/** The pods that are left, which outlive containerd; containers of others, such as Docker's, are in other namespaces of it. */
const END_PODS = `pids=$(pgrep -f '[c]ontainerd-shim-runc-v2 -namespace k8s.io' || true); [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
awk '$2 ~ "^/run/containerd/(io.containerd.runtime.v2.task/k8s.io|io.containerd.grpc.v1.cri)/|^/run/netns/cni-" {print $2}' /proc/mounts | sort -r | while read -r at; do umount -l "$at" 2>/dev/null || true; done`;
/** One that comes with a package: it was not there before. */
const STOP_CONTAINERD = `systemctl disable --now containerd 2>/dev/null || true
${END_PODS}`;
const ENABLING = enabling('containerd');

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
    return [...(context.packages ? unpacked(context.packages) : fromPackages(context.spec, context.facts(host))), ...configured(context, context.facts(host))];
  },
};

/** From the distribution where it has one that the kubelet works with, else from Docker's repository. */
function fromPackages(spec: ClusterSpec, facts: HostFacts): readonly Action[] {
  const packages = newPackages(facts.distribution, 'containerd', ['/etc/containerd/config.toml']);
  if (facts.distribution === 'redhat')
    return [
      {
        kind: 'command',
        id: 'containerd',
        says: 'install containerd.io from the repository of Docker',
        why: 'distributions like RHEL have no containerd of their own',
        script: packages.noting(dnfInstall(spec, ['containerd.io'])),
        unless: 'rpm -q containerd.io',
        timeoutMs: PACKAGES_TIMEOUT_MS,
        // A package starts its service by itself, so that nothing else stops it.
        undo: packages.removing(STOP_CONTAINERD),
      },
    ];
  const [first, ...others] = usesDocker(spec, facts) ? (['containerd.io'] as const) : (['containerd', 'runc'] as const);
  return [
    {
      kind: 'command',
      id: 'containerd',
      ...(usesDocker(spec, facts)
        ? {
            says: 'install containerd.io from the repository of Docker',
            why: `the kubelet of Kubernetes ${spec.version.minor} works with containerd 2 and newer only, and the distribution has an older one`,
          }
        : { says: 'install the containerd of the distribution' }),
      script: `export DEBIAN_FRONTEND=noninteractive
${FRESH_LISTS}
${packages.noting(aptInstall('--no-install-recommends', first, ...others))}`,
      unless: isInstalledDeb(first),
      timeoutMs: PACKAGES_TIMEOUT_MS,
      // A package starts its service by itself, so that nothing else stops it.
      undo: packages.removing(STOP_CONTAINERD),
    },
  ];
}

function crio(distribution: HostFacts['distribution'], spec: ClusterSpec): readonly Action[] {
  const packages = newPackages(distribution, 'crio', ['/etc/crictl.yaml']);
  return [
    {
      kind: 'command',
      id: 'crio',
      says: 'install CRI-O and crictl',
      script:
        distribution === 'redhat'
          ? `${WITHOUT_EXCLUDES}\n${packages.noting(dnfInstall(spec, ['cri-o', 'cri-tools'], '$free'))}`
          : `export DEBIAN_FRONTEND=noninteractive
${packages.noting(aptInstall('--no-install-recommends', 'cri-o', 'cri-tools'))}`,
      unless: 'command -v crio && command -v crictl',
      timeoutMs: PACKAGES_TIMEOUT_MS,
      undo: packages.removing(),
    },
    {
      kind: 'command',
      id: 'no-bridge',
      says: 'take away the network that comes with CRI-O',
      why: 'pods that start before the pod network is there would get addresses of one node only',
      script: `${keepPaths(CRIO_BRIDGE)}
rm -f ${CRIO_BRIDGE}`,
      // Before CRI-O is there, that it is not there tells nothing.
      unless: `command -v crio && test ! -e ${CRIO_BRIDGE}`,
      undo: restoreFile(CRIO_BRIDGE),
    },
    ...crioMirrors(spec),
    {
      kind: 'file',
      id: 'crio-config',
      says: 'write the configuration of CRI-O',
      path: '/etc/crio/crio.conf.d/20-ckadet.conf',
      content: render('crio/20-ckadet.conf', { pause: spec.version.pause }),
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
      onChangeOf: ['crio', 'no-bridge', 'crio-config', ...crioMirrors(spec).map(({ id }) => id)],
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

/** Which form of configuration: 1 and 2 read `v2`, and Debian and Ubuntu have either. */
function formOf({ spec, packages }: PhaseContext, facts: HostFacts): 'v2' | 'v3' {
  if (packages) return /containerd-1\./.test(fileIn(packages, 'containerd', /^containerd-/)) ? 'v2' : 'v3';
  return usesDocker(spec, facts) ? 'v3' : 'v2';
}

function configured(context: PhaseContext, facts: HostFacts): readonly Action[] {
  const { spec } = context;
  return [
    ...containerdMirrors(spec),
    {
      kind: 'file',
      id: 'containerd-config',
      says: 'write the configuration of containerd',
      path: '/etc/containerd/config.toml',
      content: containerdConfig(formOf(context, facts), spec.version.pause, spec.file.patches.containerd),
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
      ...restarting('containerd'),
      onChangeOf: ['containerd', 'runc', 'containerd-unit', 'containerd-config'],
      afterUndo: restartIfActive('containerd'),
    },
    {
      kind: 'command',
      id: 'enable-containerd',
      says: 'start containerd, now and at boot',
      script: ENABLING.script,
      unless: 'systemctl is-active -q containerd && systemctl is-enabled -q containerd',
      undo: `${ENABLING.undo}\n${END_PODS}`,
    },
    { kind: 'command', id: 'runtime-answers', says: 'wait until the runtime answers', looks: true, script: RUNNING },
  ];
}
