// Which admission plugins run, as the API server's arguments say; and quotas under many requests at once.
import { configMaps } from '../../../../src/kube/api/resources.ts';
import { checkSwitches } from '../../../../src/sim/apiserver/admission/registry.ts';
import { describe, expect, test } from 'vitest';
import type { Pod, ResourceQuota } from '../../../../src/kube/api/core-v1.ts';
import { pods, resourceQuotas } from '../../../../src/kube/api/resources.ts';
import { parseArguments } from '../../../../src/sim/apiserver/arguments.ts';
import { testServer } from '../../../fixtures/api-server.ts';

const pod = (name: string): Pick<Pod, 'metadata' | 'spec'> => ({
  metadata: { name, namespace: 'shop' },
  spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] },
});

describe('arguments of the API server', () => {
  test('switch plugins beside those of kubeadm', () => {
    expect(parseArguments([])).toEqual({ admission: { enable: ['NodeRestriction'], disable: [] } });
    expect(parseArguments(['enable-admission-plugins=AlwaysPullImages', '--disable-admission-plugins=LimitRanger,PodSecurity'])).toEqual({
      admission: { enable: ['NodeRestriction', 'AlwaysPullImages'], disable: ['LimitRanger', 'PodSecurity'] },
    });
  });
  test('that nobody knows are refused by name', () => {
    expect(() => parseArguments(['anonymous-auth=false'])).toThrow('the simulated API server has no argument "anonymous-auth=false"');
    expect(() => parseArguments(['enable-admission-plugins'])).toThrow('has no argument');
    expect(() => parseArguments(['enable-admission-plugins=Odd'])).toThrow('there is no admission plugin Odd');
  });
});

test('an optional plugin works when it is switched on', async () => {
  const plain = await testServer();
  const pulling = await testServer(parseArguments(['enable-admission-plugins=AlwaysPullImages']).admission);
  expect((await plain.admin.create(pods, pod('a'))).spec.containers[0]?.imagePullPolicy).toBe('IfNotPresent');
  expect((await pulling.admin.create(pods, pod('a'))).spec.containers[0]?.imagePullPolicy).toBe('Always');
});

test('a quota is never exceeded, however many ask at once', async () => {
  const { admin } = await testServer();
  await admin.create(resourceQuotas, { metadata: { name: 'q', namespace: 'shop' }, spec: { hard: { pods: '7' } } } as unknown as ResourceQuota);
  await admin.patch(resourceQuotas, 'q', 'merge', { status: { hard: { pods: '7' }, used: { pods: '0' } } }, { namespace: 'shop', subresource: 'status' });
  const made = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => admin.create(pods, pod(`p${i}`))));
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
  const { status } = await admin.get(resourceQuotas, 'q', { namespace: 'shop' });
  expect(status.used).toEqual({ pods: '7' });
});

test.each(['EventRateLimit', 'ImagePolicyWebhook', 'MutatingAdmissionWebhook', 'ClusterTrustBundleAttest'])('%s is refused by name', (name) => {
  expect(() => checkSwitches({ enable: [name] })).toThrow(`the simulated API server does not have the admission plugin ${name}`);
  expect(() => checkSwitches({ disable: [name] })).not.toThrow();
});

test('a name that is none is refused', () => {
  expect(() => checkSwitches({ enable: ['Nonsense'] })).toThrow('there is no admission plugin Nonsense');
});

test('AlwaysDeny denies every write, and no reading', async () => {
  const { admin } = await testServer();
  expect((await admin.list(configMaps, { namespace: 'shop' })).items).toEqual([]);
  await expect(testServer({ enable: ['AlwaysDeny'] })).rejects.toMatchObject({
    code: 403,
    message: 'namespaces "shop" is forbidden: admission control is denying all modifications',
  });
});

test('a plugin that runs by itself can be switched off', async () => {
  const pod = { metadata: { name: 'p', namespace: 'shop' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const tolerationsOf = async (disable: readonly string[]): Promise<number> =>
    ((await (await testServer({ disable })).admin.create(pods, pod as never)).spec.tolerations ?? []).length;
  expect(await tolerationsOf([])).toBe(2);
  expect(await tolerationsOf(['DefaultTolerationSeconds'])).toBe(0);
});
