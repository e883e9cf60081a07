// URLs in rules. Models apiserver/pkg/cel/library/urls.go and Go's net/url
import { structNamed, type CelType } from '../types.ts';
import { CelError, Opaque, PlainList, PlainMap, type Value } from '../values.ts';
import { failure, typed, type Implementations } from './implementation.ts';
import { parseAddress } from './ip-address.ts';

interface Parts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}
class UrlProblem extends Error {}

const quoted = (text: string): string => JSON.stringify(text);
const HEX = /^%[0-9a-fA-F]{2}/;
/** Bytes that may stand in a host as they are. */
const HOST = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]$/;
const PATH = /^[A-Za-z0-9\-_.~$&+,/:;=@]$/;
const ENCODED_PATH = /^(?:[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]|%[0-9a-fA-F]{2})*$/;

function checkEscapes(text: string, isHost = false): void {
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
const decoded = (text: string): string =>
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

/** `isRequest`: only absolute URLs and paths. */
function parseUrl(text: string, isRequest: boolean): Parts {
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

function withoutFragment(text: string): string {
  const hash = text.indexOf('#');
  return hash === -1 ? text : text.slice(0, hash);
}
const escapedPath = (path: string): string =>
  ENCODED_PATH.test(path)
    ? path
    : [...Buffer.from(decoded(path))]
        .map((byte) =>
          byte < 128 && PATH.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .join('');

const URL_TYPE = structNamed('kubernetes.URL');
export class Url extends Opaque {
  readonly type: CelType = URL_TYPE;
  readonly text: string;
  readonly parts: Parts;
  constructor(text: string, parts: Parts) {
    super();
    this.text = text;
    this.parts = parts;
  }
  equals(other: Value): Value {
    return other instanceof Url ? other.text === this.text : failure('no such overload');
  }
  override toString(): string {
    return this.text;
  }
}

/** What is wrong with it, in Go's words. */
export function uriProblem(text: string): string | undefined {
  try {
    parseUrl(text, true);
    return undefined;
  } catch (error) {
    if (!(error instanceof UrlProblem)) throw error;
    return `parse ${quoted(text)}: ${error.message}`;
  }
}
function toUrl(text: string): Url | CelError {
  const wrong = uriProblem(text);
  if (wrong !== undefined) return failure(`URL parse error during conversion from string: ${wrong}`);
  try {
    return new Url(text, parseUrl(withoutFragment(text), false));
  } catch (error) {
    if (!(error instanceof UrlProblem)) throw error;
    return failure(`URL parse error during conversion from string: parse ${quoted(text)}: ${error.message}`);
  }
}

const portOf = (host: string): string => /^(?:\[.*\]|[^:[\]]*(?::(?=.*:)[^:]*)*):(\d*)$/.exec(host)?.[1] ?? '';
function hostnameOf(host: string): string {
  const port = /:\d*$/.exec(host)?.[0];
  const name = port !== undefined && (host.startsWith('[') ? host.endsWith(`]${port}`) : true) ? host.slice(0, -port.length) : host;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

function queryOf(query: string): Value {
  const found = new Map<string, string[]>();
  const read = (text: string): string | undefined => {
    try {
      checkEscapes(text);
      return decoded(text.replaceAll('+', ' '));
    } catch (error) {
      if (error instanceof UrlProblem) return undefined;
      throw error;
    }
  };
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';')) continue;
    const equals = part.indexOf('=');
    const key = read(equals === -1 ? part : part.slice(0, equals));
    const value = read(equals === -1 ? '' : part.slice(equals + 1));
    if (key !== undefined && value !== undefined) found.set(key, [...(found.get(key) ?? []), value]);
  }
  return new PlainMap([...found].map(([key, values]) => [key, new PlainList(values)] as const));
}

export const URLS: Implementations = {
  string_to_url: typed(toUrl),
  is_url_string: typed((text: string) => uriProblem(text) === undefined),
  url_get_scheme: typed((url: Url) => url.parts.scheme),
  url_get_host: typed((url: Url) => url.parts.host),
  url_get_hostname: typed((url: Url) => hostnameOf(url.parts.host)),
  url_get_port: typed((url: Url) => portOf(url.parts.host)),
  url_get_escaped_path: typed((url: Url) => escapedPath(url.parts.path)),
  url_get_query: typed((url: Url) => queryOf(url.parts.query)),
};
