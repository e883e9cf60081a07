// Registries that images are pulled from in place of those that they are named after. The names of images stay, so that manifests of all kinds work unchanged.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { imageMirrorsOf } from '../packages/image-sources.ts';
import type { FileAction } from '../plan/action.ts';
import { render } from '../templates.ts';

/** Where containerd looks for each registry, at every pull. */
export const CERTS_D = '/etc/containerd/certs.d';

export const containerdMirrors = (spec: ClusterSpec): readonly FileAction[] =>
  imageMirrorsOf(spec).map(({ registry, url }) => {
    const { origin, pathname } = new URL(url);
    return {
      kind: 'file',
      id: `mirror-${registry.replaceAll(/[.:]/g, '-')}`,
      says: `have containerd pull images of ${registry} from ${url}`,
      path: `${CERTS_D}/${registry}/hosts.toml`,
      content: render('containerd/hosts.toml', { registry, server: `${origin}/v2${pathname === '/' ? '' : pathname}` }),
    };
  });

export function crioMirrors(spec: ClusterSpec): readonly FileAction[] {
  const mirrors = imageMirrorsOf(spec);
  if (!mirrors.length) return [];
  return [
    {
      kind: 'file',
      id: 'mirrors',
      says: `have CRI-O pull images of ${mirrors.map(({ registry }) => registry).join(', ')} from mirrors`,
      path: '/etc/containers/registries.conf.d/20-ckadet.conf',
      content: render('crio/registries.conf', {
        mirrors: mirrors.map(({ registry, url }) => ({ registry, location: url.replace(/^https?:\/\//, ''), insecure: url.startsWith('http://') })),
      }),
    },
  ];
}
