// What is applied to a cluster and is in no package: pinned releases, from their makers, a mirror, or a folder. Pure.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import type { CommandAction } from '../plan/action.ts';
import { fileIn, type PackageFolder } from './folder.ts';
import { curl } from './proxy.ts';
import { mirrorOf } from './source.ts';

interface Manifest {
  /** As it is called below `manifests/` of a mirror. */
  readonly file: string;
  /** As it may be called below `manifests/` of a folder. */
  readonly inFolder: RegExp;
  /** Where its makers offer it; undefined for what they offer in another form only. */
  readonly url: string | undefined;
}

/** Releases that were tried with the Kubernetes versions of the table. */
const MANIFESTS = {
  flannel: {
    file: 'kube-flannel.yml',
    inFolder: /^kube-flannel\.ya?ml$/,
    url: 'https://github.com/flannel-io/flannel/releases/download/v0.28.4/kube-flannel.yml',
  },
  calico: {
    file: 'calico.yaml',
    inFolder: /^calico\.ya?ml$/,
    url: 'https://raw.githubusercontent.com/projectcalico/calico/v3.31.3/manifests/calico.yaml',
  },
  cilium: { file: 'cilium.yaml', inFolder: /^cilium\.ya?ml$/, url: undefined },
  'metrics-server': {
    file: 'components.yaml',
    inFolder: /^(metrics-server|components)\.ya?ml$/,
    url: 'https://github.com/kubernetes-sigs/metrics-server/releases/download/v0.8.0/components.yaml',
  },
  'local-storage': {
    file: 'local-path-storage.yaml',
    inFolder: /^local-path-storage\.ya?ml$/,
    url: 'https://raw.githubusercontent.com/rancher/local-path-provisioner/v0.0.32/deploy/local-path-storage.yaml',
  },
} as const satisfies Readonly<Record<string, Manifest>>;
export type ManifestName = keyof typeof MANIFESTS;

/** cilium's own installer, which makes the manifest from a chart; by the hash of its archive for each architecture. */
export const CILIUM_CLI = {
  version: 'v0.18.9',
  sha256: {
    amd64: '15978aaf82373b0682aa87ab217848b3fb6e3cd80adad365d34696fe92543923',
    arm64: 'eaa2b3570d3737592ec912505a247173e25fc7bca92d16b32d72b3aca94a743f',
  },
} as const;
export const ciliumCliUrl = (architecture: string): string =>
  `https://github.com/cilium/cilium-cli/releases/download/${CILIUM_CLI.version}/cilium-linux-${architecture}.tar.gz`;

/** Undefined where neither a mirror nor its makers offer it as one file. */
export function manifestUrl(name: ManifestName, spec: ClusterSpec): string | undefined {
  const { file, url } = MANIFESTS[name];
  const mirror = mirrorOf(spec);
  return mirror === undefined ? url : `${mirror}/manifests/${file}`;
}

/** The manifests that a cluster takes from the network. */
export function manifestsOf({ file }: ClusterSpec): readonly ManifestName[] {
  return [file.cni, ...(file.addons.metricsServer ? (['metrics-server'] as const) : []), ...(file.addons.localStorage ? (['local-storage'] as const) : [])];
}

/** Throws PACKAGES_INCOMPLETE where a folder lacks one that the cluster needs. */
export function demandManifests(spec: ClusterSpec, packages: PackageFolder): void {
  for (const name of manifestsOf(spec)) fileIn(packages, 'manifests', MANIFESTS[name].inFolder);
}

/** How a command comes by a manifest: `read` prints it. */
export type ManifestSource = Pick<CommandAction, 'input' | 'why'> & { readonly read: string };

export function manifest(name: ManifestName, spec: ClusterSpec, packages: PackageFolder | undefined): ManifestSource {
  if (packages) return { read: 'cat', input: { file: fileIn(packages, 'manifests', MANIFESTS[name].inFolder) } };
  const url = manifestUrl(name, spec);
  if (url === undefined) throw new Error(`nobody offers ${name} as one file`);
  return { read: curl(url, spec), why: `as ${new URL(url).host} serves it: the release is pinned, but no hash of the file is known to compare it with` };
}
