// Paths that are no resources: discovery, OpenAPI, version, health, keys, metrics. Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/routes
import { createHash } from 'node:crypto';
import version from '../../resources/facts/version.json' with { type: 'json' };
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { ApiServer } from '../api-server.ts';
import { ISSUER } from '../authentication/tokens.ts';
import { Discovery } from '../discovery/discovery.ts';
import type { OpenApi } from '../openapi/openapi.ts';
import type { Compressed } from './compressed.ts';
import { goJson } from '../../../kube/machinery/go-json.ts';

export interface PathRequest {
  readonly accept: string | undefined;
  readonly query: URLSearchParams;
  readonly host: string;
  readonly ifNoneMatch?: string | undefined;
}
export interface PathAnswer {
  readonly code?: number;
  readonly contentType: string;
  /** One of the two. A value is indented for people. */
  readonly body?: string | Buffer | Compressed;
  readonly value?: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
  /** Other methods are refused. */
  readonly onlyGet?: boolean;
}
/** Undefined for a path nobody serves. */
export type PathHandler = (path: string, request: PathRequest) => PathAnswer | undefined | Promise<PathAnswer>;

const JSON_TYPE = 'application/json';
const json = (value: JsonValue | undefined): PathAnswer | undefined => (value === undefined ? undefined : { contentType: JSON_TYPE, value, onlyGet: true });

const AGGREGATED = /application\/json;g=apidiscovery\.k8s\.io;v=(v2|v2beta1);as=APIGroupDiscoveryList/;

/** Bytes that stay as long as the registry does, under a tag of their content. */
interface Tagged {
  readonly body: string;
  readonly etag: string;
}

export interface PathOptions {
  /** The text of `/metrics`. */
  readonly metrics?: () => string;
}

export function createPaths(api: ApiServer, openApi: OpenApi, { metrics }: PathOptions = {}): PathHandler {
  let generation = -1;
  let discovery = new Discovery(api.resources);
  const aggregates = new Map<string, Tagged>();
  const current = (): Discovery => {
    if (generation !== api.resources.generation) {
      generation = api.resources.generation;
      discovery = new Discovery(api.resources);
      aggregates.clear();
    }
    return discovery;
  };
  const aggregated = (core: boolean, { accept, ifNoneMatch }: PathRequest): PathAnswer | undefined => {
    const match = AGGREGATED.exec(accept?.replace(/\s/g, '') ?? '');
    if (!match) return undefined;
    const key = `${core} ${match[1]}`;
    const latest = current();
    let tagged = aggregates.get(key);
    if (!tagged) {
      const body = `${goJson(latest.aggregated(core, match[1] as 'v2' | 'v2beta1'))}\n`;
      aggregates.set(key, (tagged = { body, etag: `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"` }));
    }
    const { body, etag } = tagged;
    const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
    return ifNoneMatch === etag ? { code: 304, contentType: match[0], body: '', headers } : { contentType: match[0], body, headers };
  };
  const exact: Readonly<Record<string, (request: PathRequest) => ReturnType<PathHandler>>> = {
    '/version': () => ({ contentType: JSON_TYPE, body: JSON.stringify(version, undefined, 2), onlyGet: true }),
    '/api': (request) => aggregated(true, request) ?? json(current().legacyVersions(request.host)),
    '/apis': (request) => aggregated(false, request) ?? { contentType: JSON_TYPE, value: current().groupList() },
    '/openid/v1/jwks': () => ({ contentType: 'application/jwk-set+json', body: JSON.stringify(api.tokens.keySet()), headers: CACHED_KEYS }),
    '/.well-known/openid-configuration': ({ host }) => ({ contentType: JSON_TYPE, body: JSON.stringify(openIdConfiguration(host)), headers: CACHED_KEYS }),
    '/': () => json({ paths: rootPaths(current(), api) }),
    '/openapi/v2': ({ accept }) => openApi.v2(accept ?? ''),
    '/openapi/v3': () => openApi.index(),
    '/metrics': () => (metrics ? { contentType: 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores', body: metrics() } : undefined),
  };
  return (path, request) => {
    const trimmed = path.length > 1 ? path.replace(/\/$/, '') : path;
    if (Object.hasOwn(exact, trimmed)) return exact[trimmed]?.(request);
    if (path.startsWith('/openapi/v3/'))
      return openApi.document(path.slice('/openapi/v3/'.length), request.query.get('hash') ?? '', request.ifNoneMatch, api.context.clock.now());
    const [, core] = /^\/api\/([^/]+)\/?$/.exec(path) ?? [];
    if (core) return json(current().resourceList('', core));
    const [, group, inGroup] = /^\/apis\/([^/]+)(?:\/([^/]+))?\/?$/.exec(path) ?? [];
    if (group) return json(inGroup ? current().resourceList(group, inGroup) : current().group(group));
    const health = api.health.answer(path, request.query);
    return (
      health && { ...health, contentType: 'text/plain; charset=utf-8', headers: path.lastIndexOf('/') === 0 ? { 'x-content-type-options': 'nosniff' } : {} }
    );
  };
}

const CACHED_KEYS = { 'cache-control': 'public, max-age=3600' };
const openIdConfiguration = (host: string): JsonObject => ({
  issuer: ISSUER,
  jwks_uri: `https://${host}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
});

function rootPaths(discovery: Discovery, api: ApiServer): string[] {
  const groupVersions = discovery.groupVersions().filter((each) => each.includes('/'));
  return [
    '/.well-known/openid-configuration',
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    ...discovery.groups().map((group) => `/apis/${group}`),
    ...groupVersions.map((each) => `/apis/${each}`),
    ...api.health.paths(),
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/openid/v1/jwks',
    '/version',
  ].sort();
}
