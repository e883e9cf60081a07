// What a cluster must offer, which cluster is meant, and which contexts may be touched.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allowContext, checkAllowed, forbidContext, loadAllowedContexts } from '../../../src/cluster/allowed-contexts.ts';
import { unmetNeeds } from '../../../src/cluster/capabilities.ts';
import { parseClusterRecord } from '../../../src/cluster/cluster-record.ts';
import { probeCapabilities } from '../../../src/cluster/external.ts';
import { bothSources, type ClusterSource, type KnownCluster } from '../../../src/cluster/cluster-source.ts';
import { chooseCluster, selectTarget } from '../../../src/cluster/select.ts';
import type { ApiClient } from '../../../src/kube/client/api-client.ts';
import { openHome } from '../../../src/platform/home.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

describe('needs', () => {
  it('are met or refused with the reason', () => {
    expect(unmetNeeds({ workers: 2 }, [], { workers: 2 })).toEqual([]);
    expect(unmetNeeds({ workers: 2, hosts: true, ingress: false }, ['nginx:1.27', 'odd:1'], { workers: 1, hasImage: (image) => image !== 'odd:1' })).toEqual([
      'it needs worker nodes: 2; there: 1',
      'it needs nodes that one can log in to',
      'it needs the image odd:1',
    ]);
    expect(unmetNeeds({ workers: 1 }, ['a', 'b'], { hasImage: () => false })).toEqual(['it needs worker nodes: 1; there: 0', 'it needs the images a, b']);
  });

  it('of a real cluster are asked of its API', async () => {
    const answers: Readonly<Record<string, readonly object[]>> = {
      nodes: [
        { metadata: {}, spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane' }] } },
        { metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } }, spec: {} },
        { metadata: {}, spec: {} },
      ],
      ingressclasses: [],
      storageclasses: [{ provisioner: 'kubernetes.io/no-provisioner' }],
      pods: [{ metadata: { name: 'calico-node-x2x4z' } }],
    };
    const client = {
      list: async (resource: { resource: string }) => ({ items: answers[resource.resource] ?? [] }),
      raw: async () => ({ groups: [{ name: 'apps' }, { name: 'metrics.k8s.io' }] }),
    } as unknown as ApiClient;
    expect(await probeCapabilities(client)).toEqual({
      workers: 1,
      containers: true,
      metrics: true,
      'network-policy': true,
      ingress: false,
      'dynamic-volumes': false,
    });
  });
});

describe('the cluster that is meant', () => {
  const having = (...names: readonly string[]): Pick<ClusterSource, 'list'> => ({ list: async () => names });

  it.each([
    [['a', 'b'], {}, 'b', 'b'],
    [['a', 'b', 'cka'], { CKADET_CLUSTER: 'a' }, 'b', 'a'],
    [['b', 'cka'], {}, 'b', 'b'],
    [['a', 'cka'], {}, 'gone', 'cka'],
    [['a', 'b'], { CKADET_CLUSTER: 'b' }, undefined, 'b'],
    [['a', 'cka'], {}, undefined, 'cka'],
    [['a', 'cka'], { CKADET_CLUSTER: 'gone' }, undefined, 'cka'],
    [['a'], {}, undefined, 'a'],
  ])('of %j with %j and a lab on %j: %s', async (names, env, lab, expected) => {
    expect(await chooseCluster(having(...names), env, { lab })).toBe(expected);
  });

  it('is asked for when unclear', async () => {
    await expect(chooseCluster(having('a', 'b'), {})).rejects.toMatchObject({ code: 'CLUSTER_UNCLEAR', exitCode: 2, why: 'there are a, b' });
    await expect(chooseCluster(having(), {})).rejects.toMatchObject({ code: 'NO_CLUSTER', exitCode: 4 });
  });
});

describe('clusters of two sources', () => {
  const source = (origin: KnownCluster['origin'], ...names: readonly string[]): ClusterSource => ({
    has: async (name) => names.includes(name),
    list: async () => names,
    known: async () => names.map((name) => ({ name, origin, madeBy: origin, capabilities: {}, runs: true })),
    kubeconfig: async (name) => `${origin}/${name}`,
    target: async (name) => ({ name, context: name, kubeconfig: '', client: {} as ApiClient, capabilities: {}, origin }),
  });
  const both = bothSources(source('simulator', 'cka', 'shop'), source('provisioned', 'shop', 'ha'));

  it('are one list, in which a name leads to one cluster', async () => {
    expect(await both.list()).toEqual(['cka', 'shop', 'ha']);
    expect((await both.known()).map(({ name, origin }) => [name, origin])).toEqual([
      ['cka', 'simulator'],
      ['shop', 'simulator'],
      ['ha', 'provisioned'],
    ]);
    expect(await both.kubeconfig('shop')).toBe('simulator/shop');
    expect(await both.target('ha')).toMatchObject({ name: 'ha', origin: 'provisioned' });
  });

  it('that are not there are named by those of both', async () => {
    await expect(both.target('he')).rejects.toMatchObject({ code: 'CLUSTER_NOT_FOUND', why: 'did you mean: ha' });
    await expect(both.kubeconfig('elsewhere')).rejects.toMatchObject({ why: 'there are cka, shop, ha' });
  });
});

describe('allowed contexts', () => {
  it('are remembered with their server until taken back', async () => {
    const home = await openHome(scratchFolder());
    expect(await loadAllowedContexts(home)).toEqual([]);
    await allowContext(home, 'kind', 'https://h:1', 0);
    await allowContext(home, 'kind', 'https://h:2', 0);
    const allowed = await loadAllowedContexts(home);
    expect(allowed).toEqual([{ context: 'kind', server: 'https://h:2', allowedAt: '1970-01-01T00:00:00.000Z' }]);
    checkAllowed(allowed, 'kind', 'https://h:2');
    expect(() => checkAllowed(allowed, 'kind', 'https://h:3')).toThrowError(
      expect.objectContaining({ code: 'CONTEXT_NOT_ALLOWED', why: 'you allowed it for https://h:2; it leads to https://h:3 now' }) as Error,
    );
    expect(() => checkAllowed(allowed, 'prod', 'https://h:2')).toThrowError(
      expect.objectContaining({ code: 'CONTEXT_NOT_ALLOWED', next: [expect.stringContaining('ckadet allow prod')] }) as Error,
    );
    expect(await forbidContext(home, 'kind')).toBe(true);
    expect(await forbidContext(home, 'kind')).toBe(false);
  });

  it('guard the way to a context', async () => {
    const root = scratchFolder();
    const home = await openHome(root);
    writeFileSync(
      home.path('k'),
      'clusters: [{name: c, cluster: {server: "https://h:1"}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: kind, context: {cluster: c, user: u}}]\n',
    );
    const tools = { clusters: {} as ClusterSource, home, env: { KUBECONFIG: home.path('k') } };
    await expect(selectTarget({ context: 'kind' }, tools)).rejects.toMatchObject({ code: 'CONTEXT_NOT_ALLOWED' });
    await expect(selectTarget({ context: 'kind', cluster: 'cka' }, tools)).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
  });

  it.each(['{', '{"contexts": [{"context": 1}]}', '[]'])('refuse the file %j', async (text) => {
    const home = await openHome(scratchFolder());
    writeFileSync(home.path('contexts.json'), text);
    await expect(loadAllowedContexts(home)).rejects.toMatchObject({ code: 'CONTEXTS_DAMAGED', exitCode: 3 });
  });
});

describe('records', () => {
  const good = { name: 'cka', workers: 2, disable: [], seed: 1, port: 0, unsupported: [] };

  it('are read, also with fields of later versions', () => {
    expect(parseClusterRecord(JSON.stringify({ ...good, later: 1 }), 'f', 'cka')).toEqual(good);
  });

  it.each([
    ['{', 'f: '],
    ['{}', 'f: name: '],
    [JSON.stringify({ ...good, workers: -1 }), 'f: workers: '],
    [JSON.stringify({ ...good, disable: ['etcd'] }), 'f: disable.0: '],
  ])('refuse %s', (text, why) => {
    expect(() => parseClusterRecord(text, 'f', 'cka')).toThrowError(
      expect.objectContaining({ code: 'CLUSTER_DAMAGED', exitCode: 3, why: expect.stringContaining(why) as string }) as Error,
    );
  });
});
