// The provider of simulated clusters against a stand-in server: real processes, real ports, no cluster inside.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDED_ON_PURPOSE, leaveLastWords, takeRoomForLastWords } from '../../../src/cluster/last-words.ts';
import type { ClusterProvider, UpRequest } from '../../../src/cluster/provider.ts';
import type { ApiClient } from '../../../src/kube/client/api-client.ts';
import { Interrupted } from '../../../src/errors/interrupted.ts';
import { wallClock } from '../../../src/platform/clock.ts';
import { type Home, openHome } from '../../../src/platform/home.ts';
import { holdProcess } from '../../../src/platform/process-hold.ts';
import { isAlive } from '../../../src/platform/process-identity.ts';
import { type Progress, silentProgress } from '../../../src/platform/progress.ts';
import { simulatorProvider } from '../../../src/sim/provider.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const SERVER = fileURLToPath(new URL('../../fixtures/fake-cluster-server.ts', import.meta.url));
const node = (name: string, ready: boolean): object => ({
  metadata: { name },
  spec: {},
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const api = {
  raw: async () => ({ gitVersion: 'v1.35.0' }),
  list: async () => ({ items: [node('controlplane', true), node('node01', false)] }),
} as unknown as ApiClient;

let home: Home;
let provider: ClusterProvider;
const work = { progress: silentProgress, signal: new AbortController().signal };
const withServer = (behaviour: string): ClusterProvider =>
  simulatorProvider({ home, clock: wallClock, env: { ...process.env, FAKE_SERVER: behaviour }, self: [process.execPath, SERVER], connect: async () => api });
const up = (request: Partial<UpRequest> = {}): ReturnType<ClusterProvider['up']> => provider.up({ name: 'cka', ...request }, work);
const record = (): { port: number; process: { pid: number; startedAt: string } } =>
  JSON.parse(readFileSync(home.path('clusters', 'cka', 'cluster.json'), 'utf8')) as never;

beforeEach(async () => {
  home = await openHome(scratchFolder());
  provider = withServer('ready');
});
afterEach(async () => {
  for (const name of await provider.list()) await provider.down(name, { delete: true }, work);
});

describe('up', () => {
  it('makes a cluster with a kubeconfig of its own that only its owner can read', async () => {
    const result = await up();
    expect(result).toMatchObject({ name: 'cka', context: 'ckadet-cka', outcome: 'created', server: `https://127.0.0.1:${record().port}` });
    expect(statSync(result.kubeconfig).mode & 0o777).toBe(0o600);
    expect(await isAlive(record().process)).toBe(true);
  });

  it('says so when it runs already', async () => {
    await up();
    const { pid } = record().process;
    expect(await up()).toMatchObject({ outcome: 'running' });
    expect(record().process.pid).toBe(pid);
  });

  it('resumes a stopped cluster on the same port', async () => {
    await up();
    const { port } = record();
    expect(await provider.down('cka', { delete: false }, work)).toBe('stopped');
    expect(record().process).toBeUndefined();
    expect(await up()).toMatchObject({ outcome: 'resumed' });
    expect(record().port).toBe(port);
  });

  it('resumes a cluster whose server was killed', async () => {
    await up();
    const server = record().process;
    process.kill(server.pid, 'SIGKILL');
    while (await isAlive(server)) await new Promise((resolve) => setImmediate(resolve));
    expect((await provider.status())[0]).toMatchObject({ state: 'killed', pid: null, nodes: [] });
    expect(await up()).toMatchObject({ outcome: 'resumed' });
  });

  it('does not take another process with the same pid for its server', async () => {
    await up();
    const server = record().process;
    await provider.down('cka', { delete: false }, work);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(home.path('clusters', 'cka', 'cluster.json'), JSON.stringify({ ...record(), process: { pid: process.pid, startedAt: server.startedAt } }));
    expect((await provider.status())[0]).toMatchObject({ state: 'killed' });
  });

  it('two at the same time: the second waits and finds it running', async () => {
    const notes: string[] = [];
    const progress: Progress = { ...silentProgress, note: (text) => notes.push(text) };
    const results = await Promise.all([provider.up({ name: 'cka' }, { ...work, progress }), provider.up({ name: 'cka' }, { ...work, progress })]);
    expect(results.map((each) => each.outcome).sort()).toEqual(['created', 'running']);
    expect(notes.join()).toContain(`Waiting for another ckadet (up cka, pid ${process.pid})`);
  });

  it('names the program that has its port', async () => {
    await up();
    const { port } = record();
    await provider.down('cka', { delete: false }, work);
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(port, '127.0.0.1', resolve));
    try {
      await expect(up()).rejects.toMatchObject({ code: 'PORT_IN_USE', exitCode: 4, why: expect.stringContaining(`(pid ${process.pid})`) as string });
      expect(await up({ port: 0 })).toMatchObject({ outcome: 'resumed' });
      expect(record().port).not.toBe((intruder.address() as AddressInfo).port);
    } finally {
      intruder.close();
    }
  });

  it('leaves nothing of a new cluster that did not come up, but its log', async () => {
    provider = withServer('crash');
    await expect(up()).rejects.toMatchObject({
      code: 'SERVER_ENDED',
      why: 'it ended with exit code 9',
      next: [`read the server's log: ${home.path('logs', 'server-cka.log')}`],
    });
    expect(readFileSync(home.path('logs', 'server-cka.log'), 'utf8')).toBe('crashing\n');
    expect(await provider.list()).toEqual([]);
  });

  it("passes on the server's own reason, and keeps a cluster that was there before", async () => {
    await up();
    await provider.down('cka', { delete: false }, work);
    provider = withServer('refuse');
    await expect(up()).rejects.toMatchObject({ code: 'DATA_DAMAGED', exitCode: 3, why: 'a record in the middle is damaged' });
    expect(await provider.list()).toEqual(['cka']);
  });

  it('does not wait for ever', async () => {
    const virtual = new VirtualClock();
    const impatient = simulatorProvider({
      home,
      clock: virtual,
      env: { ...process.env, FAKE_SERVER: 'hang' },
      self: [process.execPath, SERVER],
      connect: async () => api,
    });
    const progress: Progress = {
      ...silentProgress,
      step: (_title, run) => run({ update: (detail) => void (detail === 'hanging' && virtual.advance(60_000)) }),
    };
    await expect(impatient.up({ name: 'cka' }, { ...work, progress })).rejects.toMatchObject({ code: 'SERVER_SLOW', exitCode: 6, why: 'it was hanging' });
    expect(await provider.list()).toEqual([]);
  });

  it('after Ctrl-C leaves neither process nor folder', async () => {
    provider = withServer('hang');
    const stop = new AbortController();
    const progress: Progress = {
      ...silentProgress,
      step: (_title, run) =>
        run({
          update: (detail) => {
            if (detail === 'hanging') stop.abort(new Interrupted());
          },
        }),
    };
    const seen: { process?: { pid: number; startedAt: string } } = {};
    stop.signal.addEventListener('abort', () => Object.assign(seen, record()));
    await expect(provider.up({ name: 'cka' }, { progress, signal: stop.signal })).rejects.toBeInstanceOf(Interrupted);
    expect(seen.process && (await isAlive(seen.process))).toBe(false);
    expect(existsSync(home.path('clusters', 'cka'))).toBe(false);
    expect(existsSync(home.path('locks', 'cka.lock'))).toBe(false);
  });

  it('does not change what was decided when the cluster was made', async () => {
    await up({ workers: 1 });
    await expect(up({ workers: 3 })).rejects.toMatchObject({ code: 'WORKERS_FIXED', exitCode: 2 });
    await expect(up({ disable: new Set(['scheduler']) })).rejects.toMatchObject({ code: 'CLUSTER_RUNNING' });
    await expect(up({ name: 'Not_A_Name' })).rejects.toMatchObject({ code: 'INVALID_NAME', exitCode: 2 });
  });
});

describe('a cluster for a piece of work', () => {
  const temporary = (name: string): Promise<unknown> => up({ name, temporaryFor: 'tour' });
  const file = (name: string): string => home.path('clusters', name, 'cluster.json');
  const abandon = (name: string): void => {
    const { temporary: made, ...rest } = JSON.parse(readFileSync(file(name), 'utf8')) as { temporary: object };
    writeFileSync(file(name), JSON.stringify({ ...rest, temporary: { ...made, startedAt: 'before' } }));
  };

  it('never takes one that a person made', async () => {
    await up({ name: 'tour' });
    await expect(temporary('tour')).rejects.toMatchObject({ code: 'NAME_TAKEN', exitCode: 2 });
    expect(await provider.removeLeftovers('tour', work)).toEqual([]);
    expect(await provider.list()).toEqual(['tour']);
  });

  it('is left alone while its work goes on, and removed with its server when that has died', async () => {
    await temporary('tour');
    expect(await provider.removeLeftovers('tour', work)).toEqual([]);
    await expect(up({ name: 'tour' })).rejects.toMatchObject({ code: 'NAME_TAKEN', why: expect.stringContaining('a tour that is going on') as string });
    abandon('tour');
    const { process: server } = JSON.parse(readFileSync(file('tour'), 'utf8')) as { process: { pid: number; startedAt: string } };
    expect(await provider.removeLeftovers('verify', work)).toEqual([]);
    expect(await provider.removeLeftovers('tour', work)).toEqual(['tour']);
    expect(await isAlive(server)).toBe(false);
    expect(await provider.list()).toEqual([]);
  });

  it('makes way for one that a person makes when its work has died', async () => {
    await temporary('tour');
    abandon('tour');
    expect(await up({ name: 'tour', workers: 5 })).toMatchObject({ outcome: 'created' });
    expect(JSON.parse(readFileSync(file('tour'), 'utf8'))).not.toHaveProperty('temporary');
  });
});

it('what an up that was cut off has left is begun anew', async () => {
  await up();
  await provider.down('cka', { delete: false }, work);
  writeFileSync(home.path('clusters', 'cka', 'cluster.json'), JSON.stringify({ ...record(), unfinished: true }));
  expect(await up({ workers: 3 })).toMatchObject({ outcome: 'created' });
  expect(record()).toMatchObject({ workers: 3 });
  expect(record()).not.toHaveProperty('unfinished');
});

describe('down', () => {
  it('deletes everything when asked', async () => {
    await up();
    const server = record().process;
    expect(await provider.down('cka', { delete: true }, work)).toBe('deleted');
    expect(await isAlive(server)).toBe(false);
    expect(existsSync(home.path('clusters', 'cka'))).toBe(false);
  });

  it('knows what was stopped already, and what never was', async () => {
    await up();
    await provider.down('cka', { delete: false }, work);
    expect(await provider.down('cka', { delete: false }, work)).toBe('was-stopped');
    await expect(provider.down('cca', { delete: false }, work)).rejects.toMatchObject({ code: 'CLUSTER_NOT_FOUND', exitCode: 2, why: 'did you mean: cka' });
  });
});

describe('status', () => {
  it('tells what the API says and what the process takes', async () => {
    await up();
    const [status] = await provider.status();
    expect(status).toMatchObject({ name: 'cka', state: 'running', pid: record().process.pid, version: 'v1.35.0', unsupported: ['Job'] });
    expect(status?.nodes).toEqual([
      { name: 'controlplane', ready: true, schedulable: true },
      { name: 'node01', ready: false, schedulable: true },
    ]);
    expect(status?.residentBytes).toBeGreaterThan(1e6);
  });

  it('says why a server ended, where it could tell', async () => {
    await up();
    const server = record().process;
    const lastWords = home.path('clusters', 'cka', 'last-words');
    await takeRoomForLastWords(lastWords);
    const { size } = statSync(lastWords);
    await leaveLastWords(lastWords, 'the disk\nis full');
    expect(statSync(lastWords).size).toBe(size);
    expect((await provider.status())[0]).toMatchObject({ state: 'running', reason: null });
    process.kill(server.pid, 'SIGKILL');
    while (await isAlive(server)) await new Promise((resolve) => setImmediate(resolve));
    expect((await provider.status())[0]).toMatchObject({ state: 'killed', reason: 'the disk is full' });
    await leaveLastWords(lastWords, ENDED_ON_PURPOSE);
    expect((await provider.status())[0]).toMatchObject({ state: 'stopped', reason: null });
  });

  it('shows a damaged cluster, which can be deleted', async () => {
    await up();
    await provider.down('cka', { delete: false }, work);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(home.path('clusters', 'cka', 'cluster.json'), '{"name": 1}');
    expect((await provider.status())[0]).toMatchObject({ name: 'cka', state: 'damaged' });
    await expect(up()).rejects.toMatchObject({ code: 'CLUSTER_DAMAGED', exitCode: 3 });
    expect(await provider.down('cka', { delete: true }, work)).toBe('deleted');
  });

  it('does not offer a stopped cluster as a target', async () => {
    await up();
    const target = await provider.target('cka');
    expect(target).toMatchObject({ name: 'cka', context: 'ckadet-cka', origin: 'simulator', capabilities: { workers: 2 } });
    expect(['nginx:1.27', 'busybox', 'nginx:1.999', 'no such image'].map((image) => target.capabilities.hasImage?.(image))).toEqual([true, true, false, false]);
    await provider.down('cka', { delete: false }, work);
    await expect(provider.target('cka')).rejects.toMatchObject({ code: 'CLUSTER_NOT_RUNNING', exitCode: 4 });
  });

  it('gives up on a server that does not answer', async () => {
    await up();
    const mute = simulatorProvider({
      home,
      clock: {
        now: () => 0,
        after: (_ms, task) => {
          queueMicrotask(task);
          return { cancel() {} };
        },
      },
      env: {},
      self: ['', ''],
      connect: () => new Promise(() => {}),
    });
    const alive = holdProcess();
    expect((await mute.status())[0]).toMatchObject({ state: 'unreachable', version: null });
    alive.release();
  });
});
