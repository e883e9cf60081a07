// Images from a folder of packages, for hosts that cannot pull; elsewhere kubeadm's own, pulled before they are needed.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { imagesConfig } from '../kubeadm/config.ts';
import { inFolder, type PackageFolder } from '../packages/folder.ts';
import type { Action } from '../plan/action.ts';
import { everyHost, type Phase } from './phase.ts';

const CONFIG = '/run/ckadet/images.yaml';
const CONTROL_PLANE = /^kube-(apiserver|controller-manager|scheduler)_/;
const NEEDED_BY_ETCD = /^(etcd|pause)_/;

export const containerImages: Phase = {
  info: {
    name: 'container-images',
    title: 'Bring the container images',
    explains:
      'The parts of the control plane are pods, and pods need images. Brought or pulled beforehand, on all hosts at once, they cost no time when kubeadm waits for them, and a registry that cannot be reached is noticed before anything was begun.',
    objective: 'Cluster Architecture, Installation & Configuration: Create and manage Kubernetes clusters using kubeadm',
  },
  hosts: everyHost,
  // kubeadm pulls where no folder brings them.
  after: ['container-runtime', 'kubernetes-binaries'],
  actions: (host, { spec, packages }) => (packages ? imported(host, spec, packages) : pulled(host, spec)),
};

/** Which images of the folder a host runs: no control plane's on workers, and nothing else on hosts of etcd. */
function imagesFor(host: HostSpec, { controlPlanes, etcd }: ClusterSpec, packages: PackageFolder): readonly string[] {
  const tars = inFolder(packages, 'images').filter((file) => file.endsWith('.tar'));
  const name = (file: string): string => file.slice('images/'.length);
  if (etcd.includes(host)) return tars.filter((file) => NEEDED_BY_ETCD.test(name(file)));
  if (controlPlanes.includes(host)) return etcd.length ? tars.filter((file) => !name(file).startsWith('etcd_')) : tars;
  return tars.filter((file) => !CONTROL_PLANE.test(name(file)) && !name(file).startsWith('etcd_'));
}

function imported(host: HostSpec, spec: ClusterSpec, packages: PackageFolder): readonly Action[] {
  return imagesFor(host, spec, packages).map((file) => {
    const [, name = '', tag = ''] = /^images\/(.+)_([^_]+)\.tar$/.exec(file) ?? [];
    return {
      kind: 'command',
      id: `import-${name}-${tag}`.replaceAll(/[^a-z0-9]+/g, '-'),
      says: `import the image ${name}:${tag}`,
      input: { file },
      script: 'ctr -n k8s.io images import -',
      unless: `ctr -n k8s.io images ls -q | grep -qE '(^|/)${name.replaceAll('.', '[.]')}:${tag.replaceAll('.', '[.]')}$'`,
    };
  });
}

function pulled(host: HostSpec, spec: ClusterSpec): readonly Action[] {
  if (!spec.controlPlanes.includes(host)) return [];
  return [
    {
      kind: 'command',
      id: 'pull',
      says: 'pull the images of the control plane',
      files: [{ path: CONFIG, content: imagesConfig(host, spec) }],
      script: `kubeadm config images pull --config ${CONFIG}`,
      unless: `test -f /etc/kubernetes/kubelet.conf`,
      timeoutMs: 900_000,
    },
  ];
}
