// Which Kubernetes versions are made, and what each of them asks for: a table, never the network.

interface Release {
  /** The patch that `1.35` alone stands for. */
  readonly patch: number;
  readonly pause: string;
  /** The oldest containerd that its kubelet works with: from 1.36 on it asks the runtime for the cgroup driver, which containerd 1 cannot tell. */
  readonly containerd: 1 | 2;
}

/** Supported minors. The patch is the newest that was known when this was written; a folder of packages has its own. */
const RELEASES: Readonly<Record<string, Release>> = {
  '1.34': { patch: 6, pause: '3.10.1', containerd: 1 },
  '1.35': { patch: 4, pause: '3.10.1', containerd: 1 },
  '1.36': { patch: 1, pause: '3.10.2', containerd: 2 },
  '1.37': { patch: 0, pause: '3.10.2', containerd: 2 },
};
export const MINORS: readonly string[] = Object.keys(RELEASES);

export interface KubernetesVersion {
  /** `1.35` */
  readonly minor: string;
  /** `v1.35.4` */
  readonly full: string;
  /** The tag of the pause image. */
  readonly pause: string;
  /** The oldest major of containerd that works. */
  readonly containerd: 1 | 2;
}

/** Undefined for a minor that is not supported. `found` is the exact version of the packages at hand, which decides the patch of a bare `1.35`. */
export function resolveVersion(written: string, found?: string): KubernetesVersion | undefined {
  const [, minor = '', patch] = /^v?(1\.\d+)(?:\.(\d+))?$/.exec(written) ?? [];
  const release = RELEASES[minor];
  if (!release) return undefined;
  const full = patch === undefined ? (found?.startsWith(`v${minor}.`) ? found : `v${minor}.${release.patch}`) : `v${minor}.${patch}`;
  return { minor, full, pause: release.pause, containerd: release.containerd };
}

/** Of a cluster that was made when its minor was supported: nothing is installed by it any more. */
export function formerVersion(written: string): KubernetesVersion {
  const full = `v${written.replace(/^v/, '')}`;
  return { minor: full.split('.').slice(0, 2).join('.').slice(1), full, pause: '', containerd: 2 };
}

/** Of one that `resolveVersion` does not know. */
export function whyNotSupported(written: string): string {
  const [, minor] = /^v?1\.(\d+)(?:\.\d+)?$/.exec(written) ?? [];
  const range = `ckadet makes ${MINORS[0]} to ${MINORS.at(-1)}`;
  if (minor === undefined) return `is no version that ckadet knows: ${range}, written as 1.35 or 1.35.4`;
  return `is too ${Number(minor) < Number(MINORS[0]?.slice(2)) ? 'old' : 'new'}: ${range}`;
}
