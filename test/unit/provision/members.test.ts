// What a run goes by when the API tells which nodes there are: whom a reset may take, who joins anew, and what takes a person.
import { expect, it } from 'vitest';
import { demandNoNodes } from '../../../src/provision/members.ts';
import { createPlan } from '../../../src/provision/load.ts';
import { NOTHING_STANDS } from '../../../src/provision/phases/phase.ts';
import type { Site } from '../../../src/provision/site.ts';
import { standingOf } from '../../../src/provision/standing.ts';
import { clusterYaml } from '../../fixtures/cluster-files.ts';
import { type PretendSite, pretendSite } from '../../fixtures/pretend-site.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

async function made(topology: 'single' | 'ha-stacked'): Promise<PretendSite> {
  const site = await pretendSite(scratchFolder(), clusterYaml(topology));
  await site.create();
  return site;
}

async function asked<T>(hosts: PretendSite, work: (site: Site, signal: AbortSignal) => Promise<T>): Promise<T> {
  const site = await hosts.open();
  try {
    return await work(site, new AbortController().signal);
  } finally {
    await site.close();
  }
}

it('a worker that is a node still is not taken back; the first control plane that tells is believed', async () => {
  const site = await made('ha-stacked');
  const { workers } = site.loaded.spec;
  const demand = (): Promise<void> => asked(site, (open, signal) => demandNoNodes(open, workers, signal));
  await expect(demand()).rejects.toMatchObject({ code: 'NODES_UNKNOWN', why: expect.stringMatching(/n1: .*\nn2: .*\nn3: /) as string });
  // A control plane that was made anew knows nothing.
  site.host('n1').hasAdminConf = false;
  await expect(demand()).rejects.toMatchObject({ code: 'NODES_UNKNOWN', why: expect.not.stringContaining('n1: ') as string });
  site.host('n2').nodes = ['n1', 'n2', 'n3', 'n4'];
  await expect(demand()).rejects.toMatchObject({
    code: 'STILL_NODES',
    next: ['kubectl drain n4 --ignore-daemonsets --delete-emptydir-data', 'kubectl delete node n4', 'then again: ckadet cluster reset --hosts n4'],
  });
  site.host('n2').nodes = ['n1', 'n2', 'n3'];
  await demand();
  for (const host of site.hosts) Object.assign(host, { hasAdminConf: false });
  await demand();
});

it('a worker whose node was deleted leaves and joins anew, and is left alone then', async () => {
  const site = await made('single');
  const [n1, n2] = [site.host('n1'), site.host('n2')];
  n1.nodes = ['n1'];
  const before = n2.carriedOut.length;
  expect((await site.create({ dryRun: true })).changes).toMatchObject({ n2: ['leave the cluster, which has no such node any more, to join it anew'] });
  await site.create();
  expect(n2.carriedOut.slice(before)).toEqual(['join-workers/leave', 'join-workers/join']);
  n1.nodes = ['n1', 'n2'];
  expect((await site.create()).changes).toEqual({});
});

it('a node that is back by the time that hosts are locked is left alone', async () => {
  const site = await made('single');
  const [n1, n2] = [site.host('n1'), site.host('n2')];
  n1.nodes = ['n1'];
  const before = n2.carriedOut.length;
  await site.create({ consent: async () => void (n1.nodes = ['n1', 'n2']) });
  expect(n2.carriedOut.slice(before)).toEqual([]);
});

it('a host that was made anew is looked at whatever the journal says of the one that it was', async () => {
  const site = await made('single');
  const n2 = site.host('n2');
  n2.makeAnew();
  const { changes } = await site.create({ resume: true });
  expect(changes).toMatchObject({ n2: expect.arrayContaining(['join as a worker']) as string[] });
});

it('the cluster forgets a node whose join was cut off, before it joins again', async () => {
  const site = await pretendSite(scratchFolder(), clusterYaml('single'));
  const [n1, n2] = [site.host('n1'), site.host('n2')];
  n2.onAction = (id) => (id === 'join-workers/join' ? 'half' : undefined);
  await expect(site.create()).rejects.toThrow('was cut off in join-workers/join');
  n2.onAction = () => undefined;
  n1.nodes = ['n1', 'n2'];
  await site.create();
  expect(n1.carriedOut).toContain('control-plane/forget-n2');
  expect(n2.again).toEqual(['join-workers/join']);
  const before = n1.carriedOut.length;
  await site.create();
  expect(n1.carriedOut.slice(before)).toEqual([]);
});

it('a member of a cluster that is there no more leaves it before it joins the next one', async () => {
  const site = await made('single');
  const [n1, n2] = [site.host('n1'), site.host('n2')];
  n1.makeAnew();
  const before = n2.carriedOut.length;
  await site.create();
  expect(n2.carriedOut.slice(before)).toEqual(['join-workers/leave', 'join-workers/join']);
});

it('a reset that was cut off is gone on with before anything is made', async () => {
  const site = await made('single');
  site.host('n2').begun.push('reset/join-workers-join');
  await expect(site.create()).rejects.toMatchObject({
    code: 'RESET_UNFINISHED',
    next: expect.arrayContaining(['go on with it: ckadet cluster reset --hosts n2']) as string[],
  });
  site.host('n1').begun.push('reset/verify');
  await expect(site.create()).rejects.toMatchObject({ next: expect.arrayContaining(['go on with it: ckadet cluster reset']) as string[] });
});

it('nothing is deleted where the API does not answer, or nothing was made', async () => {
  const site = await pretendSite(scratchFolder(), clusterYaml('single'));
  site.host('n1').nodes = [];
  expect(await asked(site, standingOf)).toEqual(NOTHING_STANDS);
  await site.create();
  site.host('n1').nodes = undefined;
  expect(await asked(site, standingOf)).toEqual(NOTHING_STANDS);
});

it('a control plane is neither made nor joined over one that runs', async () => {
  const site = await made('ha-stacked');
  const [n1, n2] = [site.host('n1'), site.host('n2')];
  n1.nodes = ['n1', 'n3', 'n4'];
  await expect(site.create()).rejects.toMatchObject({
    code: 'CONTROL_PLANE_DELETED',
    next: expect.arrayContaining(['have its kubelet make the node again: ckadet cluster ssh n2 -- sudo systemctl restart kubelet']) as string[],
  });
  // As on a host that was made anew.
  n1.effects.delete('control-plane/init');
  const before = [n1, n2].map(({ carriedOut }) => carriedOut.length);
  await expect(site.create()).rejects.toMatchObject({
    code: 'FIRST_IS_BARE',
    next: expect.arrayContaining([expect.stringContaining('put n2 before it')]) as string[],
  });
  expect([n1, n2].map(({ carriedOut }) => carriedOut.length)).toEqual(before);
});

it('a control plane that was made anew waits until etcd has forgotten the lost one; one whose join was cut off does not', async () => {
  const site = await made('ha-stacked');
  const [n1, n3] = [site.host('n1'), site.host('n3')];
  n1.nodes = ['n1', 'n2', 'n4'];
  n1.members = [
    ['a1', 'n1', '10.0.0.11'],
    ['c3', 'n3', '10.0.0.13'],
  ];
  n3.effects.delete('join-control-planes/join');
  n3.hasEtcdData = true;
  expect(await asked(site, standingOf)).toEqual(NOTHING_STANDS);
  n3.hasEtcdData = false;
  await expect(asked(site, standingOf)).rejects.toMatchObject({
    code: 'ETCD_MEMBER_LEFT',
    next: expect.arrayContaining([expect.stringMatching(/^kubectl -n kube-system exec etcd-n1 -- etcdctl .* member remove c3$/)]) as string[],
  });
  n1.members = undefined;
  await expect(asked(site, standingOf)).rejects.toMatchObject({ code: 'ETCD_UNKNOWN', why: expect.stringContaining('etcd does not run here') as string });
  n1.members = [['a1', 'n1', '10.0.0.11']];
  expect(await asked(site, standingOf)).toEqual(NOTHING_STANDS);
});

it('which control plane the file has first may change: one that joined is not made anew', async () => {
  const site = await made('ha-stacked');
  const holdsOn = (phase: string, host: string): string | undefined =>
    createPlan(site.loaded)
      .tasks.filter((task) => task.phase === phase && task.host === host)
      .flatMap(({ actions }) =>
        actions.flatMap((action) => (action.kind === 'command' && ['init', 'join'].includes(action.id) ? [action.unless ?? ''] : [])),
      )[0];
  expect(holdsOn('control-plane', 'n1')).toBe(holdsOn('join-control-planes', 'n2'));
});
