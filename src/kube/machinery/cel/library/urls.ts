// URLs in rules. Models apiserver/pkg/cel/library/urls.go and Go's net/url
import { checkEscapes, decoded, parseUrl, UrlProblem, urlProblem, type UrlParts } from '../../go-url.ts';
import { structNamed, type CelType } from '../types.ts';
import { type CelError, Opaque, PlainList, PlainMap, type Value } from '../values.ts';
import { failure, typed, type Implementations } from './implementation.ts';

const PATH = /^[A-Za-z0-9\-_.~$&+,/:;=@]$/;
const ENCODED_PATH = /^(?:[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]|%[0-9a-fA-F]{2})*$/;
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
  readonly parts: UrlParts;
  constructor(text: string, parts: UrlParts) {
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

function toUrl(text: string): Url | CelError {
  const wrong = urlProblem(text, true);
  if (wrong !== undefined) return failure(`URL parse error during conversion from string: ${wrong}`);
  try {
    return new Url(text, parseUrl(withoutFragment(text), false));
  } catch (error) {
    if (!(error instanceof UrlProblem)) throw error;
    return failure(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: ${error.message}`);
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
  is_url_string: typed((text: string) => urlProblem(text, true) === undefined),
  url_get_scheme: typed((url: Url) => url.parts.scheme),
  url_get_host: typed((url: Url) => url.parts.host),
  url_get_hostname: typed((url: Url) => hostnameOf(url.parts.host)),
  url_get_port: typed((url: Url) => portOf(url.parts.host)),
  url_get_escaped_path: typed((url: Url) => escapedPath(url.parts.path)),
  url_get_query: typed((url: Url) => queryOf(url.parts.query)),
};
