// Package repositories: where the packages of a Kubernetes minor and of its runtime come from. Pure.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import type { Place } from '../survey/distribution.ts';
import { mirrorOf, sourceOf } from './source.ts';

/** One as a host reaches it. */
export interface Repository {
  /** Of the files that name it on a host. */
  readonly name: string;
  /** What follows the options in a line of apt, or the baseurl of dnf. */
  readonly location: string;
  /** The URL of the key that signs its packages. */
  readonly key: string;
  /** The URL of something small that is there where the repository is. */
  readonly index: string;
  /** Packages that an upgrade of the distribution must leave alone. */
  readonly exclude: string;
}

const KUBERNETES = 'https://pkgs.k8s.io';
const CRIO = 'https://download.opensuse.org/repositories/isv:/cri-o:/stable:';
const DOCKER = 'https://download.docker.com/linux';

/** Whether containerd comes from Docker's repository: distributions like RHEL have none, and Debian's and Ubuntu's are too old for newer kubelets. */
export const usesDocker = ({ file, version }: ClusterSpec, { distribution }: Pick<Place, 'distribution'>): boolean =>
  file.runtime === 'containerd' && (distribution === 'redhat' || version.containerd > 1);

export function repositoriesOf(spec: ClusterSpec, place: Place): readonly Repository[] {
  if (!sourceOf(spec)) return [];
  const { minor } = spec.version;
  const mirror = mirrorOf(spec);
  const kubernetes = { name: 'kubernetes', exclude: 'kubelet kubeadm kubectl cri-tools kubernetes-cni' };
  return [
    flat(kubernetes, `${mirror ?? KUBERNETES}/core:/stable:/v${minor}`, place),
    ...(spec.file.runtime === 'cri-o'
      ? [flat({ name: 'cri-o', exclude: '' }, `${mirror === undefined ? CRIO : `${mirror}/isv:/cri-o:/stable:`}/v${minor}`, place)]
      : []),
    ...(usesDocker(spec, place) ? [docker(mirror === undefined ? DOCKER : `${mirror}/docker/linux`, place)] : []),
  ];
}

type Named = Pick<Repository, 'name' | 'exclude'>;

/** As the build service of openSUSE lays them out. */
const flat = (named: Named, url: string, { distribution }: Place): Repository =>
  distribution === 'redhat'
    ? { ...named, location: `${url}/rpm/`, key: `${url}/rpm/repodata/repomd.xml.key`, index: `${url}/rpm/repodata/repomd.xml` }
    : { ...named, location: `${url}/deb/ /`, key: `${url}/deb/Release.key`, index: `${url}/deb/InRelease` };

function docker(base: string, { distribution, family, codename }: Place): Repository {
  const url = `${base}/${family}`;
  const named = { name: 'docker', exclude: '', key: `${url}/gpg` };
  // Which release it is, only dnf knows.
  return distribution === 'redhat'
    ? { ...named, location: `${url}/$releasever/$basearch/stable`, index: named.key }
    : { ...named, location: `${url} ${codename} stable`, index: `${url}/dists/${codename}/InRelease` };
}
