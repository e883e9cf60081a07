// The built command with a simulated cluster: its life from up to down --delete, seen from outside.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ckadet, ckadetOnTerminal, type Ran } from '../fixtures/ckadet.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

interface Status {
  readonly name: string;
  readonly state: string;
  readonly pid: number | null;
  readonly server: string | null;
  readonly kubeconfig: string;
  readonly version: string | null;
  readonly nodes: readonly { readonly name: string; readonly ready: boolean }[];
  readonly residentBytes: number | null;
  readonly unsupported: readonly string[];
}

const scratch = temporaryFolder();
const home = join(scratch.path, 'state');
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string): Promise<Ran> =>
  ckadet(args, { home, env: { HOME: scratch.path, ...env }, ...(input === undefined ? {} : { input }) });
const statusOf = async (name: string): Promise<Status | undefined> =>
  (JSON.parse((await run(['status', '--json'])).stdout) as { clusters: readonly Status[] }).clusters.find((each) => each.name === name);

/** Resolves when the process is gone. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

afterAll(async () => {
  for (const name of ['cka', 'second', 'third']) await run(['down', name, '--delete']);
  scratch.remove();
});

describe('a cluster', () => {
  let pid = 0;
  let server = '';

  it('is made by up', async () => {
    const { exitCode, stdout, stderr } = await run(['up']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'Making the cluster cka …\n' });
    expect(stdout).toMatch(/^Cluster cka is ready at https:\/\/127\.0\.0\.1:\d+\n\n {2}ckadet shell /);
  });

  it('has three nodes, a version and a kubeconfig of its own', async () => {
    const status = await statusOf('cka');
    expect(status).toMatchObject({ name: 'cka', state: 'running', kubeconfig: join(home, 'clusters', 'cka', 'kubeconfig') });
    expect(status?.nodes.map((node) => [node.name, node.ready])).toEqual([
      ['controlplane', true],
      ['node01', true],
      ['node02', true],
    ]);
    expect(status?.version).toMatch(/^v1\.\d+\.\d+/);
    expect(status?.residentBytes).toBeGreaterThan(10e6);
    expect(statSync(status?.kubeconfig ?? '').mode & 0o777).toBe(0o600);
    expect(readFileSync(status?.kubeconfig ?? '', 'utf8')).toContain('current-context: ckadet-cka');
    expect(existsSync(join(scratch.path, '.kube'))).toBe(false);
    pid = status?.pid ?? 0;
    server = status?.server ?? '';
  });

  it('is not started twice', async () => {
    expect(await run(['up'])).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^Cluster cka is running already at /) as string });
    expect((await statusOf('cka'))?.pid).toBe(pid);
  });

  it('tells how to use it', async () => {
    const kubeconfig = join(home, 'clusters', 'cka', 'kubeconfig');
    expect((await run(['kubeconfig'])).stdout).toBe(`${kubeconfig}\n`);
    expect((await run(['env'], { SHELL: '/bin/bash' })).stdout).toBe(`export KUBECONFIG='${kubeconfig}'\n`);
    expect((await run(['env'], { SHELL: '/usr/bin/fish' })).stdout).toBe(`set -gx KUBECONFIG '${kubeconfig}'\n`);
  });

  it('has a shell, whose exit code is passed on', async () => {
    const { exitCode, stdout } = await run(['shell'], { SHELL: '/bin/bash' }, 'echo "$CKADET_CLUSTER $KUBECONFIG"\nckadet kubeconfig\nexit 7\n');
    const kubeconfig = join(home, 'clusters', 'cka', 'kubeconfig');
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: `cka ${kubeconfig}\n${kubeconfig}\n` });
  });

  it('has a shell on a terminal, where Ctrl-C belongs to what runs in it', async () => {
    const terminal = ckadetOnTerminal(['shell'], { home, env: { HOME: scratch.path, SHELL: '/bin/bash' } });
    await terminal.shows(/\(cka\) /);
    terminal.type('bash -c "echo at-\\$((1+1)); exec sleep 600"\r');
    await terminal.shows(/at-2\r\n/);
    terminal.type('\u0003');
    await terminal.shows(/at-2\r\n[^]*\(cka\) /);
    terminal.type('echo still-$((40+2))\r');
    await terminal.shows(/still-42/);
    terminal.type('exit\r');
    const { exitCode } = await terminal.ended;
    expect(exitCode).toBe(0);
  });

  it('says so when its server was killed, and comes back on the same port', async () => {
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    expect(await statusOf('cka')).toMatchObject({ state: 'killed', pid: null });
    expect((await run(['status'])).stdout.replaceAll(/\s+/g, ' ')).toContain('Nothing is lost; resume it: ckadet up cka');
    expect((await run(['up'])).stdout).toContain(`Cluster cka is back at ${server}\n`);
  });

  it('comes back without what it was told to leave out', async () => {
    expect(await run(['up', '--disable', 'scheduler'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('stop it first: ckadet down cka') as string,
    });
    expect((await run(['down'])).stdout).toBe('Cluster cka is stopped. Bring it back: ckadet up\n');
    expect((await run(['up', '--disable', 'scheduler'])).exitCode).toBe(0);
  });

  it('refuses to resume while another program has its port', async () => {
    await run(['down']);
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(Number(new URL(server).port), '127.0.0.1', resolve));
    const { exitCode, stderr } = await run(['up']);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('[PORT_IN_USE]');
    expect(stderr).toContain(`(pid ${process.pid})`);
    await new Promise((resolve) => intruder.close(resolve));
    expect((await run(['up'])).exitCode).toBe(0);
  });

  it('is gone after down --delete, with its process', async () => {
    const status = await statusOf('cka');
    expect((await run(['down', '--delete'])).stdout).toBe('Cluster cka is deleted.\n');
    await gone(status?.pid ?? 0);
    expect(existsSync(join(home, 'clusters', 'cka'))).toBe(false);
  });
});

describe('trouble', () => {
  it('two ups at the same time make one cluster', async () => {
    const runs = await Promise.all([run(['up', 'second', '--json']), run(['up', 'second', '--json'])]);
    expect(runs.map((each) => (JSON.parse(each.stdout) as { outcome: string }).outcome).sort()).toEqual(['created', 'running']);
    expect((await run(['down', 'second', '--delete'])).exitCode).toBe(0);
  });

  it('Ctrl-C during up leaves nothing behind', async () => {
    const terminal = ckadetOnTerminal(['up', 'third'], { home, env: { HOME: scratch.path } });
    await terminal.shows(/Making the cluster third/);
    terminal.type('\u0003');
    const { exitCode, printed } = await terminal.ended;
    expect(exitCode).toBe(130);
    expect(printed).not.toMatch(/\n +at |Error/);
    expect(existsSync(join(home, 'clusters', 'third'))).toBe(false);
    expect(existsSync(join(home, 'locks', 'third.lock'))).toBe(false);
  });

  it('an up that was killed does not leave its server behind', async () => {
    const child = spawn(process.execPath, [new URL('../../dist/ckadet.js', import.meta.url).pathname, 'up', 'third'], {
      env: { ...process.env, CKADET_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect((await run(['up', 'third'])).exitCode).toBe(0);
    expect((await run(['down', 'third', '--delete'])).exitCode).toBe(0);
  });

  it('a damaged description is said so, and can be deleted', async () => {
    await run(['up', 'third']);
    await run(['down', 'third']);
    const file = join(home, 'clusters', 'third', 'cluster.json');
    truncateSync(file, 20);
    expect(await run(['up', 'third'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[CLUSTER_DAMAGED]') as string });
    writeFileSync(file, '{}');
    expect((await statusOf('third'))?.state).toBe('damaged');
    expect((await run(['down', 'third', '--delete'])).exitCode).toBe(0);
  });
});
