// What is reached through the proxy of the cluster file, and what without it. Pure.
import { shellQuoted } from '../../platform/shell-quote.ts';
import { contains, isIP, parseNetwork } from '../cluster-file/addresses.ts';
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { sourceOf } from './source.ts';

const listed = (noProxy: string | undefined): readonly string[] => (noProxy ?? '').split(',').filter((entry) => entry !== '');

/** Addresses that no proxy is asked for: the cluster's own, and those that the cluster file names. */
export function noProxyOf(spec: ClusterSpec): string {
  const { podCIDR, serviceCIDR, dnsDomain } = spec.file.networking;
  const own = ['localhost', '127.0.0.1', spec.endpoint.address, ...spec.hosts.map(({ nodeIP }) => nodeIP), podCIDR, serviceCIDR, `.${dnsDomain}`, '.svc'];
  return [...new Set([...own, ...listed(sourceOf(spec)?.noProxy)])].join(',');
}

/** Names and addresses of `noProxy` that stand for one host each: all that apt understands. */
export const directHosts = (noProxy: string | undefined): readonly string[] => listed(noProxy).filter((entry) => /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(entry));

/** The proxy that a URL is fetched through; undefined where there is none, or not for it. */
export function proxyFor(url: string, spec: ClusterSpec): string | undefined {
  const { proxy, noProxy } = sourceOf(spec) ?? {};
  if (proxy === undefined) return undefined;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return listed(noProxy).some((entry) => covers(entry, host)) ? undefined : proxy;
}

/** As Go and curl read the entries of NO_PROXY. */
function covers(entry: string, host: string): boolean {
  const name = entry.replace(/:\d+$/, '').replace(/^\*?\./, '');
  if (entry === '*' || name === host) return true;
  if (isIP(host)) {
    const network = parseNetwork(entry);
    return network !== undefined && contains(network, host);
  }
  return host.endsWith(`.${name}`);
}

/** A curl that prints what is at a URL, by the proxy that it takes; fails at whatever is no success. */
export function curl(url: string, spec: ClusterSpec): string {
  const proxy = proxyFor(url, spec);
  return `curl -fsSL${proxy === undefined ? '' : ` --proxy ${shellQuoted(proxy)}`} ${shellQuoted(url)}`;
}
