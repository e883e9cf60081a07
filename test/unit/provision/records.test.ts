// What is kept of clusters on this machine.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openHome } from '../../../src/platform/home.ts';
import {
  fileForLater,
  forgetCluster,
  keptFilePath,
  leaveOut,
  noteFinished,
  noteTakenBack,
  readRecord,
  readRecords,
  recordCluster,
} from '../../../src/provision/cluster-records.ts';
import { demandOwnFile, demandUnchanged } from '../../../src/provision/made-before.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const at = (now: number) => ({ now: () => now, after: () => ({ cancel() {} }) });

it('keeps the day on which a cluster was made, and is forgotten', async () => {
  const root = scratchFolder();
  const home = await openHome(root);
  expect(await readRecords(home)).toEqual({ records: [], takenBack: [], damaged: [] });
  const loaded = (yaml: string) => ({ path: '/c/cluster.yaml', spec: specOf(yaml), packages: undefined });
  await recordCluster(home, loaded(clusterYaml('single')), at(0));
  await recordCluster(home, loaded(clusterYaml('ha-stacked')), at(86_400_000));
  const { records } = await readRecords(home);
  expect(records).toMatchObject([
    {
      name: 'demo',
      file: '/c/cluster.yaml',
      provider: 'kubeadm',
      topology: 'ha-stacked',
      version: 'v1.35.4',
      endpoint: 'https://10.0.0.100:8443',
      hosts: ['n1', 'n2', 'n3', 'n4'],
      capabilities: { workers: 1, hosts: true, containers: true, metrics: false, 'network-policy': false, ingress: false, 'dynamic-volumes': false },
      createdAt: '1970-01-01T00:00:00.000Z',
      finished: false,
    },
  ]);
  mkdirSync(join(root, 'provision/journal-only'), { recursive: true });
  mkdirSync(join(root, 'provision/torn'), { recursive: true });
  writeFileSync(join(root, 'provision/torn/cluster.json'), '{"name": "to');
  expect(await readRecords(home)).toEqual({ records, takenBack: [], damaged: [join(root, 'provision/torn/cluster.json')] });
  await forgetCluster(home, 'demo');
  expect((await readRecords(home)).records).toEqual([]);
});

it('has the file at hand by which hosts that are left are taken back, also when nothing else is kept', async () => {
  const root = scratchFolder();
  const home = await openHome(join(root, 'home'));
  const path = join(root, 'cluster.yaml');
  writeFileSync(path, clusterYaml('single'));
  await recordCluster(home, { path, spec: specOf(clusterYaml('single')) }, at(0));
  expect(await fileForLater(home, 'demo', path)).toBe(path);
  writeFileSync(path, clusterYaml('single').replace('demo', 'other'));
  const file = await fileForLater(home, 'demo', path);
  await forgetCluster(home, 'demo');
  expect(readFileSync(file, 'utf8')).toBe(clusterYaml('single'));
  expect(await readRecords(home)).toEqual({ records: [], takenBack: [], damaged: [] });
  // Nothing is kept of one that was never made from here.
  expect(await fileForLater(home, 'never', path)).toBe(path);
});

it('keeps the file as it was, leaves out hosts that are taken back, and knows the name of a cluster that was taken back', async () => {
  const root = scratchFolder();
  const home = await openHome(root);
  const path = join(root, 'cluster.yaml');
  writeFileSync(path, clusterYaml('single'));
  const loaded = { path, spec: specOf(clusterYaml('single')), packages: undefined };
  await recordCluster(home, loaded, at(0));
  writeFileSync(path, 'another');
  expect(readFileSync(keptFilePath(home, 'demo'), 'utf8')).toBe(clusterYaml('single'));

  expect(await readRecord(home, 'demo')).toMatchObject({ capabilities: { workers: 1 } });
  await leaveOut(home, loaded, ['n2']);
  expect(await readRecord(home, 'demo')).toMatchObject({ hosts: ['n1'], members: [{ name: 'n1' }], capabilities: { workers: 0 } });

  await recordCluster(home, loaded, at(0));
  const without = clusterYaml('single').replace(/^.*n2.*\n/m, '');
  await recordCluster(home, { path, spec: specOf(without) }, at(0));
  expect(await readRecord(home, 'demo')).toMatchObject({ members: [{ name: 'n1' }], left: [{ name: 'n2' }] });
  expect(await demandOwnFile(home, { path, spec: specOf(without) })).toEqual(['n2']);
  expect(await demandUnchanged(home, { kind: 'hosts', loaded: { path, spec: specOf(without) } })).toMatch(
    /^n2 is not in the file any more, .*reset --hosts n2$/,
  );
  await recordCluster(home, loaded, at(0));
  expect(await readRecord(home, 'demo')).toMatchObject({ left: [] });
  await leaveOut(home, loaded, ['n2']);

  await noteFinished(home, 'demo');
  await recordCluster(home, loaded, at(1));
  expect(await readRecord(home, 'demo')).toMatchObject({ finished: true });

  await noteTakenBack(home, 'demo');
  expect((await readRecords(home)).records).toEqual([]);
  expect(await readRecord(home, 'demo')).toMatchObject({ name: 'demo', file: path, takenBack: true });
  await recordCluster(home, loaded, at(86_400_000));
  expect((await readRecords(home)).records).toMatchObject([{ createdAt: '1970-01-02T00:00:00.000Z', finished: false }]);
});
