// What `ckadet cluster …` says and writes where something was typed that cannot be done: the built command, without a host.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { bashOnTerminal, ckadet, ckadetOnTerminal, type Ran } from '../fixtures/ckadet.ts';
import { clusterYaml } from '../fixtures/cluster-files.ts';
import { scratchFolder } from '../fixtures/scratch.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = scratchFolder();
  file = join(folder, 'single.yaml');
  writeFileSync(file, clusterYaml('single'));
});
const run = (...words: readonly string[]): Promise<Ran> => ckadet(words, { home: join(folder, 'home'), env: { COLUMNS: '400', HOME: folder } });
const refused = async (code: string, ...words: readonly string[]): Promise<string> => {
  const { exitCode, stderr } = await run(...words);
  expect({ exitCode, stderr }).toEqual({ exitCode: expect.any(Number) as number, stderr: expect.stringContaining(`[${code}]`) as string });
  expect(exitCode).toBe(2);
  return stderr;
};

describe('a plan', () => {
  it('is written nowhere that has no name', async () => {
    for (const option of ['script', 'write'])
      expect(await refused('EMPTY_VALUE', 'cluster', 'plan', '-f', file, `--${option}`, '')).toContain(`--${option} names no folder`);
    expect(await refused('EMPTY_VALUE', 'cluster', 'plan', '-f', file, '--runbook', '')).toContain('--runbook names no file');
    expect(await refused('EMPTY_VALUE', 'cluster', 'plan', '-f', '')).toContain('name one: --file FILE');
  });

  it('that is written again is without the hosts that are gone', async () => {
    const out = join(folder, 'out');
    expect(await run('cluster', 'plan', '-f', file, '--script', out, '--write', out)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['n1', 'n2', 'run.sh', 'tasks']));
    writeFileSync(file, readFileSync(file, 'utf8').replace(/.*name: n2.*\n/, ''));
    const { stdout } = await run('cluster', 'plan', '-f', file, '--script', out, '--write', out);
    expect(stdout).toMatch(/^\d+ files written: \S+out\n\d+ files of an earlier plan removed: /);
    expect(existsSync(join(out, 'n2'))).toBe(false);
    expect(readdirSync(join(out, 'tasks')).filter((name) => name.includes('-n2'))).toEqual([]);
  });

  it('is no document over another, and no file where a cluster gets none', async () => {
    writeFileSync(join(folder, 'notes.md'), 'mine');
    expect(await refused('NOT_OURS', 'cluster', 'plan', '-f', file, '--runbook', join(folder, 'notes.md'))).toContain('it is no runbook');
    const runbook = join(folder, 'docs/RUNBOOK.md');
    for (const _ of [1, 2]) expect((await run('cluster', 'plan', '-f', file, '--runbook', runbook)).stdout).toBe(`1 file written: ${runbook}\n`);
    const mini = join(folder, 'mini.yaml');
    writeFileSync(mini, 'name: mk\nprovider: minikube\n');
    expect(await run('cluster', 'plan', '-f', mini, '--write', join(folder, 'mw'))).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Nothing is written to \S+mw: no file is put anywhere/) as string,
    });
    expect(existsSync(join(folder, 'mw'))).toBe(false);
  });
});

describe('words', () => {
  it('that are too many are counted without the values of options', async () => {
    expect(await refused('TOO_MANY_ARGUMENTS', 'cluster', 'plan', 'a', 'b', '-f', 'x')).toContain('2 are given: a b\n');
  });

  it('of a command for a host, and the name of a cluster in its place, are seen as what they are', async () => {
    expect(await refused('UNKNOWN_OPTION', 'cluster', 'ssh', 'n2', 'uname', '-a')).toMatch(/put -- before that:\n {8}ckadet cluster ssh n2 -- uname -a\n/);
    expect(await refused('UNKNOWN_OPTION', 'cluster', 'ssh', '-q', 'n2')).not.toContain('put --');
    expect(await refused('UNKNOWN_COMMAND', 'create')).toContain('did you mean: ckadet up or ckadet cluster create\n');
    expect(await refused('TOO_MANY_ARGUMENTS', 'status', 'single')).toContain('did you mean: ckadet cluster status single\n');
    const record = {
      name: 'lab',
      file,
      provider: 'kubeadm',
      topology: 'single',
      version: 'v1.35.4',
      endpoint: '',
      hosts: ['n1', 'n2'],
      createdAt: '2026-01-01',
    };
    mkdirSync(join(folder, 'home/provision/lab'), { recursive: true });
    writeFileSync(join(folder, 'home/provision/lab/cluster.json'), JSON.stringify(record));
    const ssh = await refused('NO_SUCH_HOST', 'cluster', 'ssh', 'lab', 'n2', '--', 'uname', '-a');
    expect(ssh).toContain('lab is a cluster, and a host comes first here');
    expect(ssh).toContain('next  ckadet cluster ssh --cluster lab n2 -- uname -a\n');
    expect(await refused('NO_SUCH_HOST', 'cluster', 'ssh', 'lab', '-f', file)).toContain('next  ckadet cluster ssh --cluster lab n1\n');
  });
});

describe('a program that is not installed', () => {
  const without = (...words: readonly string[]): Promise<Ran> =>
    ckadet(['cluster', ...words], { home: join(folder, 'home'), env: { COLUMNS: '400', PATH: folder } });

  it.each(['minikube', 'kind'])('is missed by status, and by a check of the machine: %s', async (provider) => {
    writeFileSync(file, `name: box\nprovider: ${provider}\n`);
    const { exitCode, stdout } = await without('status', '-f', file);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringMatching(new RegExp(`^How box is cannot be told\\n\\n- ${provider} is not installed; .*\\n- nothing is installed `)) as string,
    });
    expect(stdout).not.toContain('ckadet cluster create');
    expect(await without('validate', '-f', file)).toMatchObject({ exitCode: 0 });
    const checked = await without('validate', '--hosts', '-f', file);
    expect(checked.exitCode).toBe(4);
    expect(checked.stdout).toContain(`\n\nred ${provider} is not installed: there is no ${provider} on the PATH\n  `);
  });
});

it('consent to a cluster of this machine is asked for when it is known that it can be made', async () => {
  writeFileSync(file, 'name: box\nprovider: kind\n');
  const { exitCode, printed } = await ckadetOnTerminal(['cluster', 'create', '-f', file], { home: join(folder, 'home'), env: { PATH: folder } }).ended;
  expect(exitCode).toBe(4);
  expect(printed).toContain('[PROVIDER_MISSING]');
  expect(printed).not.toContain('Make the cluster');
});

it('what was never made is not forgotten, and what was taken back is still known', async () => {
  expect(await run('cluster', 'delete', '-f', file, '--forget')).toMatchObject({
    exitCode: 0,
    stdout: 'Nothing is to be forgotten: no cluster demo was made from here.\n',
  });
  const record = {
    name: 'demo',
    file,
    provider: 'kubeadm',
    topology: 'single',
    version: 'v1.35.4',
    endpoint: '',
    hosts: ['n1'],
    createdAt: '2026-01-01',
    takenBack: true,
  };
  mkdirSync(join(folder, 'home/provision/demo'), { recursive: true });
  writeFileSync(join(folder, 'home/provision/demo/cluster.json'), JSON.stringify(record));
  expect((await run('cluster', 'list')).stdout).toBe(
    `No cluster that was made from here is there.\ndemo was taken back from its hosts; make it again: ckadet cluster create demo (${file})\n`,
  );
  expect((await run('cluster', 'delete', 'demo', '--forget', '-y')).stdout).toContain('demo is forgotten here.');
  expect((await run('cluster', 'list')).stdout).toContain('No cluster was made from here yet');
});

it('a folder is no cluster file to be written, and a key is named from where the file lies', async () => {
  const init = ['--topology', 'single', '--control-plane', 'n1=192.168.2.11', '--yes'];
  expect(await refused('IS_A_FOLDER', 'cluster', 'init', ...init, '-o', folder, '--force')).toContain(`--output ${join(folder, 'cluster.yaml')}`);
  const { exitCode } = await bashOnTerminal(
    `cd ${folder} && ssh-keygen -q -t ed25519 -N '' -f k1 && ckadet cluster init lab ${init.join(' ')} --identity k1 -o sub/c.yaml && grep -q 'identity: ../k1$' sub/c.yaml`,
    { home: folder },
  ).ended;
  expect(exitCode).toBe(0);
});

it('certificates that are a folder are refused by the file that names it', async () => {
  writeFileSync(file, `${clusterYaml('single')}packages: {source: repositories, ca: home}\n`);
  mkdirSync(join(folder, 'home'));
  const { exitCode, stderr } = await run('cluster', 'validate', '-f', file);
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining('home is a folder [CERTIFICATES_NOT_FOUND]')]);
});
