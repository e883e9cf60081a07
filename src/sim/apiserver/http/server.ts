// HTTPS in front of the API server: TLS with client certificates, HTTP/2 and HTTP/1.1, one request at a time through the chain.
import http2, { type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { stringify as stringifyYaml } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { badRequest, internalError, notFound, StatusError } from '../../../kube/machinery/status-error.ts';
import type { DeleteOptions } from '../../../kube/api/meta-v1.ts';
import type { ApiServer } from '../api-server.ts';
import { nonResourceRefusal } from '../api-server.ts';
import { decodeAs } from '../serializer/body.ts';
import type { Answer, FieldValidation, ResourceRequest } from '../request.ts';
import { managerOf } from '../fieldmanager/manager-name.ts';
import { isTrue, parseRequestInfo, type RequestInfo } from '../filters/request-info.ts';
import type { UserInfo } from '../authentication/user.ts';
import { authenticate, impersonate } from '../authentication/authenticate.ts';
import { parseBody, readBody } from './body.ts';
import { encodeList, encodeObject } from '../serializer/encode.ts';
import { mediaTypeOf, negotiate, patchKindOf, type Wanted } from '../serializer/negotiate.ts';
import type { PathHandler } from './paths.ts';
import { partialOf, tableOf, type IncludeObject } from '../serializer/table.ts';
import { streamWatch } from './watch-stream.ts';

export interface HttpServerOptions {
  readonly api: ApiServer;
  /** Everything that is no resource: discovery, OpenAPI, health. */
  readonly paths: PathHandler;
  /** PEM. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const VALIDATIONS: readonly string[] = ['Ignore', 'Warn', 'Strict'];
type Request = Http2ServerRequest;
type Response = Http2ServerResponse;

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<TLSSocket>();

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = http2.createSecureServer({
      allowHTTP1: true,
      requestCert: true,
      rejectUnauthorized: false,
      ca: options.ca,
      cert: options.certificate,
      key: options.key,
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    this.#server.on('request', (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.on('secureConnection', (socket: TLSSocket) => {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('sessionError', () => {});
  }

  /** Resolves to the port; rejects with the system's error, EADDRINUSE among them. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async #serve(request: Request, response: Response): Promise<void> {
    try {
      const { api } = this.#options;
      const url = new URL(request.url, 'https://localhost');
      const info = parseRequestInfo(request.method, decodeURIComponent(url.pathname), url.searchParams);
      const socket = (request.stream?.session?.socket ?? request.socket) as TLSSocket;
      const caller = authenticate(api, socket, request.headers);
      const user =
        request.headers['impersonate-user'] === undefined && !request.headers['impersonate-group']
          ? caller
          : impersonate(api, caller, request.headers, groupHeaders(request));
      if (info.isResource) await this.#serveResource(request, response, info, url.searchParams, user);
      else this.#servePath(request, response, info, url, user);
    } catch (error) {
      this.#refuse(request, response, error);
    }
  }

  #servePath(request: Request, response: Response, info: RequestInfo, url: URL, user: UserInfo): void {
    const { api, paths } = this.#options;
    if (
      !api.authorize({ user, verb: info.verb, namespace: '', group: '', resource: '', subresource: '', name: '', isResource: false, path: info.path }).allowed
    )
      throw nonResourceRefusal(user, info.verb, info.path);
    const answer = paths(info.path, {
      accept: headerText(request.headers.accept),
      query: url.searchParams,
      host: headerText(request.headers[':authority'] ?? request.headers.host) ?? '',
    });
    if (!answer) throw notFoundPath();
    const { body, contentType, headers = {} } = answer;
    response.writeHead(answer.code ?? 200, { 'content-type': contentType, ...headers });
    response.end(body);
  }

  async #serveResource(request: Request, response: Response, info: RequestInfo, query: URLSearchParams, user: UserInfo): Promise<void> {
    const { api } = this.#options;
    const resource = api.resources.find(info.group ? `${info.group}/${info.version}` : info.version, info.resource);
    if (!resource) {
      const { group, resource: plural, subresource, namespace, name, verb } = info;
      if (!api.authorize({ user, verb, namespace, group, resource: plural, subresource, name, isResource: true, path: '' }).allowed)
        throw nonResourceRefusal(user, verb, info.path);
      throw notFoundPath();
    }
    const warnings: string[] = [];
    const needsBody = info.verb === 'create' || info.verb === 'update' || info.verb === 'patch' || info.verb === 'delete' || info.verb === 'deletecollection';
    const raw = needsBody ? await readBody(request) : Buffer.alloc(0);
    const mediaType = mediaTypeOf(request.headers['content-type']);
    const body = needsBody ? parseBody(raw, mediaType) : undefined;
    const dryRun = query.getAll('dryRun').filter(Boolean);
    if (dryRun.some((each) => each !== 'All')) throw badRequest(`invalid dry-run option: ${dryRun.join(',')}`);
    const validation = query.get('fieldValidation') ?? 'Warn';
    if (!VALIDATIONS.includes(validation))
      throw badRequest(`fieldValidation: Unsupported value: ${JSON.stringify(validation)}: supported values: "Ignore", "Strict", "Warn"`);
    const isDelete = info.verb === 'delete' || info.verb === 'deletecollection';
    const serving: ResourceRequest = {
      user,
      verb: info.verb,
      resource,
      subresource: info.subresource,
      namespace: info.namespace,
      name: info.name,
      body,
      patchKind: info.verb === 'patch' ? patchKindOf(mediaType) : undefined,
      dryRun: dryRun.length > 0 || (isDelete && isJsonObject(body) && Array.isArray(body['dryRun']) && body['dryRun'].includes('All')),
      fieldManager:
        info.verb === 'patch' && mediaType === 'application/apply-patch+yaml'
          ? (query.get('fieldManager') ?? '')
          : managerOf(query.get('fieldManager') ?? '', request.headers['user-agent'] ?? ''),
      force: query.get('force') === null ? undefined : isTrue(query.get('force')),
      fieldValidation: validation as FieldValidation,
      list: {
        labelSelector: query.get('labelSelector') ?? undefined,
        fieldSelector: query.get('fieldSelector') ?? undefined,
        limit: Number(query.get('limit') ?? 0),
        continue: query.get('continue') ?? undefined,
        resourceVersion: query.get('resourceVersion') ?? undefined,
        resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
      },
      deletion: isDelete ? deleteOptions(body, query) : {},
      query,
      warn: (text) => warnings.push(text),
    };
    const wanted = negotiate(headerText(request.headers.accept));
    const include = (query.get('includeObject') ?? 'Metadata') as IncludeObject;
    if (info.verb === 'watch') {
      streamWatch({
        api,
        request: serving,
        query,
        wanted,
        include,
        stream: response,
        closed: (stop) => {
          request.on('close', stop);
          response.on('close', stop);
        },
      });
      return;
    }
    const answer = await api.serve(serving);
    if (answer.kind === 'text') {
      response.writeHead(answer.code, { 'content-type': 'text/plain' });
      if ('flushHeaders' in response && typeof response.flushHeaders === 'function') (response as unknown as { flushHeaders(): void }).flushHeaders();
      await answer.write({ write: (text) => void response.write(text), closed: new Promise((resolve) => response.on('close', resolve)) });
      response.end();
      return;
    }
    const headers: Record<string, string | string[]> = { 'content-type': wanted.yaml ? 'application/yaml' : 'application/json' };
    if (warnings.length) headers['warning'] = warnings.map((each) => `299 - ${quotedHeader(each)}`);
    this.#send(response, answer, serving, wanted, include, headers);
  }

  #send(
    response: Response,
    answer: Exclude<Answer, { kind: 'text' }>,
    { resource }: ResourceRequest,
    wanted: Wanted,
    include: IncludeObject,
    headers: Record<string, string | string[]>,
  ): void {
    const now = this.#options.api.context.clock.now();
    let pieces: Iterable<string>;
    if (wanted.as === 'Table' && answer.kind !== 'other') {
      const objects = answer.kind === 'object' ? [answer.object] : answer.list.items;
      const metadata: JsonObject = answer.kind === 'object' ? { resourceVersion: answer.object.metadata.resourceVersion ?? '' } : listMetadata(answer.list);
      pieces = [`${JSON.stringify(tableOf(resource, objects, metadata, include, wanted.version, { now }))}\n`];
    } else if (wanted.as === 'PartialObjectMetadata' && answer.kind !== 'other') {
      const version = wanted.version;
      pieces = [
        JSON.stringify(
          answer.kind === 'object'
            ? partialOf(answer.object, version)
            : {
                kind: 'PartialObjectMetadataList',
                apiVersion: `meta.k8s.io/${version}`,
                metadata: listMetadata(answer.list),
                items: answer.list.items.map((each) => partialOf(each, version)),
              },
        ),
      ];
    } else if (answer.kind === 'list') pieces = encodeList(resource, answer.list);
    else pieces = [`${answer.kind === 'object' ? encodeObject(answer.object) : JSON.stringify(answer.value)}\n`];
    response.writeHead(answer.code, headers);
    if (wanted.yaml) {
      response.end(stringifyYaml(JSON.parse([...pieces].join(''))));
      return;
    }
    for (const piece of pieces) response.write(piece);
    response.end();
  }

  #refuse(request: Request, response: Response, error: unknown): void {
    const status = error instanceof StatusError ? error : internalError(error instanceof Error ? error.message : String(error));
    if (!(error instanceof StatusError))
      this.#options.api.context.log.error('request failed', {
        method: request.method,
        url: request.url,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    if (response.headersSent) {
      response.end();
      return;
    }
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const retry = status.details?.retryAfterSeconds;
    if (retry) headers['retry-after'] = String(retry);
    if (status.code === 401) headers['www-authenticate'] = 'Basic realm="kubernetes-master"';
    response.writeHead(status.code, headers);
    response.end(`${JSON.stringify(status.toStatus())}\n`);
  }
}

const notFoundPath = (): StatusError => {
  const { details: _details, ...rest } = notFound({ group: '', resource: '' }, '');
  return new StatusError({ ...rest, code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} });
};
const listMetadata = ({
  resourceVersion,
  continue: next,
  remainingItemCount,
}: {
  readonly resourceVersion: string;
  readonly continue: string | undefined;
  readonly remainingItemCount: number | undefined;
}): JsonObject => ({ resourceVersion, ...(next ? { continue: next } : {}), ...(remainingItemCount ? { remainingItemCount } : {}) });
const headerText = (header: string | readonly string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : (header as string | undefined);
const quotedHeader = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?')}"`;

/** Every Impersonate-Group header, which Node joins with commas. */
function groupHeaders({ rawHeaders }: Request): readonly string[] {
  const found: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'impersonate-group') found.push(rawHeaders[i + 1] ?? '');
  return found;
}

const DELETE_OPTIONS = { schema: 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', kind: 'DeleteOptions', groupVersion: 'v1' };
function deleteOptions(body: JsonValue | undefined, query: URLSearchParams): DeleteOptions {
  const given = isJsonObject(body) ? (decodeAs(DELETE_OPTIONS, body, 'Ignore', () => {}) as unknown as DeleteOptions) : ({} as DeleteOptions);
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  return {
    ...given,
    ...(grace !== null ? { gracePeriodSeconds: Number(grace) } : {}),
    ...(policy ? { propagationPolicy: policy } : {}),
    ...(orphan !== null ? { orphanDependents: isTrue(orphan) } : {}),
  };
}
