// Files of one volume that lie over each other. Models kubernetes/pkg/api/pod/warnings.go (warningsForOverlappingVirtualPaths)
import type { KeyToPath, Volume, VolumeProjection } from '../../../../kube/api/core-v1.ts';

interface Source {
  readonly path: string;
  readonly source: string;
}
const shown = ({ path, source }: Source): string => (source ? `${JSON.stringify(path)} (${source})` : JSON.stringify(path));

function overlaps(all: readonly Source[], { path, source }: Source): Source[] {
  if (path === '') return [];
  return all.filter(
    (each) =>
      each.path !== '' && ((each.path === path && each.source === source) || `${each.path}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${each.path}/`)),
  );
}

function collisions(sources: readonly Source[]): string[] {
  const seen: Source[] = [];
  return sources.flatMap((given) => {
    const each = { ...given, path: given.path.replace(/\/+$/, '') };
    const found = overlaps(seen, each).map((other) => `${shown(each)} with ${shown(other)}`);
    seen.push(each);
    return found;
  });
}

const pathsOf = (items: readonly Pick<KeyToPath, 'path'>[] | undefined, source: string): Source[] => (items ?? []).map(({ path = '' }) => ({ path, source }));

function projectedPaths({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): Source[] {
  if (configMap?.items) return pathsOf(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? '')}`);
  if (secret?.items) return pathsOf(secret.items, `Secret ${JSON.stringify(secret.name ?? '')}`);
  if (downwardAPI?.items) return pathsOf(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? [{ path: serviceAccountToken.path ?? '', source: 'ServiceAccountToken' }] : [];
}

export function warningsForOverlappingPaths(volumes: readonly Volume[]): string[] {
  return volumes.flatMap(({ name, configMap, secret, downwardAPI, projected }) => {
    const warn = (what: string, found: readonly string[]): string[] =>
      found.map((each) => `volume ${JSON.stringify(name)} (${what}): overlapping paths: ${each}`);
    const sources = projected?.sources ?? [];
    return [
      ...(configMap ? warn(`ConfigMap ${JSON.stringify(configMap.name ?? '')}`, collisions(pathsOf(configMap.items, ''))) : []),
      ...(secret ? warn(`Secret ${JSON.stringify(secret.secretName ?? '')}`, collisions(pathsOf(secret.items, ''))) : []),
      ...(downwardAPI ? warn('DownwardAPI', collisions(pathsOf(downwardAPI.items, ''))) : []),
      ...sources.filter((each) => !Object.values(each).some(Boolean)).map(() => `volume ${JSON.stringify(name)} (Projected) has no sources provided`),
      ...warn('Projected', collisions(sources.flatMap(projectedPaths))),
    ];
  });
}
