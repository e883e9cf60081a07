// A manifest, applied on the first control plane. Pure.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import type { PackageFolder } from '../packages/folder.ts';
import { manifest, type ManifestName } from '../packages/manifests.ts';
import type { CommandAction } from '../plan/action.ts';
import { KUBECTL } from './kubectl-on-host.ts';

interface Applied {
  readonly spec: ClusterSpec;
  readonly packages: PackageFolder | undefined;
  readonly unless: string;
  /** What the manifest goes through before, such as a sed; it reads standard input. */
  readonly filter?: string;
}

export function applyManifest(name: ManifestName, { spec, packages, unless, filter }: Applied): CommandAction {
  const { read, ...source } = manifest(name, spec, packages);
  return {
    kind: 'command',
    id: name,
    says: `install ${name}`,
    ...source,
    // Whole before anything of it is applied: a pipe would hide that reading it broke off.
    script: `file=$(mktemp /run/ckadet-manifest.XXXXXX); trap 'rm -f "$file"' EXIT; trap 'exit 1' HUP INT TERM
${read} > "$file"
${filter === undefined ? `${KUBECTL} apply -f "$file"` : `${filter} < "$file" | ${KUBECTL} apply -f -`}`,
    unless,
  };
}
