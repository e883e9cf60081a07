// Who may do what: RBAC in its corners, nodes, tokens, and that no identity without rights gets anywhere.
import { beforeEach, describe, expect, test } from 'vitest';
import { clusterRoleBindings, clusterRoles, configMaps, pods, roleBindings, roles, secrets, serviceAccounts } from '../../../src/kube/api/resources.ts';
import { ANONYMOUS, authenticated } from '../../../src/sim/apiserver/authentication/user.ts';
import { testServer, type TestServer } from '../../fixtures/api-server.ts';
import type { Attributes } from '../../../src/sim/apiserver/authorization/rbac.ts';

let server: TestServer;
beforeEach(async () => {
  server = await testServer();
});
const shop = { namespace: 'shop' };
const jane = authenticated('jane', ['devs']);
const asks = (verb: string, resource: string, more: Partial<Attributes> = {}): Attributes => ({
  user: jane,
  verb,
  resource,
  namespace: 'shop',
  group: '',
  subresource: '',
  name: '',
  isResource: true,
  path: '',
  ...more,
});
const may = (verb: string, resource: string, more: Partial<Attributes> = {}): boolean => server.api.authorize(asks(verb, resource, more)).allowed;

/** Gives jane a role in the namespace and waits until the store has told the authorizer. */
async function grant(rules: readonly object[], subject: object = { kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' }): Promise<void> {
  await server.admin.create(roles, { metadata: { name: 'r', namespace: 'shop' }, rules: rules as never });
  await server.admin.create(roleBindings, {
    metadata: { name: 'b', namespace: 'shop' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
    subjects: [subject as never],
  });
}

describe('RBAC', () => {
  test('gives nothing by default', () => {
    expect(may('get', 'pods')).toBe(false);
  });

  test('holds in its namespace, for its verbs, resources and names only', async () => {
    await grant([
      { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['one'], verbs: ['get'] },
      { apiGroups: ['apps'], resources: ['*/scale'], verbs: ['update'] },
    ]);
    expect([
      may('get', 'pods'),
      may('get', 'pods', { subresource: 'log' }),
      may('get', 'pods', { subresource: 'exec' }),
      may('delete', 'pods'),
      may('get', 'pods', { namespace: 'default' }),
    ]).toEqual([true, true, false, false, false]);
    expect([may('get', 'secrets', { name: 'one' }), may('get', 'secrets', { name: 'two' }), may('list', 'secrets')]).toEqual([true, false, false]);
    expect([may('update', 'deployments', { group: 'apps', subresource: 'scale' }), may('update', 'deployments', { group: 'apps' })]).toEqual([true, false]);
  });

  test('reaches groups and service accounts', async () => {
    await grant([{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }], { kind: 'Group', name: 'devs', apiGroup: 'rbac.authorization.k8s.io' });
    expect(may('get', 'pods')).toBe(true);
    await server.admin.patch(roleBindings, 'b', 'merge', { subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'shop' }] }, shop);
    expect(may('get', 'pods')).toBe(false);
    await expect(server.account('shop', 'default').list(pods, shop)).resolves.toMatchObject({ items: [] });
  });

  test('refuses in the words of upstream', async () => {
    await expect(server.as(jane).list(pods, shop)).rejects.toMatchObject({
      code: 403,
      message: 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "shop"',
    });
    await expect(server.as(jane).get(secrets, 'one', shop)).rejects.toMatchObject({
      message: 'secrets "one" is forbidden: User "jane" cannot get resource "secrets" in API group "" in the namespace "shop"',
    });
  });

  test('lets nobody hand out what they do not have', async () => {
    await grant([
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    ]);
    const asJane = server.as(jane);
    await asJane.create(roles, { metadata: { name: 'fine', namespace: 'shop' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] });
    await expect(
      asJane.create(roles, { metadata: { name: 'more', namespace: 'shop' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }),
    ).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'),
    });
    await expect(
      asJane.create(roleBindings, {
        metadata: { name: 'up', namespace: 'shop' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [],
      }),
    ).rejects.toMatchObject({ code: 403 });
  });

  test('knows non-resource paths', async () => {
    await server.admin.create(clusterRoles, { metadata: { name: 'paths' }, rules: [{ nonResourceURLs: ['/metrics', '/logs/*'], verbs: ['get'] }] });
    await server.admin.create(clusterRoleBindings, {
      metadata: { name: 'paths' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'paths' },
      subjects: [{ kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    const path = (text: string): boolean => may('get', '', { isResource: false, path: text });
    expect([path('/metrics'), path('/logs/a/b'), path('/logs'), path('/other'), path('/version')]).toEqual([true, true, false, false, true]);
  });
});

describe('tokens', () => {
  test('are their account until they expire or it is gone', async () => {
    const account = await server.admin.get(serviceAccounts, 'default', shop);
    const { token } = server.api.tokens.issue(account, ['https://kubernetes.default.svc.cluster.local'], 3600, undefined, 'id');
    expect(server.api.tokens.authenticate(token)?.user).toMatchObject({
      name: 'system:serviceaccount:shop:default',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
    });
    expect(server.api.tokens.authenticate(`${token.slice(0, -4)}AAAA`)).toBeUndefined();
    await server.clock.advance(3_601_000);
    expect(server.api.tokens.authenticate(token)).toBeUndefined();
    const fresh = server.api.tokens.issue(account, ['https://kubernetes.default.svc.cluster.local'], 3600, undefined, 'id').token;
    await server.admin.delete(serviceAccounts, 'default', shop);
    expect(server.api.tokens.authenticate(fresh)).toBeUndefined();
  });

  test('for others are refused', async () => {
    const account = await server.admin.get(serviceAccounts, 'default', shop);
    expect(server.api.tokens.authenticate(server.api.tokens.issue(account, ['vault'], 3600, undefined, 'id').token)).toBeUndefined();
  });
});

test('a node reads only what its pods use', async () => {
  const node = server.as(authenticated('system:node:node01', ['system:nodes']));
  await server.admin.create(configMaps, { metadata: { name: 'used', namespace: 'shop' } });
  await server.admin.create(configMaps, { metadata: { name: 'other', namespace: 'shop' } });
  await server.admin.create(pods, {
    metadata: { name: 'p', namespace: 'shop' },
    spec: { nodeName: 'node01', containers: [{ name: 'c', image: 'nginx', envFrom: [{ configMapRef: { name: 'used' } }] }] },
  });
  await expect(node.get(configMaps, 'used', shop)).resolves.toBeDefined();
  await expect(node.get(configMaps, 'other', shop)).rejects.toMatchObject({ code: 403 });
  await expect(node.list(secrets, shop)).rejects.toMatchObject({ code: 403 });
});

test.each(['anonymous', 'known but without rights'])('who is %s gets at no resource by any verb', async (who) => {
  const user = who === 'anonymous' ? ANONYMOUS : authenticated('nobody');
  const open: string[] = [];
  for (const resource of server.api.resources.all) {
    for (const subresource of ['', ...Object.keys(resource.facts.subresources ?? {})]) {
      for (const verb of ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']) {
        if (
          server.api.authorize({
            user,
            verb,
            namespace: resource.namespaced ? 'shop' : '',
            group: resource.group,
            resource: resource.resource,
            subresource,
            name: 'x',
            isResource: true,
            path: '',
          }).allowed
        )
          open.push(`${verb} ${resource.resource}`);
      }
    }
  }
  // What everyone who is known may ask of themselves.
  expect(open).toEqual(who === 'anonymous' ? [] : ['create selfsubjectreviews', 'create selfsubjectaccessreviews', 'create selfsubjectrulesreviews']);
});
