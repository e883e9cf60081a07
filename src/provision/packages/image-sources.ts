// Where images are pulled from: mirrors of registries, and the proxy in between. Pure.
import { shellQuoted } from '../../platform/shell-quote.ts';
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { noProxyOf } from './proxy.ts';
import { sourceOf } from './source.ts';

interface ImageMirror {
  readonly registry: string;
  /** Without a slash at its end. */
  readonly url: string;
}

export const imageMirrorsOf = (spec: ClusterSpec): readonly ImageMirror[] =>
  Object.entries(sourceOf(spec)?.imageMirrors ?? {}).map(([registry, url]) => ({ registry, url: url.replace(/\/$/, '') }));

/** For ctr, which unlike the kubelet may pull by itself. */
export function ctrEnvironment(spec: ClusterSpec): string {
  const proxy = sourceOf(spec)?.proxy;
  return proxy === undefined ? '' : `HTTP_PROXY=${shellQuoted(proxy)} HTTPS_PROXY=${shellQuoted(proxy)} NO_PROXY=${shellQuoted(noProxyOf(spec))} `;
}
