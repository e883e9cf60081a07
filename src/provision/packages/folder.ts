// A folder of packages for hosts without a network: what is in it, and which versions.
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { isFolder, readText } from '../../platform/files.ts';
import { shellWord } from '../../platform/shell-quote.ts';

/**
 * `SHA256SUMS` names every file. `bin/`: kubeadm, kubelet, kubectl and, where etcd is handled, etcdctl and etcdutl; `containerd/`: its release
 * archive and `runc.ARCH`; `cni/`: the plugins' archive; `debs/` or `rpms/`: packages that a bare host lacks; `images/`: `NAME_TAG.tar` and
 * `kubeadm-images.txt`; `systemd/`: units; `manifests/`: what is applied to the cluster.
 */
export interface PackageFolder {
  readonly path: string;
  /** Paths below it, sorted. */
  readonly files: readonly string[];
  /** `v1.35.4`, of the images; undefined where it does not say. */
  readonly kubernetesVersion: string | undefined;
  /** Hex; undefined for a file that is not listed. */
  sha256(file: string): string | undefined;
}

export const inFolder = (folder: PackageFolder, below: string): readonly string[] => folder.files.filter((file) => file.startsWith(`${below}/`));
/** The one file below `below` whose name matches. Throws PACKAGES_INCOMPLETE where there is none. */
export function fileIn(folder: PackageFolder, below: string, name: RegExp): string {
  const found = inFolder(folder, below).find((file) => name.test(file.slice(below.length + 1)));
  if (found) return found;
  throw new AppError({
    code: 'PACKAGES_INCOMPLETE',
    what: `the folder of packages has nothing like ${below}/${name.source.replaceAll(/[\\^$]/g, '')}`,
    why: `looked in ${folder.path}`,
    next: ['see what it should hold: the README, "Hosts without a network"'],
    exitCode: EXIT.missingPrerequisite,
  });
}

/** Rejects with PACKAGES_NOT_FOUND or PACKAGES_INCOMPLETE. A relative path is taken from `base`, the cluster file's folder. */
export async function loadPackageFolder(path: string, base: string): Promise<PackageFolder> {
  const root = resolve(base, path);
  const sums = await readText(join(root, 'SHA256SUMS'));
  if (sums === undefined) {
    const isThere = await isFolder(root);
    throw new AppError({
      code: 'PACKAGES_NOT_FOUND',
      what: `there is no folder of packages at ${root}`,
      why: isThere ? 'it has no SHA256SUMS, the list of its files' : 'nothing of that name is a folder',
      next: [
        'name the folder in the cluster file: packages.path',
        isThere
          ? `make the list: (cd ${shellWord(root)} && find . -type f ! -name SHA256SUMS -printf "%P\\n" | sort | xargs sha256sum > SHA256SUMS)`
          : 'see what it should hold: the README, "Hosts without a network"',
      ],
      exitCode: EXIT.missingPrerequisite,
    });
  }
  const hashOf = new Map<string, string>();
  for (const line of sums.split('\n')) {
    const [, hash, file] = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/.exec(line) ?? [];
    if (hash && file) hashOf.set(file, hash);
  }
  const there = new Set(await listFiles(root));
  const missing = [...hashOf.keys()].filter((file) => !there.has(file));
  if (missing.length)
    throw new AppError({
      code: 'PACKAGES_INCOMPLETE',
      what: `the folder of packages ${root} is not whole`,
      why: `SHA256SUMS names ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}, which ${missing.length === 1 ? 'is' : 'are'} not there`,
      next: ['copy it again'],
      exitCode: EXIT.missingPrerequisite,
    });
  const images = (await readText(join(root, 'images/kubeadm-images.txt'))) ?? '';
  return {
    path: root,
    files: [...hashOf.keys()].sort(),
    kubernetesVersion: /kube-apiserver:(v\S+)/.exec(images)?.[1],
    sha256: (file) => hashOf.get(file),
  };
}

async function listFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
