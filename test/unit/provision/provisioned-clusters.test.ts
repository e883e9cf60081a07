// Clusters that were made from here as backends of labs: what is known of them without asking, what they say themselves, and what is said when they do not answer.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHome } from '../../../src/platform/home.ts';
import { noteTakenBack, recordCluster, recordLocal } from '../../../src/provision/cluster-records.ts';
import { parseAny } from '../../../src/provision/load.ts';
import { provisionedClusters } from '../../../src/provision/provisioned-clusters.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';
import { temporaryFolder } from '../../fixtures/scratch.ts';

const clock = { now: () => 0, after: () => ({ cancel() {} }) };
const scratch = temporaryFolder();
const home = await openHome(scratch.path);
const clusters = provisionedClusters(home);
let server: Server;

/** The answers of a cluster with two workers and a metrics server. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/api/v1/nodes': [
    { metadata: { name: 'n1', labels: { 'node-role.kubernetes.io/control-plane': '' } } },
    { metadata: { name: 'n2' } },
    { metadata: { name: 'n3' } },
  ],
  '/api/v1/namespaces/kube-system/pods': [{ metadata: { name: 'kindnet-x2x4z' } }],
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(path === '/apis' ? { groups: [{ name: 'metrics.k8s.io' }] } : { metadata: {}, items: ANSWERS[path] ?? [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const loaded = (yaml: string) => ({ path: '/c/cluster.yaml', spec: specOf(yaml), packages: undefined });
  await recordCluster(home, loaded(clusterYaml('single')), clock);
  const parsed = parseAny('name: shop\nprovider: kind\nworkers: 1\n', 'shop.yaml');
  if ('local' in parsed) await recordLocal(home, { path: '/c/shop.yaml', cluster: parsed.local }, clock);
});
afterAll(() => {
  server.close();
  scratch.remove();
});

function leadTo(cluster: string, port: number): void {
  writeFileSync(
    home.path('provision', cluster, 'kubeconfig'),
    `clusters: [{name: c, cluster: {server: "http://127.0.0.1:${port}"}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: its-own, context: {cluster: c, user: u}}]\ncurrent-context: its-own\n`,
  );
}
const portOf = (each: Server): number => (each.address() as AddressInfo).port;

it('are known by their records, and no server is asked', async () => {
  expect(await clusters.list()).toEqual(['demo', 'shop']);
  expect(await clusters.known()).toMatchObject([
    { name: 'demo', origin: 'provisioned', madeBy: 'kubeadm', capabilities: { workers: 1, hosts: true }, runs: undefined },
    { name: 'shop', origin: 'provisioned', madeBy: 'kind', capabilities: { workers: 1, 'network-policy': true } },
  ]);
});

it('without a kubeconfig say how to get it', async () => {
  for (const ask of [() => clusters.kubeconfig('demo'), () => clusters.target('demo')])
    await expect(ask()).rejects.toMatchObject({
      code: 'CLUSTER_NOT_MADE',
      exitCode: 4,
      next: ['finish it: ckadet cluster create demo', 'or fetch it: ckadet cluster kubeconfig demo'],
    });
});

it('that answer are believed about themselves, but for what cannot be seen from within', async () => {
  for (const name of ['demo', 'shop']) leadTo(name, portOf(server));
  expect(await clusters.target('demo')).toMatchObject({
    name: 'demo',
    context: 'its-own',
    kubeconfig: home.path('provision', 'demo', 'kubeconfig'),
    origin: 'provisioned',
    capabilities: { workers: 2, hosts: true, metrics: true, 'network-policy': false, 'dynamic-volumes': false },
  });
  expect((await clusters.target('shop')).capabilities).toMatchObject({ workers: 2, 'network-policy': true, 'dynamic-volumes': false });
});

it('that do not answer say what to do about it', async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  leadTo('shop', portOf(gone));
  await new Promise((resolve) => gone.close(resolve));
  await expect(clusters.target('shop')).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
    exitCode: 4,
    next: [
      'see how it is: ckadet cluster status shop',
      'if it was stopped, or is not finished: ckadet cluster create shop',
      'if it was made anew: ckadet cluster kubeconfig shop',
    ],
  });
});

it('that are not there are not found, and a record of an earlier version promises nothing', async () => {
  await expect(clusters.target('dem')).rejects.toMatchObject({ code: 'CLUSTER_NOT_FOUND', why: 'did you mean: demo' });
  const old = { name: 'old', file: '/o', provider: 'kind', topology: 'kind', version: 'v1', endpoint: '', hosts: [], createdAt: '' };
  mkdirSync(home.path('provision', 'old'));
  writeFileSync(home.path('provision', 'old', 'cluster.json'), JSON.stringify(old));
  expect((await clusters.known()).find(({ name }) => name === 'old')).toEqual({
    name: 'old',
    origin: 'provisioned',
    madeBy: 'kind',
    capabilities: undefined,
    runs: undefined,
  });
  rmSync(home.path('provision', 'old'), { recursive: true });
});

it('that were taken back keep their name, and are no backends', async () => {
  await noteTakenBack(home, 'demo');
  expect(await clusters.list()).toEqual(['shop']);
  expect((await clusters.known()).map(({ name }) => name)).toEqual(['shop']);
  expect(await clusters.has('demo')).toBe(true);
  await expect(clusters.target('demo')).rejects.toMatchObject({
    code: 'CLUSTER_NOT_FOUND',
    next: ['make it again: ckadet cluster create demo', 'or forget it: ckadet cluster delete demo'],
  });
});
