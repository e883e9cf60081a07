// Writing a cluster file: from options, from answers, and what is said where something is missing or does not fit.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demandHosts, loadAnyCluster, withPackages } from '../../../src/provision/load.ts';
import { collect, collectName } from '../../../src/provision/init/collect.ts';
import type { Said } from '../../../src/provision/init/field.ts';
import { composeClusterFile, writeClusterFile } from '../../../src/provision/init/init.ts';
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
    ['a version that is not made', { 'kubernetes-version': '1.12' }, 'INVALID_OPTION', 'it is too old: ckadet makes 1.34 to 1.37'],
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
    const questions = scriptedQuestions('1.36', 'n1=10.0.0.1', '', '', 'flannel', 'yes', 'no');
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
    expect(questions.asked[3]).toBe('How many control planes?');
    expect(questions.complaints).toEqual(['it is a whole number from 1 to 9']);
  });
});

describe('the name', () => {
  it('is asked for where it is not given, and checked either way', async () => {
    const questions = scriptedQuestions('My Lab', 'my-lab');
    expect(await collectName(undefined, questions, true, {})).toBe('my-lab');
    expect(questions.complaints).toEqual([expect.stringContaining('lower-case letters')]);
    expect(await collectName(undefined, nobody, false, {})).toBe('cluster');
    await expect(collectName('Lab!', nobody, false, {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', exitCode: 2 });
  });

  it('is held against what makes the cluster when it is given, not at the end', async () => {
    const questions = scriptedQuestions('m', 'mk');
    expect(await collectName(undefined, questions, true, { provider: 'minikube' })).toBe('mk');
    expect(questions.complaints).toEqual([expect.stringContaining('minikube wants two')]);
    await expect(collectName('m', nobody, false, { provider: 'minikube' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await collectName('m', nobody, false, { provider: 'kind' })).toBe('m');
    // The options alone do not fit: that is not the name's fault.
    expect(await collectName('mk', nobody, false, { provider: 'minikube', cni: 'bridge', nodes: '2' })).toBe('mk');
  });
});

describe('what is said together', () => {
  /** Answers up to one, which is wrong first. */
  const complaints = async (topology: string, answers: readonly string[]): Promise<readonly string[]> => {
    const questions = scriptedQuestions(...answers);
    const given = { provider: 'kubeadm', 'kubernetes-version': '1.35', topology, user: '', identity: '', packages: '', cni: 'flannel' };
    await collect({ ...given, 'metrics-server': 'no', 'local-storage': 'no' }, questions, true);
    return questions.complaints;
  };
  const three = 'n1=10.0.0.1,n2=10.0.0.2,n3=10.0.0.3';

  it.each([
    ['too few machines', 'ha-stacked', ['n1=10.0.0.1', three, '', '10.0.0.9'], 'at least 3 with the role control-plane; there: 1'],
    ['an even number of members', 'ha-stacked', [`${three},n4=10.0.0.4`, three, '', '10.0.0.9'], 'have 4 etcd members'],
    ['a machine named twice', 'single', ['n1=10.0.0.1', 'n1=10.0.0.2', 'n2=10.0.0.2'], 'is the name of hosts[0] too: n1'],
    ['the address of a host as endpoint', 'ha-stacked', [three, '', '10.0.0.3:8443', '10.0.0.9:8443'], 'is the address of hosts[2]'],
    ['a port that is taken', 'ha-stacked', [three, '', '10.0.0.9:6443', '10.0.0.9'], 'cannot be 6443'],
    ['a network that holds a host', 'single', ['n1=10.244.3.1', '', '10.244.0.0/17', '10.200.0.0/16'], 'holds the address of n1'],
    ['networks that overlap', 'single', ['n1=10.96.0.5', '', '10.244.128.0/17', '10.111.0.0/16'], 'overlaps podCIDR'],
    ['machines of another family', 'single', ['n1=fd00::1', 'n2=10.0.0.2', 'n2=fd00::2'], 'one family for all'],
    ['a machine by its name, without an address', 'single', ['n1=box.example', '', 'n2=10.0.0.1', 'n1=10.0.0.1'], 'there is no machine n2'],
  ])('is checked with each answer: %s', async (_what, topology, answers, complaint) => {
    expect(await complaints(topology, answers)).toEqual([expect.stringContaining(complaint)]);
  });

  it('is checked with what is chosen from a list, too', async () => {
    const questions = scriptedQuestions('minikube', 'calico');
    const warnings: string[] = [];
    const given = { 'kubernetes-version': '1.35', nodes: '2', memory: '', addons: '' };
    expect(await collect(given, scriptedQuestions('minikube', 'bridge', 'calico'), true, (text) => warnings.push(text))).toMatchObject({ cni: 'calico' });
    expect(warnings).toEqual([expect.stringMatching(/^not bridge: cni bridge joins no nodes/)]);
    await expect(collect({ ...given, driver: 'none' }, questions, true)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      what: 'the options do not fit together',
      why: expect.stringContaining('nodes must be 1 with the driver none') as string,
    });
    expect(questions.asked).toEqual(['What shall make the cluster?']);
  });

  it('an option that this machine does not bear out is warned of', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'id.pub'), 'ssh-ed25519 AAAA me');
    const warnings: string[] = [];
    for (const identity of [join(folder, 'id'), join(folder, 'id.pub'), folder])
      await collect({ ...TWO, identity }, nobody, false, (text) => warnings.push(text));
    expect(warnings).toEqual([
      expect.stringMatching(/there is no .*ssh-keygen -t ed25519 -f .*ssh-copy-id -i /),
      expect.stringContaining('is the public half of a key'),
      expect.stringContaining('is a folder'),
    ]);
  });

  it('becomes a file with node addresses and networks of its own', async () => {
    const said = await byOptions({
      ...TWO,
      worker: 'n2=box.example',
      'node-ip': 'n1=10.9.0.1,n2=10.9.0.2',
      'pod-cidr': '10.200.0.0/16',
      'service-cidr': '10.201.0.0/16',
    });
    const text = await composeClusterFile('lab', said, { path: 'cluster.yaml' });
    expect(text).toContain('    address: box.example\n    nodeIP: 10.9.0.2\n');
    expect(text).toContain('  podCIDR: 10.200.0.0/16\n  serviceCIDR: 10.201.0.0/16\n');
    await expect(byOptions({ ...TWO, worker: 'n2=box.example' })).rejects.toMatchObject({
      code: 'MISSING_OPTIONS',
      why: expect.stringContaining('--node-ip ADDRESSES') as string,
    });
  });
});

it.each([
  ['single', '--topology single --control-plane n1=192.168.2.11 --worker n2=192.168.2.12'],
  ['single-external-etcd', '--etcd n2=192.168.2.12 --worker n3=192.168.2.13'],
  ['ha-stacked', '--control-plane n1=192.168.2.11,n2=192.168.2.12,n3=192.168.2.13 --worker n4=192.168.2.14 --endpoint 192.168.2.100:8443'],
  ['all-in-one', '--topology all-in-one --control-plane n1=192.168.2.11 --user debian'],
])('the example for %s is one of it', async (topology, words) => {
  await expect(byOptions({ topology })).rejects.toMatchObject({
    code: 'MISSING_OPTIONS',
    next: expect.arrayContaining([expect.stringContaining(words)]) as string[],
  });
});

it.each([
  ['root@10.0.0.1', 'it is the user alone, "root"'],
  ['Mr Smith', 'no name of a Linux user'],
  ['-oProxyCommand=x', 'no name of a Linux user'],
])('nobody logs in as %s', async (user, why) => {
  await expect(byOptions({ ...TWO, user })).rejects.toMatchObject({ code: 'INVALID_OPTION', why: expect.stringContaining(why) as string });
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
    await expect(composeClusterFile('lab', said, { path })).rejects.toMatchObject({
      code: 'CLUSTER_FILE_INVALID',
      what: 'a cluster like that is not right: nothing was written',
      why: expect.stringContaining('hosts of topology ha-stacked have at least 3 with the role control-plane; there: 1') as string,
    });
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'mine');
    const text = await composeClusterFile('lab', await byOptions(TWO), { path });
    await expect(writeClusterFile(text, { path, force: false })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    await writeClusterFile(text, { path, force: true });
    expect(readFileSync(path, 'utf8')).toContain('name: lab\n');
  });

  it('names keys from where it lies itself', async () => {
    const folder = scratchFolder();
    const path = join(folder, 'clusters', 'lab.yaml');
    const identity = relative(process.cwd(), join(folder, 'k1'));
    const text = async (more: Said): Promise<string> => composeClusterFile('lab', await byOptions({ ...TWO, ...more }), { path });
    expect(await text({ identity })).toContain('identity: ../k1\n');
    for (const fixed of ['~/.ssh/k1', '/keys/k1', '%d/k1']) expect(await text({ identity: fixed })).toMatch(new RegExp(`identity: "?${fixed}"?\n`));
  });

  it('is written over no folder', async () => {
    const folder = scratchFolder();
    await expect(writeClusterFile('x', { path: folder, force: true })).rejects.toMatchObject({
      code: 'IS_A_FOLDER',
      exitCode: 2,
      next: [`name the file in it: --output ${join(folder, 'cluster.yaml')}`],
    });
    await expect(writeClusterFile('x', { path: '', force: true })).rejects.toMatchObject({ code: 'IS_A_FOLDER' });
  });

  it('names a folder of packages from where it lies itself', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'packages', 'bin'), { recursive: true });
    writeFileSync(join(folder, 'packages', 'bin', 'kubeadm'), '');
    mkdirSync(join(folder, 'packages', 'manifests'));
    writeFileSync(join(folder, 'packages', 'manifests', 'kube-flannel.yml'), '');
    const files = ['bin/kubeadm', 'manifests/kube-flannel.yml'];
    writeFileSync(join(folder, 'packages', 'SHA256SUMS'), files.map((file) => `${'0'.repeat(64)}  ${file}\n`).join(''));
    const path = join(folder, 'clusters', 'lab.yaml');
    await expect(composeClusterFile('lab', await byOptions({ ...TWO, packages: join(folder, 'nowhere') }), { path })).rejects.toMatchObject({
      code: 'PACKAGES_NOT_FOUND',
      next: [expect.stringContaining('without --packages'), expect.stringContaining('what it should hold')] as string[],
    });
    await writeClusterFile(await composeClusterFile('lab', await byOptions({ ...TWO, packages: join(folder, 'packages') }), { path }), { path, force: false });
    expect(await withPackages(demandHosts(await loadAnyCluster(path)))).toMatchObject({ packages: { path: join(folder, 'packages') } });
  });
});
