// Package repositories: where the packages of a Kubernetes minor and of its runtime come from. Pure.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';

export interface Repository {
  /** Of the files that name it on a host. */
  readonly name: string;
  /** Without the `/deb/` or `/rpm/` at its end. */
  readonly url: string;
  /** Packages that an upgrade of the distribution must leave alone. */
  readonly exclude: string;
}

/** What the cluster file says of repositories; nothing where packages come from a folder. */
export type Source = Extract<ClusterSpec['file']['packages'], { readonly source: 'repositories' }>;

const KUBERNETES = 'https://pkgs.k8s.io';
const CRIO = 'https://download.opensuse.org/repositories/isv:/cri-o:/stable:';

export const sourceOf = ({ file }: ClusterSpec): Source | undefined => (file.packages.source === 'repositories' ? file.packages : undefined);

export function repositoriesOf(spec: ClusterSpec): readonly Repository[] {
  const { minor } = spec.version;
  const mirror = sourceOf(spec)?.mirror?.replace(/\/$/, '');
  return [
    { name: 'kubernetes', url: `${mirror ?? KUBERNETES}/core:/stable:/v${minor}`, exclude: 'kubelet kubeadm kubectl cri-tools kubernetes-cni' },
    ...(spec.file.runtime === 'cri-o'
      ? [{ name: 'cri-o', url: `${mirror === undefined ? CRIO : `${mirror}/isv:/cri-o:/stable:`}/v${minor}`, exclude: '' }]
      : []),
  ];
}

/** Addresses that no proxy is asked for: the cluster's own. */
export function noProxyOf(spec: ClusterSpec): string {
  const { podCIDR, serviceCIDR, dnsDomain } = spec.file.networking;
  const own = ['localhost', '127.0.0.1', spec.endpoint.address, ...spec.hosts.map(({ nodeIP }) => nodeIP), podCIDR, serviceCIDR, `.${dnsDomain}`, '.svc'];
  return [...new Set([...own, ...(sourceOf(spec)?.noProxy?.split(',') ?? [])])].join(',');
}
