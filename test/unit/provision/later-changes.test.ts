// What may be changed in the file of a cluster that is made, and what may not: by the table, the record of this machine and the notes of the hosts.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/errors/app-error.ts';
import { openHome } from '../../../src/platform/home.ts';
import { wallClock } from '../../../src/platform/clock.ts';
import { clusterSchema } from '../../../src/provision/cluster-file/schema.ts';
import { noteTakenBack, recordCluster, recordLocal } from '../../../src/provision/cluster-records.ts';
import { demandSameLayout, demandSameMembers, LATER_CHANGES, layoutOf, membersOf } from '../../../src/provision/later-changes.ts';
import { type AnyCluster, parseAny, withPackages } from '../../../src/provision/load.ts';
import { demandOwnFile, demandUnchanged, versionMade } from '../../../src/provision/made-before.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';
import { pretendSite } from '../../fixtures/pretend-site.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const made = specOf(clusterYaml('ha-stacked'));
const refusal = (work: () => void): AppError => {
  try {
    work();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('it was not refused');
};

describe('the table', () => {
  it('tells of every field of a cluster file', () => {
    const fields = Object.keys(clusterSchema.shape);
    expect(fields.filter((field) => !LATER_CHANGES.some((each) => each.field === field || each.field.startsWith(`${field}.`)))).toEqual([]);
  });

  it.each([
    ['another name', 'name: demo', 'name: other', 'name was demo and is other now'],
    ['another version', 'topology:', 'kubernetesVersion: "1.36"\ntopology:', 'kubernetesVersion was v1.35.4 and is v1.36.1 now: an upgrade goes node by node'],
    ['another address', '10.0.0.100', '10.0.0.101', 'endpoint was 10.0.0.100:8443 and is 10.0.0.101:8443 now'],
    ['another port', '8443', '9443', 'endpoint was 10.0.0.100:8443 and is 10.0.0.100:9443 now'],
    ['other pod addresses', 'topology:', 'networking: {podCIDR: 10.200.0.0/16}\ntopology:', 'networking.podCIDR was 10.244.0.0/16 and is 10.200.0.0/16 now'],
    ['other Service addresses', 'topology:', 'networking: {serviceCIDR: 10.98.0.0/16}\ntopology:', 'networking.serviceCIDR was 10.96.0.0/12'],
    ['another DNS domain', 'topology:', 'networking: {dnsDomain: corp.example}\ntopology:', 'networking.dnsDomain was cluster.local'],
    ['another network plugin', 'topology:', 'cni: calico\ntopology:', 'cni was flannel and is calico now'],
    ['another runtime', 'topology:', 'runtime: cri-o\ntopology:', 'runtime was containerd and is cri-o now'],
  ])('refuses %s', (_what, from, to, why) => {
    const now = specOf(clusterYaml('ha-stacked').replaceAll(from, to));
    expect(refusal(() => demandSameLayout(layoutOf(made), now))).toMatchObject({
      code: 'CLUSTER_CHANGED',
      exitCode: 3,
      why: expect.stringContaining(why) as string,
    });
  });

  it.each([
    ['other settings of the balancers', '8443}', '8443, routerId: 77, keepalived: {fall: 2}}'],
    ['add-ons', 'topology:', 'addons: {metricsServer: true}\ntopology:'],
    ['other packages', 'topology:', 'packages: {source: repositories, proxy: "http://proxy:3128"}\ntopology:'],
    ['patches', 'topology:', 'patches: {kubelet: {maxPods: 50}}\ntopology:'],
  ])('allows %s', (_what, from, to) => {
    const now = specOf(clusterYaml('ha-stacked').replace(from, to));
    expect(() => demandSameLayout(layoutOf(made), now)).not.toThrow();
    expect(() => demandSameMembers(membersOf(made), now)).not.toThrow();
  });
});

describe('hosts', () => {
  const now = (yaml: string): void => demandSameMembers(membersOf(made), specOf(yaml));
  const file = clusterYaml('ha-stacked');
  const worker = /^.*n4.*\n/m;

  it('that are workers come and go', () => {
    expect(() => now(file.replace(worker, (line) => `${line}${line.replace('n4', 'n5').replace('.14', '.15')}`))).not.toThrow();
    expect(() => now(file.replace(worker, ''))).not.toThrow();
  });

  it.each([
    [
      'a control plane that is new',
      file.replace(
        worker,
        (line) =>
          line +
          line.replace('n4', 'n5').replace('.14', '.15').replace('worker', 'control-plane') +
          line.replace('n4', 'n6').replace('.14', '.16').replace('worker', 'control-plane'),
      ),
      'n5 is new, with the role control-plane',
    ],
    ['a control plane that is another host now', file.replaceAll('n3', 'n9'), 'n3 is missing, with the role control-plane'],
    ['another node IP', file.replace('10.0.0.14', '10.0.0.24'), 'n4: its node IP was 10.0.0.14 and is 10.0.0.24 now'],
    ['another node name', file.replace('name: n4,', 'name: n4, nodeName: w1,'), 'n4: its node was n4 and is w1 now'],
  ])('cannot change: %s', (_what, yaml, why) => {
    expect(refusal(() => now(yaml))).toMatchObject({ code: 'CLUSTER_CHANGED', why: expect.stringContaining(why) as string });
  });
});

describe('by the records here, before any host is asked', () => {
  const clusterIn = (yaml: string, path: string): AnyCluster => {
    const parsed = parseAny(yaml, path);
    return 'local' in parsed ? { kind: 'local', local: { path, cluster: parsed.local } } : { kind: 'hosts', loaded: { path, spec: specOf(yaml) } };
  };

  it('what was changed is refused, until the cluster is taken back', async () => {
    const home = await openHome(scratchFolder());
    const path = '/c/cluster.yaml';
    await recordCluster(home, { path, spec: made }, wallClock);
    const changed = clusterIn(clusterYaml('ha-stacked').replace('10.0.0.100', '10.0.0.101'), path);
    await expect(demandUnchanged(home, changed)).rejects.toMatchObject({ code: 'CLUSTER_CHANGED' });
    await expect(demandUnchanged(home, clusterIn('name: demo\nprovider: kind\n', '/c/kind.yaml'))).rejects.toMatchObject({
      code: 'CLUSTER_CHANGED',
      why: expect.stringContaining('provider was kubeadm and is kind now') as string,
    });
    expect(await demandUnchanged(home, clusterIn(clusterYaml('ha-stacked'), path))).toBeUndefined();
    await noteTakenBack(home, 'demo');
    expect(await demandUnchanged(home, changed)).toBeUndefined();
  });

  it('a cluster is not taken back by the file of another one with its name', async () => {
    const home = await openHome(scratchFolder());
    const here = (yaml: string) => ({ path: '/c/other.yaml', spec: specOf(yaml) });
    const file = clusterYaml('ha-stacked');
    expect(await demandOwnFile(home, here(file))).toEqual([]);
    await recordCluster(home, { path: '/c/cluster.yaml', spec: made }, wallClock);
    expect(await demandOwnFile(home, here(file))).toEqual([]);
    expect(await demandOwnFile(home, here(file.replace(/^.*n4.*\n/m, '')))).toEqual(['n4']);
    await expect(demandOwnFile(home, here(file.replaceAll('10.0.0', '10.0.7')))).rejects.toMatchObject({
      code: 'OTHER_CLUSTER',
      why: expect.stringMatching(/n1 \(10\.0\.0\.11\).* it was made with \/c\/cluster\.yaml/) as string,
      next: expect.arrayContaining(['take that one back by its own file: ckadet cluster reset -f /c/cluster.yaml']) as string[],
    });
    await noteTakenBack(home, 'demo');
    expect(await demandOwnFile(home, here(file.replaceAll('10.0.0', '10.0.7')))).toEqual([]);
  });

  it('a bare minor stays the patch that it was made with', async () => {
    const home = await openHome(scratchFolder());
    const path = '/c/cluster.yaml';
    const bare = specOf(`${clusterYaml('single')}packages: {source: repositories}\n`);
    await recordCluster(home, await withPackages({ path, spec: bare }, 'v1.35.1'), wallClock);
    const again = await withPackages({ path, spec: bare }, await versionMade(home, 'demo'));
    expect(again.spec.version.full).toBe('v1.35.1');
    expect(await demandUnchanged(home, { kind: 'hosts', loaded: again })).toBeUndefined();
    await noteTakenBack(home, 'demo');
    expect(await versionMade(home, 'demo')).toBeUndefined();
  });

  it('a cluster of this machine with its name is not taken back with hosts', async () => {
    const home = await openHome(scratchFolder());
    const local = clusterIn('name: demo\nprovider: kind\n', '/c/kind.yaml');
    if (local.kind !== 'local') throw new Error('kind makes clusters on this machine');
    await recordLocal(home, local.local, wallClock);
    await expect(demandOwnFile(home, { path: '/c/cluster.yaml', spec: made })).rejects.toMatchObject({
      code: 'OTHER_CLUSTER',
      why: 'it is one of kind; it was made with /c/kind.yaml',
    });
  });

  it('a file that was written over is one cluster with another name on the same hosts, and a remark on others', async () => {
    const home = await openHome(scratchFolder());
    const path = '/c/cluster.yaml';
    await recordCluster(home, { path, spec: made }, wallClock);
    const renamed = clusterYaml('single').replace('name: demo', 'name: other');
    await expect(demandUnchanged(home, clusterIn(renamed, path))).rejects.toMatchObject({
      code: 'CLUSTER_CHANGED',
      why: expect.stringContaining('n1, n2 are of demo') as string,
    });
    expect(await demandUnchanged(home, clusterIn(renamed.replaceAll('10.0.0', '10.0.7'), path))).toContain('demo is still reached by its name');
    expect(await demandUnchanged(home, clusterIn(renamed.replaceAll('10.0.0', '10.0.7'), '/c/other.yaml'))).toBeUndefined();
  });
});

describe('by the notes of the hosts', () => {
  const single = clusterYaml('single');

  it('what was changed is refused, also where this machine has no record', async () => {
    const folder = scratchFolder();
    const first = await pretendSite(join(folder, 'a'), single);
    await first.create();
    const changed = await pretendSite(join(folder, 'b'), `${single}networking: {podCIDR: 10.200.0.0/16}\n`);
    for (const host of changed.hosts) Object.assign(host, { owner: 'demo', layout: first.host(host.spec.name).layout });
    await expect(changed.create()).rejects.toMatchObject({ code: 'CLUSTER_CHANGED', why: expect.stringContaining('podCIDR was 10.244.0.0/16') as string });
    expect(changed.hosts.flatMap(({ carriedOut }) => carriedOut)).toEqual([]);
    expect(changed.hosts.map(({ locks }) => locks)).toEqual([0, 0]);
  });

  it('a worker that left the file is asked for at the API first', async () => {
    const folder = scratchFolder();
    const site = await pretendSite(folder, single);
    await site.create();
    const without = await pretendSite(join(folder, 'without'), single.replace(/^.*n2.*\n/m, ''));
    await recordCluster(without.home, site.loaded, wallClock);
    const n1 = without.host('n1');
    n1.nodes = ['n1', 'n2'];
    await expect(without.create()).rejects.toMatchObject({
      code: 'CLUSTER_CHANGED',
      why: 'n2 is not in the file any more, and n2 is a node still',
      next: expect.arrayContaining(['kubectl delete node n2', 'ckadet cluster reset --hosts n2']) as string[],
    });
    expect(n1.carriedOut).toEqual([]);
    n1.nodes = ['n1'];
    await without.create();
  });
});
