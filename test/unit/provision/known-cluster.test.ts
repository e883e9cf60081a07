// A cluster by its name: by the file that it was made with, or by the copy that was kept of it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openHome } from '../../../src/platform/home.ts';
import { wallClock } from '../../../src/platform/clock.ts';
import { keptFilePath, recordCluster } from '../../../src/provision/cluster-records.ts';
import { loadKnown } from '../../../src/provision/known-cluster.ts';
import { clusterIn, type ClusterOfHosts, loadAnyCluster, withPackages } from '../../../src/provision/load.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

it('is read from its file, and from the kept copy where that is gone or describes another', async () => {
  const root = scratchFolder();
  const home = await openHome(join(root, 'home'));
  const path = join(root, 'cluster.yaml');
  const spec = specOf(clusterYaml('single'));
  writeFileSync(path, clusterYaml('single'));
  await recordCluster(home, { path, spec }, wallClock);

  writeFileSync(path, clusterYaml('ha-stacked'));
  expect(await loadKnown(home, 'demo')).toMatchObject({ cluster: { loaded: { path, spec: { file: { topology: 'ha-stacked' } } } } });
  expect(await loadKnown(home, 'demo')).not.toHaveProperty('remark');
  writeFileSync(path, clusterYaml('ha-stacked').replace('demo', 'other'));
  expect(await loadKnown(home, 'demo')).toMatchObject({
    cluster: { loaded: { path, spec: { name: 'demo', file: { topology: 'single' } } } },
    remark: expect.stringContaining('describes another cluster now') as string,
  });
  rmSync(path);
  expect(await loadKnown(home, 'demo')).toMatchObject({
    cluster: { loaded: { spec: { name: 'demo' } } },
    remark: expect.stringContaining('not there any more') as string,
  });
  mkdirSync(path);
  expect(await loadKnown(home, 'demo')).toMatchObject({
    cluster: { loaded: { spec: { name: 'demo' } } },
    remark: expect.stringContaining('is a folder now') as string,
  });
  rmSync(keptFilePath(home, 'demo'));
  await expect(loadKnown(home, 'demo')).rejects.toMatchObject({
    code: 'CLUSTER_FILE_NOT_FOUND',
    next: expect.arrayContaining([expect.stringContaining('delete demo --forget')]) as string[],
  });
});

it('is reached and taken back when its version is not supported any more, and not made', async () => {
  const home = await openHome(join(scratchFolder(), 'home'));
  const path = join(scratchFolder(), 'cluster.yaml');
  const source = `kubernetesVersion: "1.20.3"\n${clusterYaml('single')}`;
  writeFileSync(path, source);
  const { loaded } = clusterIn(source, path) as { readonly loaded: ClusterOfHosts };
  expect(loaded.spec).toMatchObject({ name: 'demo', version: { minor: '1.20', full: 'v1.20.3' } });
  await recordCluster(home, loaded, wallClock);
  expect(await loadKnown(home, 'demo')).toMatchObject({ cluster: { kind: 'hosts' } });
  await expect(withPackages(loaded)).rejects.toMatchObject({ code: 'CLUSTER_FILE_INVALID', why: expect.stringContaining('is too old') as string });
  // What else is wrong is wrong for every command.
  expect(() => clusterIn(`${source}cni: none\n`, path)).toThrow(expect.objectContaining({ code: 'CLUSTER_FILE_INVALID' }));
});

it('is not guessed', async () => {
  const home = await openHome(scratchFolder());
  await expect(loadKnown(home, 'cluster.yaml')).rejects.toMatchObject({
    code: 'NO_SUCH_CLUSTER',
    exitCode: 2,
    why: 'none was made from here yet',
    next: ['a file is given with -f: -f cluster.yaml'],
  });
  await recordCluster(home, { path: '/c/cluster.yaml', spec: specOf(clusterYaml('single')) }, wallClock);
  await expect(loadKnown(home, 'dmeo')).rejects.toMatchObject({
    why: 'made from here: demo',
    next: expect.arrayContaining(['did you mean demo?']) as string[],
  });
  await expect(loadKnown(home, '../demo')).rejects.toMatchObject({ code: 'NO_SUCH_CLUSTER' });
});

it('is no folder', async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'clusters'));
  await expect(loadAnyCluster(join(folder, 'clusters'))).rejects.toMatchObject({
    code: 'CLUSTER_FILE_IS_FOLDER',
    exitCode: 2,
    next: expect.arrayContaining([`name the file in it, for example: -f ${join(folder, 'clusters/cluster.yaml')}`]) as string[],
  });
});
