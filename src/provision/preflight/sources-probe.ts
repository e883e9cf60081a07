// What a host finds where packages and images shall come from: one small file of each place is fetched, as the phases would. Nothing is changed.
import { shellQuoted } from '../../platform/shell-quote.ts';
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { imageMirrorsOf } from '../packages/image-sources.ts';
import { ciliumCliUrl, manifestsOf, manifestUrl } from '../packages/manifests.ts';
import { proxyFor } from '../packages/proxy.ts';
import { repositoriesOf } from '../packages/repositories.ts';
import { mirrorOf, sourceOf } from '../packages/source.ts';
import type { Place } from '../survey/distribution.ts';

/** Something small that is there where packages or images are. */
interface Source {
  readonly name: string;
  readonly url: string;
}

const SECONDS = 15;
/** `place KIND NAME URL PROXY` says `NAME CODE STATUS URL`: what curl ended with, or `none` where there is none, and the status of HTTP. */
const ASK = `bundle=
place() {
  if ! command -v curl >/dev/null; then say "$1" "$2 none 0 $3"; return; fi
  status=$(curl -sSL -o /dev/null -w '%{http_code}' -m ${SECONDS} \${bundle:+--cacert "$bundle"} \${4:+--proxy "$4"} "$3" 2>/dev/null); say "$1" "$2 $? $status $3"
}`;

/** What comes on standard input, together with the certificates that the host trusts already. */
const TRUST = `bundle=$(mktemp) && trap 'rm -f "$bundle"' EXIT
{ cat /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt 2>/dev/null; cat; } > "$bundle"`;

/** What the script of probes reads: certificates to trust, which may be more than fits into an argument. */
export const probeInput = (spec: ClusterSpec): string => sourceOf(spec)?.ca ?? '';

/** Where images of the control plane come from, unless a mirror takes its place. */
const KUBERNETES_IMAGES = 'registry.k8s.io';
/** Of the lines that tell of registries; the rest are of packages. */
export const IMAGES = 'images-from';
export const PACKAGES = 'packages-from';

/** A part of the script of probes; empty where packages come from a folder. Of a host that did not tell what it is, `place` is undefined. */
export function sourcesProbe(host: HostSpec, spec: ClusterSpec, place: Place | undefined): readonly string[] {
  const source = sourceOf(spec);
  if (!source) return [];
  const ask =
    (kind: string) =>
    ({ name, url }: Source): string =>
      `place ${kind} ${[name, url, proxyFor(url, spec) ?? ''].map(shellQuoted).join(' ')} &`;
  const repositories = place ? repositoriesOf(spec, place).map(({ name, index }) => ({ name, url: index })) : [];
  return [
    ASK,
    ...(source.ca === undefined ? [] : [TRUST]),
    ...[...repositories, ...(host.name === spec.first.name ? manifests(spec, place?.architecture ?? '') : [])].map(ask(PACKAGES)),
    ...registries(spec).map(ask(IMAGES)),
  ];
}

function registries(spec: ClusterSpec): readonly Source[] {
  const mirrors = imageMirrorsOf(spec);
  const all = mirrors.some(({ registry }) => registry === KUBERNETES_IMAGES)
    ? mirrors
    : [{ registry: KUBERNETES_IMAGES, url: `https://${KUBERNETES_IMAGES}` }, ...mirrors];
  return all.map(({ registry, url }) => ({ name: registry, url: `${new URL(url).origin}/v2/` }));
}

function manifests(spec: ClusterSpec, architecture: string): readonly Source[] {
  const installer = spec.file.cni === 'cilium' && mirrorOf(spec) === undefined ? [{ name: 'cilium', url: `${ciliumCliUrl(architecture)}.sha256sum` }] : [];
  const files = manifestsOf(spec).flatMap((name) => {
    const url = manifestUrl(name, spec);
    return url === undefined ? [] : [{ name, url }];
  });
  return [...files, ...installer];
}
