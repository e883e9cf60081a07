// HTTP at a port or a socket file of this machine; loaded by the one command that serves.
import { stat, chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { HttpRequest, Listener, Ports } from './ports.ts';

type Handle = Parameters<Ports['serveHttp']>[1];

export async function serveHttp(at: Parameters<Ports['serveHttp']>[0], handle: Handle): Promise<Listener> {
  const server = createServer((request, response) => {
    answer(request, response, handle).catch(() => response.destroy()); // an answer that breaks off is broken off for the client too
  });
  // A socket that somebody left behind keeps nobody from listening; another file does.
  if (typeof at === 'string' && (await stat(at).catch(() => undefined))?.isSocket()) await rm(at);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at.port, at.address, resolve);
  });
  if (typeof at === 'string') await chmod(at, 0o600);
  const bound = server.address();
  return {
    address: typeof at === 'string' ? at : at.address,
    port: typeof bound === 'object' && bound ? bound.port : 0,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, handle: Handle): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const body: Buffer[] = [];
  for await (const piece of request) body.push(piece as Buffer);
  const headers = Object.entries(request.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
  const asked: HttpRequest = {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(body),
    closed: gone.signal,
  };
  const { status, headers: answered, body: content } = await handle(asked);
  for (const [name, value] of Object.entries(answered)) if (value !== undefined) response.setHeader(name, typeof value === 'string' ? value : [...value]);
  response.writeHead(status);
  response.flushHeaders();
  for await (const piece of content) response.write(piece);
  response.end();
}
