// The proxy subresources: a request is handed on to a port of a pod, or of a pod behind a service. Models kubernetes/pkg/registry/core/pod/strategy.go (ResourceLocation)
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../../errors/app-error.ts';
import type { Pod, Service } from '../../../kube/api/core-v1.ts';
import type { EndpointSlice } from '../../../kube/api/discovery-v1.ts';
import { badRequest, StatusError, unsupported } from '../../../kube/machinery/status-error.ts';
import type { ByteDuplex } from '../../../kube/streaming/byte-duplex.ts';
import { infoOf, type Exchange } from '../filters/filter.ts';
import { hostOf } from '../pod-container.ts';
import { PODS, storedObject } from './stored-object.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
/** Belong to one connection, not to the message. */
const HOP_HEADERS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'host', 'authorization']);

interface Target {
  readonly pod: Pod;
  readonly port: number;
}

/** Throws StatusError for a target that is none; 503 where it does not answer. */
export async function serveProxy(exchange: Exchange): Promise<void> {
  const { resource, name: typed, namespace, rest, path } = infoOf(exchange);
  const nodes = exchange.api.nodes();
  if (!nodes || (resource !== 'pods' && resource !== 'services')) throw unsupported(`${resource}/proxy`);
  const { scheme, name, port } = parseName(typed);
  if (scheme === 'https') throw unsupported(`${resource}/proxy over https`);
  const { pod, port: number } = resource === 'pods' ? podTarget(exchange, namespace, name, port) : serviceTarget(exchange, namespace, name, port);
  const connection = await nodes.dial(hostOf(pod), pod.metadata.uid ?? '', number).catch((error: unknown) => {
    throw new StatusError({ code: 503, reason: 'ServiceUnavailable', message: `error trying to reach service: ${messageOf(error)}` });
  });
  const search = exchange.query.size ? `?${exchange.query.toString()}` : '';
  await handOn(exchange, connection, `/${rest}${path.endsWith('/') && rest ? '/' : ''}${search}`);
}

/** `name`, `name:port`, `scheme:name:port`, a port by number or name. */
function parseName(typed: string): { readonly scheme: string; readonly name: string; readonly port: string } {
  const parts = typed.split(':');
  if (parts.length === 1) return { scheme: '', name: typed, port: '' };
  if (parts.length === 2) return { scheme: '', name: parts[0] ?? '', port: parts[1] ?? '' };
  if (parts.length === 3) return { scheme: parts[0] ?? '', name: parts[1] ?? '', port: parts[2] ?? '' };
  throw badRequest(`invalid request ${JSON.stringify(typed)}`);
}

function podTarget(exchange: Exchange, namespace: string, name: string, port: string): Target {
  const pod = storedObject<Pod>(exchange, PODS, namespace, name);
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const found = port === '' ? (ports[0]?.containerPort ?? 80) : /^\d+$/.test(port) ? Number(port) : ports.find((each) => each.name === port)?.containerPort;
  if (found === undefined) throw badRequest(`no port named ${JSON.stringify(port)} in pod ${JSON.stringify(name)}`);
  return { pod, port: found };
}

function serviceTarget(exchange: Exchange, namespace: string, name: string, port: string): Target {
  const service = storedObject<Service>(exchange, 'services', namespace, name);
  const ports = service.spec.ports ?? [];
  const wanted = port === '' ? (ports.length === 1 ? ports[0] : undefined) : ports.find((each) => each.name === port || String(each.port) === port);
  if (!wanted)
    throw new StatusError({
      code: 503,
      reason: 'ServiceUnavailable',
      message: `no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`,
    });
  for (const [, object] of exchange.api.context.store.range(SLICES, `${namespace}/`)) {
    const slice = object as unknown as EndpointSlice;
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== name) continue;
    const number = slice.ports?.find((each) => (each.name ?? '') === (wanted.name ?? ''))?.port;
    const ready = slice.endpoints?.find((endpoint) => endpoint.conditions?.ready !== false && endpoint.targetRef?.kind === 'Pod');
    if (number !== undefined && ready?.targetRef?.name) return { pod: storedObject<Pod>(exchange, PODS, namespace, ready.targetRef.name), port: number };
  }
  throw new StatusError({ code: 503, reason: 'ServiceUnavailable', message: `no endpoints available for service ${JSON.stringify(name)}` });
}

function handOn(exchange: Exchange, connection: ByteDuplex, path: string): Promise<void> {
  const { request, response } = exchange;
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(':') && !HOP_HEADERS.has(name)));
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { method: request.method, path, headers, createConnection: () => streamOf(connection), host: 'pod', setHost: true },
      (answer) => {
        void passBack(exchange, answer).then(resolve, reject);
      },
    );
    outgoing.on('error', (error) => {
      if (exchange.code) response.destroy();
      else reject(new StatusError({ code: 502, reason: '', message: `error trying to reach service: ${error.message}` }));
    });
    response.once('close', () => outgoing.destroy());
    request.pipe(outgoing);
  });
}

async function passBack(exchange: Exchange, answer: IncomingMessage): Promise<void> {
  const { response } = exchange;
  exchange.code = answer.statusCode ?? 502;
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name, value]) => value !== undefined && !HOP_HEADERS.has(name)));
  response.writeHead(exchange.code, headers as Record<string, string>);
  // Ends both when the client has gone; that is no failure of the request.
  await pipeline(answer, response).catch(() => undefined);
}

function streamOf(connection: ByteDuplex): Duplex {
  const incoming = connection.bytes[Symbol.asyncIterator]();
  return new Duplex({
    async read() {
      try {
        const { value, done } = await incoming.next();
        this.push(done ? null : Buffer.from(value));
      } catch (error) {
        this.destroy(error as Error);
      }
    },
    async write(chunk: Buffer, _encoding, done) {
      try {
        await connection.write(chunk);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    final(done) {
      connection.end();
      done();
    },
    destroy(error, done) {
      connection.destroy();
      done(error);
    },
  });
}
