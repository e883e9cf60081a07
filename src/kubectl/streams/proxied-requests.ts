// What kubectl proxy lets through, and how it passes it on. Models kubernetes/staging/src/k8s.io/kubectl/pkg/proxy/proxy_server.go
import { messageOf } from '../../errors/app-error.ts';
import { goRegexp } from '../../kube/machinery/go-regexp.ts';
import type { ApiWire } from '../client/api-wire.ts';
import type { HttpAnswer, HttpRequest } from '../ports.ts';

export interface Filter {
  readonly hosts: readonly RegExp[];
  readonly paths: readonly RegExp[];
  readonly refusedPaths: readonly RegExp[];
  readonly refusedMethods: readonly RegExp[];
}

/** Patterns with commas between them. Throws for what is none. */
export const patterns = (text: string): readonly RegExp[] => (text ? text.split(',').map((each) => goRegexp(each)) : []);

const matches = (text: string, among: readonly RegExp[]): boolean => among.some((pattern) => pattern.test(text));

/** A refused path or method counts more than an accepted one. */
export const isLetThrough = ({ hosts, paths, refusedPaths, refusedMethods }: Filter, method: string, path: string, host: string): boolean =>
  !matches(path, refusedPaths) && !matches(method, refusedMethods) && matches(path, paths) && matches(host, hosts);

/** Without its port. */
export const hostIn = (header: string): string =>
  /^\[.*\]:\d+$|^[^:]+:\d+$/.test(header) ? header.slice(0, header.lastIndexOf(':')).replace(/^\[|\]$/g, '') : header;

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
export const plainAnswer = (status: number, text: string): HttpAnswer => ({ status, headers: PLAIN, body: once(`${text}\n`) });

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Of one connection alone; they are not passed on. */
const HOP_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'host',
  'authorization',
  'content-length',
]);

/** The server's answer to a request below `prefix`. */
export async function forwarded(wire: ApiWire, request: HttpRequest, prefix: string, filter: Filter | undefined): Promise<HttpAnswer> {
  const [path = '', query] = request.path.split('?');
  if (!path.startsWith(prefix)) return plainAnswer(404, '404 page not found');
  const inner = prefix.startsWith('/api') ? path : `/${path.slice(prefix.length)}`;
  if (filter && !isLetThrough(filter, request.method, inner, hostIn(request.headers['host'] ?? ''))) return plainAnswer(403, 'Forbidden');
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.has(name)));
  try {
    const {
      status,
      headers: answered,
      body,
    } = await wire.forward({
      method: request.method,
      path: query === undefined ? inner : `${inner}?${query}`,
      headers,
      ...(request.body.length ? { body: request.body } : {}),
      signal: request.closed,
    });
    return { status, headers: Object.fromEntries(Object.entries(answered).filter(([name]) => !HOP_HEADERS.has(name) || name === 'content-length')), body };
  } catch (error) {
    return plainAnswer(502, messageOf(error));
  }
}
