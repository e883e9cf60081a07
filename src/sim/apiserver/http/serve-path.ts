// Paths that are no resources. Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/mux
import { noSuchMethod, noSuchPath } from '../../../kube/machinery/status-error.ts';
import { infoOf, type Exchange } from '../filters/filter.ts';
import { goJson } from '../../../kube/machinery/go-json.ts';
import { negotiate } from '../serializer/negotiate.ts';
import { Compressed } from './compressed.ts';
import type { PathAnswer, PathHandler } from './paths.ts';
import { sendNotFoundPage } from './refuse.ts';
import { sendBody } from './respond.ts';

/** Throws StatusError 405. */
export async function servePath(exchange: Exchange, paths: PathHandler): Promise<void> {
  const { path } = infoOf(exchange);
  const answer = await paths(path, {
    accept: exchange.header('accept'),
    query: exchange.query,
    host: exchange.header(':authority') ?? exchange.header('host') ?? '',
    ifNoneMatch: exchange.header('if-none-match'),
  });
  if (!answer) {
    // Versions of what is served, and of the core, are missed by the API; everything else by the server.
    const [, root, group, version] = path.split('/');
    if ((root === 'api' && group) || (version && exchange.api.resources.all.some((each) => each.group === group))) throw noSuchPath();
    sendNotFoundPage(exchange);
    return;
  }
  if (answer.onlyGet && exchange.request.method !== 'GET') throw noSuchMethod();
  Object.assign(exchange.headers, answer.headers);
  void sendBody(exchange, answer.code ?? 200, answer.contentType, bytesOf(exchange, answer));
}

function bytesOf(exchange: Exchange, { body, value }: PathAnswer): Buffer | Compressed {
  if (value !== undefined) return Buffer.from(negotiate({ ...exchange.negotiation, accept: undefined }).pretty ? goJson(value, 2) : `${goJson(value)}\n`);
  return Buffer.isBuffer(body) || body instanceof Compressed ? body : Buffer.from(body ?? '');
}
