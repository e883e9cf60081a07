// Labs on a cluster that `ckadet cluster create` made: kind by its stand-in, whose kubeconfig leads to a simulated API server of another state folder.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ckadet, ckadetOnTerminal, type Ran } from '../fixtures/ckadet.ts';
import { type StandIns, standIns } from '../fixtures/local-providers/stand-ins.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const scratch = temporaryFolder();
const elsewhere = join(scratch.path, 'elsewhere');
const home = join(scratch.path, 'state');
const labs = join(scratch.path, 'labs');
const file = join(scratch.path, 'shop.yaml');
const kubeconfig = join(home, 'provision', 'shop', 'kubeconfig');
let machine: StandIns;
let env: Readonly<Record<string, string>> = {};
const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> => ckadet(args, { home, env: { ...env, ...more } });
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

beforeAll(async () => {
  machine = await standIns(scratch.path, ['kind', 'docker'], () => []);
  await ckadet(['up', 'cka', '--workers', '3'], { home: elsewhere });
  env = {
    HOME: scratch.path,
    ...machine.env,
    PATH: `${machine.env['PATH']}:/usr/bin`,
    COLUMNS: '400',
    STAND_IN_KUBECONFIG: join(elsewhere, 'clusters', 'cka', 'kubeconfig'),
  };
  writeFileSync(file, 'name: shop\nprovider: kind\nworkers: 3\n');
  const { exitCode, stderr } = await run(['cluster', 'create', '-y', '-f', file]);
  if (exitCode !== 0) throw new Error(stderr);
  await run(['lab', 'new', 'storage/mine', '--labs', labs]);
});
afterAll(async () => {
  await ckadet(['down', 'cka', '--delete'], { home: elsewhere });
  for (const name of ['cka', 'workers-2']) await run(['down', name, '--delete']);
  machine.server.close();
  scratch.remove();
});

describe('the cluster by its name', () => {
  it('is reached by shell, env and kubeconfig, and kubectl where there is no other', async () => {
    expect((await run(['kubeconfig', 'shop'])).stdout).toBe(`${kubeconfig}\n`);
    expect((await run(['env', 'shop', '--shell', 'sh'])).stdout).toBe(`export KUBECONFIG='${kubeconfig}'\n`);
    const shell = await ckadet(['shell', 'shop', '--shell', 'bash', '--own-kubectl'], {
      home,
      env,
      input: 'kubectl config current-context; echo $CKADET_CLUSTER',
    });
    expect(shell).toMatchObject({ exitCode: 0, stdout: 'kind-shop\nshop\n' });
    // The shell's files lie with the cluster, and no simulated cluster is made up of them.
    expect(existsSync(join(home, 'clusters'))).toBe(false);
    expect((await run(['kubectl', 'get', 'nodes', '-o', 'name'])).stdout).toBe('node/controlplane\nnode/node01\nnode/node02\nnode/node03\n');
    expect((await run(['complete', '--', 'shell', 's'])).stdout).toBe('shop\tcluster\n');
    expect((await run(['complete', '--', 'down', 's'])).stdout).toBe('\n');
  });

  it('is not made, stopped or listed as a simulated one', async () => {
    for (const verb of ['up', 'down'])
      expect(await run([verb, 'shop'])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('shop is no simulated cluster [NOT_SIMULATED]') as string,
      });
    expect(await run(['down'], { CKADET_CLUSTER: 'shop' })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[NOT_SIMULATED]') as string });
    const { stdout } = await run(['status']);
    expect(stdout).toBe(
      'There is no simulated cluster yet. Make one: ckadet up\n\nReal clusters, made by ckadet cluster: shop (kind). How one is: ckadet cluster status NAME\n',
    );
    expect(JSON.parse((await run(['status', '--json'])).stdout)).toMatchObject({
      clusters: [],
      provisioned: [{ name: 'shop', madeBy: 'kind', capabilities: { workers: 3 } }],
    });
  });
});

describe('a lab on it', () => {
  it('is begun, graded and ended by its name', async () => {
    const start = await run(['lab', 'start', 'drain-node', '--seed', '1', '--cluster', 'shop']);
    expect(start).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Variant 1 on the cluster shop. Work in it with ckadet shell shop') as string });
    expect((await run(['kubeconfig'])).stdout).toBe(`${kubeconfig}\n`);
    const check = await run(['lab', 'check']);
    expect(check).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('0 of 10 points') as string });
    expect((await run(['lab', 'reset'])).stdout).toContain('has ended; the cluster shop is as it was before.');
  });

  it('is proven', async () => {
    const { exitCode, stdout, stderr } = await run(['lab', 'verify', 'mine', '--labs', labs, '--seed', '1', '--cluster', 'shop', '--own-kubectl']);
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/✓ storage\/mine seed 1 /) as string });
  });
});

describe('without a name', () => {
  it('a real cluster is used for those who are in its shell', async () => {
    const start = await run(['lab', 'start', 'drain-node', '--seed', '1'], { CKADET_CLUSTER: 'shop' });
    expect(start).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('on the cluster shop') as string });
    await run(['lab', 'reset']);
  });

  it('a real cluster that fits is asked for, and one that does not is not chosen', async () => {
    const asked = ckadetOnTerminal(['lab', 'start', 'drain-node', '--seed', '1'], { home, columns: 300, env });
    await asked.shows(/shop \(kind\) has what the lab needs\. The lab makes and removes objects there, and may drain its nodes\. Use it\?/);
    asked.type('y\r');
    expect((await asked.ended).printed).toContain('on the cluster shop');
    await run(['lab', 'reset']);
  });

  it('where nobody can answer, a simulated cluster is made of the size the lab needs', async () => {
    await run(['up', 'cka', '--workers', '1']);
    const { exitCode, stdout, stderr } = await run(['lab', 'start', 'drain-node', '--seed', '1']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('on the cluster workers-2')]);
    expect(stderr).toContain('shop (kind) has what the lab needs; a real cluster is used only when it is named: --cluster shop\n');
    expect(stderr).toContain('cka (simulated): it needs worker nodes: 2; there: 1.\n');
    await run(['lab', 'reset']);
    const again = await run(['lab', 'start', 'drain-node', '--seed', '1']);
    expect(again.stderr).toContain(
      'cka (simulated) cannot serve this lab: it needs worker nodes: 2; there: 1. The lab goes to workers-2 (simulated), which has what it needs.\n',
    );
    await run(['lab', 'reset']);
  });

  it('what nothing can serve is refused with what each lacks', async () => {
    await run(['lab', 'new', 'storage/on-hosts', '--labs', labs]);
    const lab = join(labs, 'storage', 'on-hosts', 'lab.yaml');
    writeFileSync(lab, readFileSync(lab, 'utf8').replace(/^# needs:.*$/m, 'needs: {hosts: true}'));
    const { exitCode, stderr } = await run(['lab', 'start', 'on-hosts', '--labs', labs]);
    expect(exitCode).toBe(4);
    for (const each of ['cka (simulated)', 'workers-2 (simulated)', 'shop (kind)', 'a new simulated one'])
      expect(stderr).toContain(`${each}: it needs nodes that one can log in to`);
  });
});

describe('a name', () => {
  it('is not given twice', async () => {
    const taken = join(scratch.path, 'taken.yaml');
    writeFileSync(taken, 'name: cka\nprovider: kind\n');
    expect(await run(['cluster', 'create', '-y', '-f', taken])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is a simulated cluster cka already [CLUSTER_TAKEN]') as string,
    });
  });

  it('whose cluster does not answer says what to do', async () => {
    writeFileSync(
      kubeconfig,
      'clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: k, context: {cluster: c, user: u}}]\ncurrent-context: k\n',
    );
    const { exitCode, stderr } = await run(['lab', 'start', 'drain-node', '--cluster', 'shop']);
    expect(exitCode).toBe(4);
    expect(flat(stderr)).toContain(
      `the server https://127.0.0.1:1 does not answer [SERVER_UNREACHABLE] why nothing listens there; the context is k next see how it is: ckadet cluster status shop`,
    );
  });

  it('of a cluster that was deleted is known no more, and its lab with it', async () => {
    expect((await run(['cluster', 'delete', '-y', '-f', file])).exitCode).toBe(0);
    expect(await run(['lab', 'start', 'drain-node', '--context', 'shop'])).toMatchObject({ exitCode: 2 });
    expect(await run(['kubeconfig', 'shop'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no cluster "shop" [CLUSTER_NOT_FOUND]') as string,
    });
  });
});
