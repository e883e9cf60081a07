// Whoever has no rights gets nothing, on whatever path and in whatever spelling: every resource, verb and subresource, every other path.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInResources } from '../../../../src/sim/resources/registry.ts';
import { httpsServer, type HttpsServer } from '../../../fixtures/https-server.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
let server: HttpsServer;
beforeAll(async () => {
  server = await httpsServer();
  server.api.health.started();
  await server.admin('/api/v1/namespaces/default/secrets', {
    method: 'POST',
    body: JSON.stringify({ metadata: { name: 'x' }, data: { password: 'c2VjcmV0' } }),
  });
});
afterAll(() => server.close());

const rootOf = (groupVersion: string): string => (groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`);

/** Every path of a resource: collections, objects, subresources, and the old watch paths. */
function pathsOf({ groupVersion, resource, namespaced, facts }: (typeof builtInResources)[number]): string[] {
  const root = rootOf(groupVersion);
  const inside = namespaced ? `namespaces/default/${resource}` : resource;
  const plain = [inside, `${inside}/x`, ...Object.keys(facts.subresources ?? {}).map((each) => `${inside}/x/${each}`), ...(namespaced ? [resource] : [])];
  return [...plain.map((path) => `${root}/${path}`), ...plain.map((path) => `${root}/watch/${path}`)];
}

/** Ways to write a path that a careless server takes for another one. */
const spellings = (path: string): string[] => [
  `${path}/`,
  `/${path}`,
  path.replaceAll('/', '//'),
  path.replace('/default/', '/default/../default/'),
  path.replace('/x', '/%78'),
  path.replace('/x', '%2Fx'),
  path.replace('api', '%61pi'),
  `${path}?watch=1`,
  `${path}?watch=true&fieldSelector=metadata.name%3Dx`,
  `${path};a=b`,
  `${path}#x`,
  `${path}%00`,
  `${path}%zz`,
  path.toUpperCase(),
  `/healthz/..${path}`,
  `/version/../..${path}`,
  `/healthz?${path}`.replace('?', '%3f'),
];

const ask = async (path: string, method: string): Promise<{ code: number; text: string }> => {
  const writes = ['POST', 'PUT', 'PATCH'].includes(method);
  const headers = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {};
  const reply = await server.anonymous(path, { method, headers, ...(writes ? { body: '{}' } : {}) });
  return { code: reply.code, text: reply.body.toString() };
};

describe('resources', () => {
  it.each(builtInResources.map((each) => [`${each.groupVersion}/${each.resource}`, each] as const))('%s', async (_name, resource) => {
    const answers = pathsOf(resource).flatMap((path) => METHODS.map(async (method) => ({ path, method, ...(await ask(path, method)) })));
    expect((await Promise.all(answers)).filter(({ code }) => code !== 403)).toEqual([]);
  });
});

describe('other spellings', () => {
  const PATHS = [
    '/api/v1/namespaces/default/secrets/x',
    '/api/v1/namespaces/default/pods/x/log',
    '/apis/apps/v1/namespaces/default/deployments/x/scale',
    '/api/v1/nodes/x',
  ];
  it.each(PATHS.flatMap(spellings))('%s', async (path) => {
    for (const method of METHODS) {
      const { code, text } = await ask(path, method);
      expect([400, 403, 404, 405], `${method} ${code}`).toContain(code);
      expect(text).not.toContain('c2VjcmV0');
    }
  });
});

describe('paths that are no resources', () => {
  const PUBLIC = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
  const OTHERS = [
    '/',
    '/api',
    '/api/',
    '/api/v1',
    '/apis',
    '/apis/apps',
    '/apis/apps/v1',
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/api/v1',
    '/openid/v1/jwks',
  ];
  const UNKNOWN = [
    '/.well-known/openid-configuration',
    '/logs',
    '/debug/pprof/',
    '/configz',
    '/swagger.json',
    '/healthz/etcd',
    '/livez/ping',
    '/readyz/ping',
    '/versions',
  ];
  it('are closed but for those that are everyone’s', async () => {
    for (const path of PUBLIC) expect([path, (await ask(path, 'GET')).code]).toEqual([path, 200]);
    for (const path of [...OTHERS, ...UNKNOWN])
      for (const method of METHODS) expect([path, method, (await ask(path, method)).code]).toEqual([path, method, 403]);
  });

  it('give nothing to tokens and certificates that are none', async () => {
    for (const authorization of [
      'Bearer x',
      'Bearer a.b.c',
      'Bearer ',
      'Basic YWRtaW46YWRtaW4=',
      'bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXN0ZW06YWRtaW4ifQ.',
    ]) {
      const { code } = await server.anonymous('/api/v1/secrets', { headers: { authorization } });
      expect([401, 403], authorization).toContain(code);
    }
    const impersonating = await server.anonymous('/api/v1/secrets', { headers: { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' } });
    expect(impersonating.code).toBe(403);
    for (const header of ['x-remote-user', 'x-forwarded-user']) {
      const reply = await server.anonymous('/api/v1/secrets', { headers: { [header]: 'admin', 'x-remote-group': 'system:masters' } });
      expect(reply.code).toBe(403);
    }
  });
});
