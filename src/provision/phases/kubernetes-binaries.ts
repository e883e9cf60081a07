// kubeadm, kubelet and kubectl on every node, the etcd tools where there is an etcd, and the units of the kubelet.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { inFolder, type PackageFolder } from '../packages/folder.ts';
import type { Action } from '../plan/action.ts';
import { render } from '../templates.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';

const ETCD_TOOLS = ['etcdctl', 'etcdutl'];
const hasEtcd = (host: HostSpec, { controlPlanes, etcd }: ClusterSpec): boolean => etcd.includes(host) || (etcd.length === 0 && controlPlanes.includes(host));

export const kubernetesBinaries: Phase = {
  info: {
    name: 'kubernetes-binaries',
    title: 'Install kubeadm, kubelet and kubectl',
    explains:
      'The kubelet is the one part of Kubernetes that runs as a service of the host; kubeadm starts all else as pods through it. Until kubeadm has written its configuration, the kubelet restarts again and again: that is as it should be.',
    objective: 'Cluster Architecture, Installation & Configuration: Create and manage Kubernetes clusters using kubeadm',
  },
  hosts: everyHost,
  after: ['remember'],
  actions: (host, context) => (context.packages ? fromFolder(host, context, context.packages) : fromRepositories(host, context)),
};

const ENABLE: Action = {
  kind: 'command',
  id: 'enable-kubelet',
  says: 'start the kubelet at boot',
  script: 'systemctl daemon-reload && systemctl enable kubelet',
  unless: 'systemctl is-enabled -q kubelet && ! systemctl show -p NeedDaemonReload kubelet | grep -q yes',
  undo: 'systemctl disable --now kubelet 2>/dev/null || true; systemctl stop kubepods.slice 2>/dev/null || true',
};

function fromFolder(host: HostSpec, { spec }: PhaseContext, packages: PackageFolder): readonly Action[] {
  const binaries = inFolder(packages, 'bin').filter((file) => hasEtcd(host, spec) || !ETCD_TOOLS.includes(file.slice('bin/'.length)));
  const unit = '/etc/systemd/system/kubelet.service';
  return [
    ...binaries.map((from) => {
      const name = from.slice('bin/'.length);
      return { kind: 'upload' as const, id: name, says: `bring ${name}`, from, path: `/usr/local/bin/${name}`, mode: '0755' };
    }),
    { kind: 'file', id: 'kubelet-unit', says: 'write the unit of the kubelet', path: unit, content: render('systemd/kubelet.service') },
    {
      kind: 'file',
      id: 'kubelet-drop-in',
      says: 'connect the unit with what kubeadm writes',
      path: `${unit}.d/10-kubeadm.conf`,
      content: render('systemd/10-kubeadm.conf'),
    },
    ENABLE,
  ];
}

function fromRepositories(host: HostSpec, { spec, facts }: PhaseContext): readonly Action[] {
  const { minor, full } = spec.version;
  const source = spec.file.packages.source === 'repositories' ? spec.file.packages : undefined;
  const base = `${source?.mirror ?? 'https://pkgs.k8s.io'}/core:/stable:/v${minor}`;
  const version = full.slice(1);
  if (facts(host).distribution === 'redhat')
    return [
      {
        kind: 'file',
        id: 'repository',
        says: 'name the package repository of Kubernetes',
        path: '/etc/yum.repos.d/kubernetes.repo',
        content: render('kubernetes/kubernetes.repo', { base, proxy: source?.proxy ?? '' }),
      },
      {
        kind: 'command',
        id: 'install',
        says: `install kubelet, kubeadm and kubectl ${version}`,
        script: `dnf install -y -q --setopt=disable_excludes=kubernetes kubelet-${version} kubeadm-${version} kubectl-${version}`,
        unless: `rpm -q kubelet-${version} kubeadm-${version} kubectl-${version}`,
        undo: 'dnf remove -y -q kubelet kubeadm kubectl',
      },
      ENABLE,
    ];
  return [
    {
      kind: 'command',
      id: 'key',
      says: 'fetch the key of the package repository',
      script: `install -d -m 755 /etc/apt/keyrings
curl -fsSL${source?.proxy ? ` --proxy '${source.proxy}'` : ''} '${base}/deb/Release.key' | gpg --batch --yes --dearmor -o /etc/apt/keyrings/kubernetes-apt-keyring.gpg`,
      unless: 'test -s /etc/apt/keyrings/kubernetes-apt-keyring.gpg',
      undo: 'rm -f /etc/apt/keyrings/kubernetes-apt-keyring.gpg',
    },
    {
      kind: 'file',
      id: 'repository',
      says: 'name the package repository of Kubernetes',
      path: '/etc/apt/sources.list.d/kubernetes.list',
      content: render('kubernetes/kubernetes.list', { base }),
    },
    {
      kind: 'command',
      id: 'install',
      says: `install kubelet, kubeadm and kubectl ${version}, and hold them`,
      why: 'an upgrade of the distribution must not upgrade the cluster in passing',
      script: `export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --allow-change-held-packages kubelet='${version}-*' kubeadm='${version}-*' kubectl='${version}-*'
apt-mark hold kubelet kubeadm kubectl`,
      unless: `kubeadm version -o short 2>/dev/null | grep -qxF ${full} && kubelet --version | grep -qF ${full} && apt-mark showhold | grep -qx kubelet`,
      undo: 'apt-mark unhold kubelet kubeadm kubectl; DEBIAN_FRONTEND=noninteractive apt-get purge -y -q kubelet kubeadm kubectl',
    },
    ENABLE,
  ];
}
