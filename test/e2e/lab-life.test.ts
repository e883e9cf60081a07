// A lab around its cluster: stopped, deleted, one of several, without kubectl; what is said, and which cluster commands mean.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ckadet, ckadetOnTerminal, type Ran, type TerminalRun } from '../fixtures/ckadet.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const scratch = temporaryFolder();
const home = join(scratch.path, 'state');
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> => ckadet(args, { home, env: { HOME: scratch.path, ...env } });
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');
const withoutKubectl = { PATH: '/nowhere' };

afterAll(async () => {
  for (const name of ['cka', 'big', 'one', 'two']) await run(['down', name, '--delete']);
  scratch.remove();
});

/** Lines wider than a narrow terminal, but for commands to copy and single words such as the name of a pod. */
const tooWide = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line.length > 40 && line.trim().includes(' ') && !/^ +(?:kubectl|ckadet|eval) /.test(line));

it('all pages of a lab fit 40 columns', async () => {
  const narrow = { COLUMNS: '40' };
  for (const args of [
    ['up', 'one', '--workers', '2'],
    ['lab', 'start', 'drain-node', '--seed', '1', '--cluster', 'one'],
    ['lab', 'show'],
    ['lab', 'check'],
    ['lab', 'why', 'evicted'],
    ['lab', 'reset'],
    ['down', 'one', '--delete'],
  ]) {
    const { stdout } = await run(args, narrow);
    expect(stdout).not.toBe('');
    expect(tooWide(stdout)).toEqual([]);
  }
});

describe('a lab on one of two clusters', () => {
  it('says how to work in it, and that there is no kubectl', async () => {
    await run(['up', 'cka']);
    await run(['up', 'big']);
    const { exitCode, stdout, stderr } = await run(['lab', 'start', 'drain-node', '--seed', '1', '--cluster', 'big'], withoutKubectl);
    expect(exitCode).toBe(0);
    expect(flat(stdout)).toContain('Work in it with ckadet shell big, grade with ckadet lab check.');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(flat(stderr)).toContain('Warning: there is no kubectl on the PATH; ckadet kubectl does the same, and in ckadet shell it is kubectl.');
  });

  it('decides which cluster is meant, and warns of a kubectl that leads elsewhere, also while watching', async () => {
    expect((await run(['kubeconfig'])).stdout).toBe(`${join(home, 'clusters', 'big', 'kubeconfig')}\n`);
    const elsewhere = { KUBECONFIG: join(home, 'clusters', 'cka', 'kubeconfig') };
    expect(flat((await run(['lab', 'check'], elsewhere)).stderr)).toContain('the lab is on big. If you worked here: ckadet shell big');
    expect((await run(['lab', 'check'], { ...elsewhere, ...withoutKubectl })).stderr).toBe('');
    const watching = ckadetOnTerminal(['lab', 'check', '--watch'], { home, columns: 200, env: { HOME: scratch.path, ...elsewhere } });
    await watching.shows(/the lab is on big/);
    await watching.shows(/0 of 10 points/);
    watching.type('\u0003');
    expect((await watching.ended).exitCode).toBe(130);
  });

  it('names its checks at Tab', async () => {
    expect((await run(['complete', '--', 'lab', 'why', 'e'])).stdout).toMatch(/^evicted\tonly pods of DaemonSets are left on node01\n$/);
  });

  it('is read and hinted while its cluster is stopped, and reset starts it after asking', async () => {
    await run(['down', 'big']);
    expect((await run(['lab', 'show'])).stdout).toContain('Drain a node for maintenance');
    expect((await run(['lab', 'hint'])).stdout).toContain('Hint 1 of');
    expect((await run(['lab', 'solution'])).stdout).toContain('kubectl drain node01');
    const reset = ckadetOnTerminal(['lab', 'reset'], { home, env: { HOME: scratch.path } });
    await reset.shows(/The cluster big does not run\. Start it\?/);
    reset.type('\r');
    const { exitCode, printed } = await reset.ended;
    expect(exitCode).toBe(0);
    expect(flat(printed)).toContain('has ended; the cluster big is as it was before.');
  });

  it('that is deleted is asked about with the lab in it; then there is none, and one is offered', async () => {
    await run(['lab', 'start', 'drain-node', '--seed', '1', '--cluster', 'cka']);
    const deleting = ckadetOnTerminal(['down', 'cka', '--delete'], { home, columns: 200, env: { HOME: scratch.path } });
    await deleting.shows(/The lab cluster-architecture\/drain-node is going on in it\./);
    deleting.type('y\r');
    expect((await deleting.ended).printed).toContain('Cluster cka is deleted.');
    expect((await run(['lab', 'reset'])).stdout).toContain('its cluster is gone');
    await run(['down', 'big', '--delete']);
    const start = ckadetOnTerminal(['lab', 'start', 'drain-node'], { home, env: { HOME: scratch.path } });
    await start.shows(/There is no cluster cka yet\. Make it\?/);
    start.type('n\r');
    expect((await start.ended).exitCode).toBe(4);
    expect(existsSync(join(home, 'session.json'))).toBe(false);
  });
});

it('a cluster that is too small is refused with commands that help', async () => {
  await run(['up', 'one', '--workers', '1']);
  const { exitCode, stderr } = await run(['lab', 'start', 'drain-node', '--cluster', 'one']);
  expect(exitCode).toBe(4);
  expect(flat(stderr)).toContain('ckadet lab start drain-node --cluster workers-2');
  expect(stderr).not.toContain('${');
  await run(['up', 'two']);
  expect(flat((await run(['lab', 'start', 'drain-node', '--cluster', 'one'])).stderr)).toMatch(
    / next two \(simulated\) has what it needs: ckadet lab start drain-node --cluster two $/,
  );
});

it('a cluster of an unknown name is not made, and the nearest name is said', async () => {
  const { exitCode, stdout, stderr } = await run(['lab', 'start', 'drain-node', '--cluster', 'tow']);
  expect([exitCode, stdout, flat(stderr)]).toEqual([
    2,
    '',
    'Error: there is no cluster "tow" [CLUSTER_NOT_FOUND] why did you mean: two next make it: ckadet up tow list clusters: ckadet status ',
  ]);
  expect(existsSync(join(home, 'clusters', 'tow'))).toBe(false);
});

describe('while a lab is being set up', () => {
  const labs = join(scratch.path, 'labs');
  let start: TerminalRun;
  beforeAll(async () => {
    await run(['up', 'two']);
    await run(['lab', 'new', 'storage/slow', '--labs', labs]);
    const file = join(labs, 'storage', 'slow', 'lab.yaml');
    const never = '  - wait: { get: { kind: Namespace, name: default }, expect: "false", seconds: 300 }';
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('  - apply: files/namespace.yaml', (apply) => `${apply}\n${never}`),
    );
    start = ckadetOnTerminal(['lab', 'start', 'slow', '--seed', '1', '--cluster', 'two', '--labs', labs], { home, env: { HOME: scratch.path } });
    await start.shows(/Setting the scene/);
  });

  it.each([[['check']], [['show']], [['solution']], [['reset']], [['start', 'drain-node']]])('ckadet lab %j leaves it to that', async (words) => {
    const { exitCode, stderr } = await run(['lab', ...words]);
    expect([exitCode, flat(stderr)]).toEqual([
      2,
      expect.stringMatching(/the lab storage\/slow is being set up \[SETUP_GOES_ON\] why another ckadet is at it \(pid \d+\)/),
    ]);
  });

  it('Ctrl-C there puts everything back, and no lab is going on', async () => {
    start.type('\u0003');
    expect((await start.ended).exitCode).toBe(130);
    expect((await run(['lab', 'reset'])).stderr).toContain('[NO_SESSION]');
  });
});

it('a set-up that fails says that everything was put back, and it was', async () => {
  const labs = join(scratch.path, 'labs');
  const file = join(labs, 'storage', 'slow', 'lab.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('seconds: 300', 'seconds: 1'));
  const { exitCode, stderr } = await run(['lab', 'start', 'slow', '--seed', '1', '--cluster', 'two', '--labs', labs]);
  expect([exitCode, flat(stderr)]).toEqual([
    6,
    expect.stringMatching(
      /\[SETUP_TIMEOUT\] why .*; everything was put back, the cluster two is as it was before next then begin again: ckadet lab start slow --seed 1 --cluster two $/,
    ),
  ]);
  expect(stderr).not.toContain('ckadet lab reset');
  expect((await run(['lab', 'reset'])).stderr).toContain('[NO_SESSION]');
});

it('a solution can be written to a file and run', async () => {
  await run(['lab', 'start', 'drain-node', '--seed', '1', '--cluster', 'two']);
  const { stdout } = await run(['lab', 'solution']);
  expect(stdout).toMatch(/\n# Other ways: .*\(ckadet lab solution --all\)\n$/);
  expect(spawnSync('bash', ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  await run(['lab', 'reset']);
});

it('the namespace that was chosen for kubectl is still chosen after down and up', async () => {
  const file = join(home, 'clusters', 'one', 'kubeconfig');
  writeFileSync(file, readFileSync(file, 'utf8').replace('cluster: ckadet-one\n', 'cluster: ckadet-one\n      namespace: shop\n'));
  await run(['down', 'one']);
  await run(['up', 'one']);
  expect(readFileSync(file, 'utf8')).toMatch(/namespace: shop/);
});

it('a context whose server is gone is no bug', async () => {
  const file = join(scratch.path, 'kubeconfig');
  writeFileSync(
    file,
    'clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: kind, context: {cluster: c, user: u}}]\n',
  );
  await run(['allow', 'kind', '--yes'], { KUBECONFIG: file });
  const { exitCode, stderr } = await run(['lab', 'start', 'drain-node', '--context', 'kind'], { KUBECONFIG: file });
  expect(exitCode).toBe(4);
  expect(flat(stderr)).toContain('the server https://127.0.0.1:1 does not answer [SERVER_UNREACHABLE] why nothing listens there; the context is kind');
});
