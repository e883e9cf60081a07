// Bearer tokens: bound to pods and audiences, of bootstrapping nodes, of secrets; and whom a caller may be.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pods, secrets, serviceAccounts } from '../../../../src/kube/api/resources.ts';
import { authenticateToken, type TokenHolder } from '../../../../src/sim/apiserver/authentication/request.ts';
import { httpsServer, type HttpsServer } from '../../../fixtures/https-server.ts';
import { testServer, type TestServer } from '../../../fixtures/api-server.ts';

const secretOf = (fields: Record<string, string>): object => ({
  metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' },
  type: 'bootstrap.kubernetes.io/token',
  stringData: { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true', ...fields },
});

describe('tokens', () => {
  let server: TestServer;
  const holder = (token: string, audiences?: readonly string[]): TokenHolder | undefined => authenticateToken(server.api.authenticators, token, audiences);
  beforeEach(async () => {
    server = await testServer();
  });

  it('of a pod name pod and node, and end with the pod', async () => {
    const pod = await server.admin.create(pods, {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { nodeName: 'node01', containers: [{ name: 'c', image: 'i' }] },
    } as never);
    const account = await server.admin.get(serviceAccounts, 'default', { namespace: 'shop' });
    const { token } = server.api.tokens.issue(
      account,
      ['https://kubernetes.default.svc.cluster.local'],
      600,
      { kind: 'Pod', name: 'web', uid: pod.metadata.uid ?? '' },
      'id',
    );
    expect(holder(token)?.user.extra).toMatchObject({
      'authentication.kubernetes.io/pod-name': ['web'],
      'authentication.kubernetes.io/pod-uid': [pod.metadata.uid],
      'authentication.kubernetes.io/node-name': ['node01'],
    });
    await server.admin.delete(pods, 'web', { namespace: 'shop', gracePeriodSeconds: 0 });
    expect(holder(token)).toBeUndefined();
  });

  it('are good for the audiences they were made for', async () => {
    const account = await server.admin.get(serviceAccounts, 'default', { namespace: 'shop' });
    const { token } = server.api.tokens.issue(account, ['vault', 'other'], 600, undefined, 'id');
    expect(holder(token)).toBeUndefined();
    expect(holder(token, ['vault', 'third'])?.audiences).toEqual(['vault']);
  });

  it('of bootstrap secrets are a bootstrapper until they expire', async () => {
    await server.admin.create(
      secrets,
      secretOf({ 'auth-extra-groups': 'system:bootstrappers:kubeadm', expiration: new Date(server.clock.now() + 60_000).toISOString() }) as never,
    );
    expect(holder('abcdef.0123456789abcdef')?.user).toMatchObject({
      name: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers', 'system:bootstrappers:kubeadm', 'system:authenticated'],
    });
    expect(holder('abcdef.0123456789abcdee')).toBeUndefined();
    await server.clock.advance(61_000);
    expect(holder('abcdef.0123456789abcdef')).toBeUndefined();
  });

  it.each([{ 'usage-bootstrap-authentication': 'false' }, { 'auth-extra-groups': 'system:masters' }, { 'token-id': 'fedcba' }])(
    'of bootstrap secrets with %o are refused',
    async (fields) => {
      await server.admin.create(secrets, secretOf(fields) as never);
      expect(holder('abcdef.0123456789abcdef')).toBeUndefined();
    },
  );
});

describe('over HTTPS', () => {
  let server: HttpsServer;
  beforeEach(async () => {
    server = await httpsServer();
  });
  afterEach(() => server.close());

  it('a wrong token is 401, another scheme is nobody', async () => {
    expect((await server.anonymous('/healthz', { headers: { authorization: 'Bearer x' } })).code).toBe(401);
    expect((await server.anonymous('/api/v1/pods', { headers: { authorization: 'Basic x' } })).json()['message']).toContain('User "system:anonymous"');
  });

  it('whoever may impersonate is the other, with all that was said', async () => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const headers = { 'impersonate-user': 'bob', 'impersonate-group': 'dev', 'impersonate-uid': '7', 'impersonate-extra-example.com%2fteam': 'a' };
    const reply = await server.admin(path, { method: 'POST', body: '{}', headers });
    expect(reply.json()['status']).toEqual({
      userInfo: { username: 'bob', uid: '7', groups: ['dev', 'system:authenticated'], extra: { 'example.com/team': ['a'] } },
    });
    const refused = await server.anonymous(path, { method: 'POST', body: '{}', headers: { 'impersonate-user': 'bob' } });
    expect(refused.json()['message']).toBe(
      'users "bob" is forbidden: User "system:anonymous" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });
});
