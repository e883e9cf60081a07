// Writes answers: headers once, bodies in slices that wait for the client, compressed where they are long and the client can.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/writers.go
import { createGzip } from 'node:zlib';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Compressed } from './compressed.ts';
import type { Exchange, Response } from '../filters/filter.ts';

const GZIP_THRESHOLD_BYTES = 128 * 1024;
const GZIP_LEVEL = 1;

export function acceptsGzip(exchange: Exchange): boolean {
  return (exchange.header('accept-encoding') ?? '').split(',').some((each) => each.trim() === 'gzip');
}

function headersOf({ headers, warnings }: Exchange, contentType: string): Record<string, string | string[]> {
  if (contentType) headers['content-type'] = contentType;
  if (warnings.size) headers['warning'] = [...warnings].map((each) => `299 - ${quoted(each)}`);
  return headers;
}
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?')}"`;

/** Sends the headers. Of HTTP/2, past Node's compatibility layer, which looks at each of them twice. */
function start(exchange: Exchange, code: number, headers: Record<string, string | string[]>): void {
  const { response } = exchange;
  exchange.code = code;
  const { stream } = response;
  if (stream && typeof stream.respond === 'function') {
    if (!stream.destroyed) stream.respond({ ':status': code, ...headers });
  } else response.writeHead(code, headers);
}

/** Headers of an answer that comes bit by bit, sent at once: clients wait for them before they believe in a watch. */
export function startStream(exchange: Exchange, code: number, contentType: string): void {
  start(exchange, code, headersOf(exchange, contentType));
  const { response } = exchange;
  if ('flushHeaders' in response && typeof response.flushHeaders === 'function') (response as unknown as { flushHeaders(): void }).flushHeaders();
}

/** A body that is there already. */
export function sendBody(exchange: Exchange, code: number, contentType: string, body: Buffer | Compressed): void | Promise<void> {
  if (exchange.isOver) return;
  if (body instanceof Compressed) {
    if (body.length <= GZIP_THRESHOLD_BYTES || !acceptsGzip(exchange)) return sendBody(exchange, code, contentType, body.expand());
    exchange.headers['content-encoding'] = 'gzip';
    exchange.headers['vary'] = 'Accept-Encoding';
    return sendWhole(exchange, code, contentType, body.gzip);
  }
  if (body.length > GZIP_THRESHOLD_BYTES && acceptsGzip(exchange)) return sendPieces(exchange, code, contentType, [body]);
  sendWhole(exchange, code, contentType, body);
}

function sendWhole(exchange: Exchange, code: number, contentType: string, body: Buffer): void {
  const headers = headersOf(exchange, contentType);
  headers['content-length'] = String(body.length);
  start(exchange, code, headers);
  const { response } = exchange;
  (response.stream ?? response).end(body);
}

/** A body that is made slice by slice: a turn of the event loop goes by between two, and a client that does not read is waited for. */
export async function sendPieces(exchange: Exchange, code: number, contentType: string, pieces: Iterable<Buffer>): Promise<void> {
  if (exchange.isOver) return;
  const { response } = exchange;
  const iterator = pieces[Symbol.iterator]();
  const first = iterator.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  const second = first.done ? first : iterator.next();
  const isLong = head.length > GZIP_THRESHOLD_BYTES || !second.done;
  if (!isLong) return sendBody(exchange, code, contentType, head);
  const rest = function* (): Generator<Buffer> {
    yield head;
    if (!second.done) yield second.value;
    for (let next = iterator.next(); !next.done; next = iterator.next()) yield next.value;
  };
  const headers = headersOf(exchange, contentType);
  if (acceptsGzip(exchange)) {
    headers['content-encoding'] = 'gzip';
    headers['vary'] = 'Accept-Encoding';
    start(exchange, code, headers);
    await pipeline(Readable.from(turns(rest())), createGzip({ level: GZIP_LEVEL }), response).catch(gone);
    return;
  }
  start(exchange, code, headers);
  for await (const piece of turns(rest())) {
    if (response.destroyed || response.writableEnded) return;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

async function* turns(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    yield piece;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Resolves when the client has read, or will never read again. */
async function drained(response: Response): Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(gone);
  stopped.abort();
}

/** A client may go whenever it likes. */
const gone = (): void => {};
