// Paths that are no resources: discovery, OpenAPI, version, health, keys.
import version from '../../resources/facts/version.json' with { type: 'json' };
import type { JsonValue } from '../../../kube/machinery/json.ts';
import type { ApiServer } from '../api-server.ts';
import { Discovery } from '../discovery/discovery.ts';
import type { OpenApi } from '../openapi/openapi-v3.ts';

export interface PathRequest {
  readonly accept: string | undefined;
  readonly query: URLSearchParams;
  readonly host: string;
}
export interface PathAnswer {
  readonly code?: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}
/** Undefined for a path nobody serves. */
export type PathHandler = (path: string, request: PathRequest) => PathAnswer | undefined;

const json = (value: JsonValue | undefined): PathAnswer | undefined =>
  value === undefined ? undefined : { contentType: 'application/json', body: `${JSON.stringify(value)}\n` };
const text = (body: string): PathAnswer => ({ contentType: 'text/plain; charset=utf-8', body });

const HEALTH_CHECKS = [
  'ping',
  'log',
  'etcd',
  'informer-sync',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/start-kubernetes-service-cidr-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'shutdown',
];
const HEALTH_NAMES = ['healthz', 'livez', 'readyz'];

function health(path: string, query: URLSearchParams): PathAnswer | undefined {
  const [name = '', ...rest] = path.slice(1).split('/');
  if (!HEALTH_NAMES.includes(name)) return undefined;
  const check = rest.join('/');
  if (check) return HEALTH_CHECKS.includes(check) ? text('ok') : undefined;
  if (query.get('verbose') === null) return text('ok');
  return text(`${HEALTH_CHECKS.map((each) => `[+]${each} ok\n`).join('')}${name} check passed\n`);
}

const AGGREGATED = /application\/json;g=apidiscovery\.k8s\.io;v=(v2|v2beta1);as=APIGroupDiscoveryList/;

export function createPaths(api: ApiServer, openApi: OpenApi): PathHandler {
  const discovery = new Discovery(api.resources);
  const aggregated = (core: boolean, accept: string | undefined): PathAnswer | undefined => {
    const match = AGGREGATED.exec(accept?.replace(/\s/g, '') ?? '');
    if (!match) return undefined;
    return { contentType: match[0], body: JSON.stringify(discovery.aggregated(core, match[1] as 'v2' | 'v2beta1')) };
  };
  return (path, { accept, query, host }) => {
    switch (path) {
      case '/version':
      case '/version/':
        return { contentType: 'application/json', body: JSON.stringify(version, undefined, 2) };
      case '/api':
        return aggregated(true, accept) ?? json(discovery.legacyVersions(host));
      case '/apis':
        return aggregated(false, accept) ?? json(discovery.groupList());
      case '/openid/v1/jwks':
        return { contentType: 'application/jwk-set+json', body: JSON.stringify(api.tokens.keySet()) };
      case '/':
        return json({
          paths: [
            '/.well-known/openid-configuration',
            '/api',
            '/api/v1',
            '/apis',
            ...discovery.groups().flatMap((group) => [`/apis/${group}`]),
            ...discovery
              .groupVersions()
              .filter((each) => each.includes('/'))
              .map((each) => `/apis/${each}`),
            '/healthz',
            '/livez',
            '/openapi/v2',
            '/openapi/v3',
            '/openid/v1/jwks',
            '/readyz',
            '/version',
          ].sort(),
        });
      case '/openapi/v2':
        return openApi.v2(discovery.groupVersions(), accept ?? '');
      case '/openapi/v3':
        return openApi.index(discovery.groupVersions());
      default:
    }
    if (path.startsWith('/openapi/v3/')) return openApi.document(path.slice('/openapi/v3/'.length), query.get('hash') ?? '');
    const core = /^\/api\/([^/]+)\/?$/.exec(path);
    if (core?.[1]) return json(discovery.resourceList('', core[1]));
    const group = /^\/apis\/([^/]+)(?:\/([^/]+))?\/?$/.exec(path);
    if (group?.[1]) return json(group[2] ? discovery.resourceList(group[1], group[2]) : discovery.group(group[1]));
    return health(path.replace(/\/$/, ''), query);
  };
}
