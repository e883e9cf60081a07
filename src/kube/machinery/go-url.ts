// Addresses as Go's net/url reads them, with its sentences for what is none.
import { parseAddress } from './cel/library/ip-address.ts';
import { CelError } from './cel/values.ts';

export interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}
/** What is wrong with an address. */
export class UrlProblem extends Error {}

const quoted = (text: string): string => JSON.stringify(text);
const HEX = /^%[0-9a-fA-F]{2}/;
/** Bytes that may stand in a host as they are. */
const HOST = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]$/;

/** Throws UrlProblem for `%` that starts no escape. */
export function checkEscapes(text: string, isHost = false): void {
  for (let i = 0; i < text.length; i++) {
    const each = text[i] ?? '';
    if (each === '%') {
      const escape = text.slice(i, i + 3);
      if (!HEX.test(escape)) throw new UrlProblem(`invalid URL escape ${quoted(escape)}`);
      if (isHost && Number.parseInt(escape[1] ?? '0', 16) < 8 && escape !== '%25') throw new UrlProblem(`invalid URL escape ${quoted(escape)}`);
      i += 2;
    } else if (isHost && (each.codePointAt(0) ?? 0) < 128 && !HOST.test(each)) throw new UrlProblem(`invalid character ${quoted(each)} in host name`);
  }
}
export const decoded = (text: string): string =>
  Buffer.concat(
    [...text.matchAll(/%([0-9a-fA-F]{2})|([^%]+)/gsu)].map(([, hex, plain]) => (hex ? Buffer.of(Number.parseInt(hex, 16)) : Buffer.from(plain ?? ''))),
  ).toString();

function checkHost(scheme: string, host: string): void {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new UrlProblem('invalid IP-literal');
  const checkPort = (port: string): void => {
    if (port !== '' && !/^:\d*$/.test(port)) throw new UrlProblem(`invalid port ${quoted(port)} after host`);
  };
  if (bracket === 0) {
    const end = host.lastIndexOf(']');
    if (end < 0) throw new UrlProblem("missing ']' in host");
    checkPort(host.slice(end + 1));
    const address = parseAddress(host.slice(1, end).replace('%25', '%'));
    if (address instanceof CelError) throw new UrlProblem(`invalid host: ${address.message}`);
    if (address.family === 4) throw new UrlProblem('invalid IP-literal');
    return;
  }
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon !== -1) checkPort(host.slice(colon));
  checkEscapes(host, true);
}

/** `isRequest`: only absolute URLs and paths. Throws UrlProblem. */
export function parseUrl(text: string, isRequest: boolean): UrlParts {
  if ([...text].some((each) => each < ' ' || each === '\x7f')) throw new UrlProblem('net/url: invalid control character in URL');
  if (text === '' && isRequest) throw new UrlProblem('empty url');
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' };
  const [, scheme = '', afterScheme = text] = /^([A-Za-z][A-Za-z0-9+\-.]*):(.*)$/s.exec(text) ?? [];
  if (text.startsWith(':')) throw new UrlProblem('missing protocol scheme');
  const [beforeQuery = '', ...queries] = afterScheme.split('?');
  let rest = beforeQuery;
  const query = queries.join('?');
  let host = '';
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { scheme: scheme.toLowerCase(), host, path: '', query };
    if (isRequest) throw new UrlProblem('invalid URI for request');
    if (rest.split('/')[0]?.includes(':')) throw new UrlProblem('first path segment in URL cannot contain colon');
  }
  if ((scheme !== '' || (!isRequest && !rest.startsWith('///'))) && rest.startsWith('//')) {
    const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? [];
    rest = path;
    const at = authority.lastIndexOf('@');
    host = authority.slice(at + 1);
    checkHost(scheme.toLowerCase(), host);
    if (at !== -1 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at))) throw new UrlProblem('net/url: invalid userinfo');
    if (at !== -1) checkEscapes(authority.slice(0, at));
    host = host.startsWith('[') ? host.replace('%25', '%') : decoded(host);
  }
  checkEscapes(rest);
  return { scheme: scheme.toLowerCase(), host, path: rest, query };
}

/** What is wrong with it, in Go's words. */
export function urlProblem(text: string, isRequest: boolean): string | undefined {
  try {
    parseUrl(text, isRequest);
    return undefined;
  } catch (error) {
    if (!(error instanceof UrlProblem)) throw error;
    return `parse ${quoted(text)}: ${error.message}`;
  }
}
