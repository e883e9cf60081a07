// Writing a cluster file: from options, from answers, and what is said where something is missing or does not fit.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAnyCluster } from '../../../src/provision/load.ts';
import { collect } from '../../../src/provision/init/collect.ts';
import type { Said } from '../../../src/provision/init/field.ts';
import { writeClusterFile } from '../../../src/provision/init/init.ts';
import { renderClusterFile } from '../../../src/provision/init/render.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { nobody, scriptedQuestions } from '../../fixtures/scripted-questions.ts';

const TWO = { topology: 'single', 'control-plane': 'n1=192.168.2.11', worker: 'n2=192.168.2.12' };
const byOptions = (given: Said): Promise<Said> => collect(given, nobody, false);

describe('options', () => {
  it('are enough, and what is not said has its usual value', async () => {
    const said = await byOptions(TWO);
    expect(said).toMatchObject({ provider: 'kubeadm', 'kubernetes-version': '1.35', cni: 'flannel', runtime: 'containerd', packages: '' });
    expect(await byOptions({ provider: 'minikube' })).toMatchObject({ nodes: '1', cni: 'auto', driver: '' });
  });

  it('that are missing are all named at once', async () => {
    await expect(byOptions({ topology: 'ha-external-etcd' })).rejects.toMatchObject({
      code: 'MISSING_OPTIONS',
      exitCode: 2,
      what: '3 options are missing for a cluster of ha-external-etcd',
      why: expect.stringMatching(/^--control-plane HOSTS: .*\n--etcd HOSTS: .*\n--endpoint ADDRESS: /) as string,
    });
  });

  it('that make no sense are all named at once', async () => {
    await expect(byOptions({ ...TWO, worker: 'n2', cni: 'calcio', cpus: 'many' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      why: expect.stringMatching(
        /--worker cannot be "n2": .*NAME=ADDRESS.*\n--cni cannot be "calcio": .*did you mean calico\?\n--cpus cannot be "many"/,
      ) as string,
    });
  });

  it.each([
    ['an address that is none', { 'control-plane': 'n1=192.168.2.300' }, 'INVALID_OPTION', '"192.168.2.300" is no IP address'],
    ['a name in capitals', { worker: 'N2=192.168.2.12' }, 'INVALID_OPTION', '"N2" is no name of a host'],
    ['a version that is not made', { 'kubernetes-version': '1.12' }, 'INVALID_OPTION', 'is not supported'],
    ['machines that the topology has not', { etcd: 'e1=192.168.2.13' }, 'OPTION_NOT_FOR', 'topology single has no such thing'],
    ['a machine that is none of those named', { local: 'n5' }, 'INVALID_OPTION', 'the machines are n1, n2'],
  ])('that do not fit are not dropped: %s', async (_what, wrong, code, why) => {
    await expect(byOptions({ ...TWO, ...wrong })).rejects.toMatchObject({ code, exitCode: 2, why: expect.stringContaining(why) as string });
  });

  it('of another provider are refused', async () => {
    await expect(byOptions({ ...TWO, nodes: '2', workers: '1' })).rejects.toMatchObject({
      code: 'OPTION_NOT_FOR',
      what: '--nodes, --workers are not for kubeadm',
    });
    await expect(byOptions({ provider: 'kind', topology: 'single' })).rejects.toMatchObject({ code: 'OPTION_NOT_FOR' });
  });
});

describe('questions', () => {
  it('are asked for what no option says, in order, and only what belongs there', async () => {
    const questions = scriptedQuestions('1.36', 'n1=10.0.0.1', '', '', '', 'yes', 'no');
    const said = await collect({ provider: 'kubeadm', topology: 'all-in-one', user: 'debian' }, questions, true);
    expect(questions.asked.map((each) => each.split(/[,;?:]/)[0])).toEqual([
      'Which Kubernetes version',
      'The control planes',
      'The private key to log in with',
      'A folder of packages for hosts without a network',
      'Which network plugin',
      'A metrics server',
      'A storage class that makes volumes of folders of the nodes',
    ]);
    expect(said).toMatchObject({ 'kubernetes-version': '1.36', cni: 'flannel', 'metrics-server': 'yes', 'local-storage': 'no' });
  });

  it('are asked again after an answer that makes no sense', async () => {
    const questions = scriptedQuestions('kind', '1.35', 'none', '3', '2');
    expect(await collect({}, questions, true)).toMatchObject({ provider: 'kind', 'control-planes': '3', workers: '2' });
    expect(questions.asked[3]).toBe('"none": it is a whole number from 1 to 9. How many control planes?');
  });
});

describe('the file', () => {
  it('is a plain text with comments that says what was said', () => {
    const text = renderClusterFile(
      'lab',
      { ...TWO, provider: 'kubeadm', 'kubernetes-version': '1.35', user: 'debian', local: 'n2', cni: 'calico', runtime: 'containerd' },
      './cluster.schema.json',
    );
    expect(text).toContain('# yaml-language-server: $schema=./cluster.schema.json\n# A Kubernetes cluster for ckadet');
    expect(text).toContain(
      '  - name: n1\n    address: 192.168.2.11\n    user: debian\n    roles: [control-plane]\n  - name: n2\n    address: 192.168.2.12\n    kind: local\n    roles: [worker]\n',
    );
  });

  it('is not written where the whole does not fit together, nor over another', async () => {
    const path = join(scratchFolder(), 'cluster.yaml');
    const said = await byOptions({ topology: 'ha-stacked', 'control-plane': 'n1=10.0.0.1', endpoint: '10.0.0.1' });
    await expect(writeClusterFile('lab', said, { path, force: false })).rejects.toMatchObject({
      code: 'CLUSTER_FILE_INVALID',
      what: 'a cluster like that is not right: nothing was written',
      why: expect.stringContaining('hosts of topology ha-stacked have at least 3 with the role control-plane; there: 1') as string,
    });
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'mine');
    await expect(writeClusterFile('lab', await byOptions(TWO), { path, force: false })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    await writeClusterFile('lab', await byOptions(TWO), { path, force: true });
    expect(readFileSync(path, 'utf8')).toContain('name: lab\n');
  });

  it('names a folder of packages from where it lies itself', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'packages', 'bin'), { recursive: true });
    writeFileSync(join(folder, 'packages', 'bin', 'kubeadm'), '');
    writeFileSync(join(folder, 'packages', 'SHA256SUMS'), `${'0'.repeat(64)}  bin/kubeadm\n`);
    const path = join(folder, 'clusters', 'lab.yaml');
    await expect(writeClusterFile('lab', await byOptions({ ...TWO, packages: join(folder, 'nowhere') }), { path, force: false })).rejects.toMatchObject({
      code: 'PACKAGES_NOT_FOUND',
    });
    await writeClusterFile('lab', await byOptions({ ...TWO, packages: join(folder, 'packages') }), { path, force: false });
    expect(await loadAnyCluster(path)).toMatchObject({ kind: 'hosts', loaded: { packages: { path: join(folder, 'packages') } } });
  });
});
