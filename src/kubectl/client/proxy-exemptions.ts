// Which servers are reached without the proxy of the environment: this machine, and those that NO_PROXY lists. Models Go's golang.org/x/net/http/httpproxy
import { containsAddress, isAddress } from '../../kube/machinery/cidr.ts';

const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** `list` is that of NO_PROXY: hosts, domains, addresses, ranges, with ports or without, or `*`. */
export function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const byAddress = isAddress(host);
  if (host === 'localhost' || host === '::1' || (byAddress && containsAddress('127.0.0.0/8', host))) return true;
  const at = port || (PORTS[protocol] ?? '');
  return list
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .some((rule) => rule !== '' && matches(rule, { host, at, byAddress }));
}

function matches(rule: string, { host, at, byAddress }: { readonly host: string; readonly at: string; readonly byAddress: boolean }): boolean {
  if (rule === '*') return true;
  if (rule.includes('/')) return containsAddress(rule, host);
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(rule) ?? [];
  const name = (bracketed ?? plain ?? rule).replace(/^\[|\]$/g, '');
  if (name === '' || (port !== '' && port !== at)) return false;
  if (isAddress(name)) return byAddress && name === host;
  if (byAddress) return false;
  // `*.example.org` and `.example.org` mean what is below it, `example.org` means itself too.
  const domain = name.replace(/^\*(?=\.)/, '');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}
