// kubeadm, kubelet and kubectl on every node, the etcd tools where there is an etcd, and the units of the kubelet.
import type { HostSpec } from '../cluster-file/cluster-spec.ts';
import { hasEtcd } from '../cluster-file/duties.ts';
import { etcdConfig } from '../kubeadm/config.ts';
import { inFolder, type PackageFolder } from '../packages/folder.ts';
import type { Action } from '../plan/action.ts';
import { render } from '../templates.ts';
import { keepPaths, restoreFile, STATE_FOLDER } from '../host-state.ts';
import { ctrEnvironment } from '../packages/image-sources.ts';
import { CERTS_D } from './image-mirrors.ts';
import { newPackages } from './new-packages.ts';
import { aptInstall, dnfInstall, PACKAGES_TIMEOUT_MS, WITHOUT_EXCLUDES } from './package-managers.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';

const ETCD_CONFIG = '/run/ckadet/etcd-image.yaml';
const ETCD_TOOLS = ['etcdctl', 'etcdutl'];
const ETCD_TOOL_PATHS = ETCD_TOOLS.map((name) => `/usr/local/bin/${name}`);
/** Packages that were held before. */
const HOLDS = `${STATE_FOLDER}/holds`;

export const kubernetesBinaries: Phase = {
  info: {
    name: 'kubernetes-binaries',
    title: 'Install kubeadm, kubelet and kubectl',
    explains:
      'The kubelet is the one part of Kubernetes that runs as a service of the host; kubeadm starts all else as pods through it. Until kubeadm has written its configuration, the kubelet restarts again and again: that is as it should be.',
    objective: 'Cluster Architecture, Installation & Configuration: Create and manage Kubernetes clusters using kubeadm',
  },
  hosts: everyHost,
  after: ['package-sources', 'container-runtime'],
  actions: (host, context) => (context.packages ? fromFolder(host, context, context.packages) : fromRepositories(host, context)),
};

const nameOf = (file: string): string => file.slice('bin/'.length);

const STOP = 'systemctl disable --now kubelet 2>/dev/null || true; systemctl stop kubepods.slice 2>/dev/null || true';

const ENABLE: Action = {
  kind: 'command',
  id: 'enable-kubelet',
  says: 'start the kubelet at boot',
  script: 'systemctl daemon-reload && systemctl enable kubelet',
  unless: 'systemctl is-enabled -q kubelet && ! systemctl show -p NeedDaemonReload kubelet | grep -q yes',
  undo: STOP,
};

function fromFolder(host: HostSpec, { spec }: PhaseContext, packages: PackageFolder): readonly Action[] {
  const binaries = inFolder(packages, 'bin').filter((file) => hasEtcd(host, spec) || !ETCD_TOOLS.includes(nameOf(file)));
  const unit = '/etc/systemd/system/kubelet.service';
  return [
    {
      kind: 'upload',
      id: 'binaries',
      says: `bring ${binaries.map(nameOf).join(', ')}`,
      files: binaries.map((from) => ({ from, path: `/usr/local/bin/${nameOf(from)}` })),
      mode: '0755',
    },
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

/** Packages put theirs into /usr/bin, and these would be found first. */
const IN_FRONT = ['kubeadm', 'kubelet', 'kubectl', 'crictl'].map((name) => `/usr/local/bin/${name}`);
const PUT_ASIDE: Action = {
  kind: 'command',
  id: 'put-aside',
  says: 'put aside programs of the same names that would be found before those of the packages',
  script: `${keepPaths(IN_FRONT.join(' '))}
rm -f ${IN_FRONT.join(' ')}`,
  unless: IN_FRONT.map((path) => `test ! -e ${path}`).join(' && '),
  undo: IN_FRONT.map(restoreFile).join('\n'),
};

function fromRepositories(host: HostSpec, context: PhaseContext): readonly Action[] {
  const { spec, facts } = context;
  const { full } = spec.version;
  const version = full.slice(1);
  const names = ['kubelet', 'kubeadm', 'kubectl'];
  const wanted = names.map((name) => `${name}-${version}`);
  // No package asks for it any more.
  const crictl = 'cri-tools';
  const packages = newPackages(facts(host).distribution, 'kubernetes', [`/etc/${facts(host).distribution === 'redhat' ? 'sysconfig' : 'default'}/kubelet`]);
  if (facts(host).distribution === 'redhat')
    return [
      PUT_ASIDE,
      {
        kind: 'command',
        id: 'install',
        says: `install kubelet, kubeadm and kubectl ${version}, and crictl`,
        why: 'the repository excludes them from upgrades of the distribution, which must not upgrade the cluster in passing',
        script: `${WITHOUT_EXCLUDES}
${packages.noting(`${dnfInstall(spec, [...wanted, crictl], '$free')} || {
  code=$?
  there=$(dnf -q list --showduplicates $free kubelet 2>/dev/null | awk '$1 ~ /^kubelet/ {print $2}' | sort -u)
  if ! printf '%s\\n' "$there" | grep -qE '^(.*:)?${version.replaceAll('.', '[.]')}-'; then echo "the repositories do not have ${version}; they have:" $there >&2; fi
  exit $code
}`)}`,
        unless: `rpm -q ${wanted.join(' ')} ${crictl}`,
        timeoutMs: PACKAGES_TIMEOUT_MS,
        undo: packages.removing(STOP),
      },
      ...etcdTools(host, context),
      ENABLE,
    ];
  const isThere = `apt-cache madison kubelet | awk '{print $3}' | grep -q '^${version.replaceAll('.', '[.]')}-'`;
  return [
    PUT_ASIDE,
    {
      kind: 'command',
      id: 'install',
      says: `install kubelet, kubeadm and kubectl ${version} and hold them, and crictl`,
      why: 'an upgrade of the distribution must not upgrade the cluster in passing',
      script: `export DEBIAN_FRONTEND=noninteractive
if [ ! -f ${HOLDS} ]; then apt-mark showhold > ${HOLDS}.new; mv ${HOLDS}.new ${HOLDS}; fi
${packages.noting(`${isThere} || { echo 'the repositories do not have ${version}; they have:' >&2; apt-cache madison kubelet >&2; exit 100; }
${aptInstall('--allow-change-held-packages', ...names.map((name) => `${name}='${version}-*'`), crictl)}`)}
apt-mark hold ${names.join(' ')}`,
      unless: `command -v crictl && kubeadm version -o short 2>/dev/null | grep -qxF ${full} && kubelet --version | grep -qF ${full} && apt-mark showhold | grep -qx kubelet`,
      timeoutMs: PACKAGES_TIMEOUT_MS,
      undo: `for name in ${names.join(' ')}; do grep -qxF "$name" ${HOLDS} 2>/dev/null || apt-mark unhold "$name" >/dev/null 2>&1 || true; done
${packages.removing(STOP)}`,
    },
    ...etcdTools(host, context),
    ENABLE,
  ];
}

/** No distribution has the tools of this etcd: its image has them. */
const etcdTools = (host: HostSpec, { spec, facts }: PhaseContext): readonly Action[] =>
  spec.etcd.includes(host)
    ? [
        {
          kind: 'command',
          id: 'etcd-tools',
          says: 'take etcdctl and etcdutl out of the image of etcd',
          files: [{ path: ETCD_CONFIG, content: etcdConfig(host, spec, facts(host)) }],
          script: `${keepPaths(ETCD_TOOL_PATHS.join(' '))}
image=$(kubeadm config images list --config ${ETCD_CONFIG} 2>/dev/null | grep /etcd:)
${ctrEnvironment(spec)}ctr -n k8s.io images pull --hosts-dir ${CERTS_D} "$image" >/dev/null
mount=$(mktemp -d); ctr -n k8s.io images mount "$image" "$mount" >/dev/null
install -m 755 "$mount"/usr/local/bin/etcdctl "$mount"/usr/local/bin/etcdutl /usr/local/bin/
ctr -n k8s.io images unmount "$mount" >/dev/null; rmdir "$mount"`,
          unless: 'command -v etcdctl && command -v etcdutl',
          undo: ETCD_TOOL_PATHS.map(restoreFile).join('\n'),
        },
      ]
    : [];
