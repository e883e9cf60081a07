// How long an API was away: measured on a server that fails when it is told to, by a clock that only waiting moves.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Clock, delay, wallClock } from '../../../src/platform/clock.ts';
import { openHome } from '../../../src/platform/home.ts';
import { silentProgress } from '../../../src/platform/progress.ts';
import { FAULTS } from '../../../src/provision/drill/faults.ts';
import { whileBroken } from '../../../src/provision/drill/while-broken.ts';
import { measureOutage } from '../../../src/provision/drill/probe.ts';
import { READ_OWNER } from '../../../src/provision/host-state.ts';
import { drill } from '../../../src/provision/runs/drill.ts';
import { Site } from '../../../src/provision/site.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';
import { fakeHost } from '../../fixtures/fake-host.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { nobody } from '../../fixtures/scripted-questions.ts';
import { noTerminal } from '../../fixtures/ssh-hosts.ts';

/** Every wait takes no time and moves the clock by its length. */
function steppedClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    after(delayMs, task) {
      now += delayMs;
      queueMicrotask(task);
      return { cancel() {} };
    },
  };
}

/** Answers request number n (from 1) with what `statusOf` says; undefined breaks the connection. */
async function server(statusOf: (request: number) => number | undefined): Promise<string> {
  let requests = 0;
  const listening = createServer((request, response) => {
    const status = statusOf(++requests);
    if (status === undefined) request.socket.destroy();
    else response.writeHead(status).end('x');
  });
  await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void listening.close());
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const measure = (url: string, longestMs = 60_000): ReturnType<typeof measureOutage> =>
  measureOutage(
    { context: 'c', server: url, insecureSkipTlsVerify: false, namespace: 'default' },
    { clock: steppedClock(), signal: new AbortController().signal, leastMs: 500, calmMs: 300, longestMs },
  );

describe('an outage', () => {
  test('is none where every request is answered', async () => {
    expect(await measure(await server(() => 200))).toMatchObject({ firstFailureMs: null, lastFailureMs: null, failed: 0 });
  });

  test('lasts from the first request that fails to the last, refused and not ready alike', async () => {
    const url = await server((request) => (request === 3 ? undefined : request === 4 || request === 6 ? 500 : 200));
    expect(await measure(url)).toMatchObject({ firstFailureMs: 100, lastFailureMs: 250, failed: 3 });
  });

  test('is watched until it has been calm for a while', async () => {
    const url = await server((request) => (request >= 9 && request <= 11 ? 503 : 200));
    // Eight before, and five in the 300 ms after.
    expect(await measure(url)).toMatchObject({ failed: 3, lastFailureMs: 500, answered: 13 });
  });

  test('that does not end is not watched for ever', async () => {
    const { failed, answered } = await measure(await server(() => 500), 2_000);
    expect({ failed, answered }).toEqual({ failed: 41, answered: 0 });
  });
});

describe('what was broken', () => {
  const fault = { name: 'f', says: 'it stops', explains: '', breaks: 'stop it', mends: 'start it', where: 'holder' } as const;
  const runs = (failing?: string) => {
    const seen: string[] = [];
    const run = (script: string): Promise<void> => (seen.push(script), script === failing ? Promise.reject(new Error(`${script} failed`)) : Promise.resolve());
    return { seen, run };
  };

  test('is mended after the work', async () => {
    const { seen, ...rest } = runs();
    expect(await whileBroken(fault, 'n1', { ...rest, work: async () => seen.push('work') })).toBe(2);
    expect(seen).toEqual(['stop it', 'work', 'start it']);
  });

  test('is mended when the drill is aborted meanwhile', async () => {
    const { seen, ...rest } = runs();
    const abort = new AbortController();
    const work = (): Promise<void> => {
      const waiting = delay({ now: () => 0, after: () => ({ cancel() {} }) }, 1_000, abort.signal);
      abort.abort(new Error('Ctrl-C'));
      return waiting;
    };
    await expect(whileBroken(fault, 'n1', { ...rest, work })).rejects.toThrow('Ctrl-C');
    expect(seen).toEqual(['stop it', 'start it']);
  });

  test('is mended when breaking it failed: half of it may have happened', async () => {
    const { seen, ...rest } = runs('stop it');
    await expect(whileBroken(fault, 'n1', { ...rest, work: async () => seen.push('work') })).rejects.toThrow('stop it failed');
    expect(seen).toEqual(['stop it', 'start it']);
  });

  test('and cannot be mended is told of, and how to mend it', async () => {
    const { seen, ...rest } = runs('start it');
    await expect(whileBroken(fault, 'n1', { ...rest, work: async () => {} })).rejects.toMatchObject({
      code: 'NOT_MENDED',
      why: 'start it failed',
      next: ['mend it: ckadet cluster ssh n1, then: sudo start it'],
    });
    expect(seen).toEqual(['stop it', 'start it']);
  });
});

test('every fault has a name of its own, and says what it breaks', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  for (const { says, explains, breaks } of FAULTS) expect([says, explains, breaks].every((text) => text.length > 10)).toBe(true);
});

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{name: kubernetes, cluster: {server: "https://10.0.0.11:6443"}}]
users: [{name: kubernetes-admin, user: {token: t}}]
contexts: [{name: kubernetes-admin@kubernetes, context: {cluster: kubernetes, user: kubernetes-admin}}]
current-context: kubernetes-admin@kubernetes
`;

test('is not begun where nobody has the virtual address: nothing is broken somewhere', async () => {
  const spec = specOf(clusterYaml('ha-stacked'));
  const scripts: string[] = [];
  const hosts = spec.controlPlanes.map(({ name }) =>
    fakeHost(
      async (script, input, { print }) => {
        scripts.push(script);
        if (script.startsWith('exec 9>>')) {
          print('ckadet-locked\n');
          await input.bytes();
        }
        if (script === READ_OWNER) return 'demo\n';
        if (script.includes('ip -o addr show')) return { exitCode: 1 };
        return script.includes('admin.conf') ? KUBECONFIG : '';
      },
      { name },
    ),
  );
  const home = await openHome(scratchFolder());
  await home.prepare();
  const { signal } = new AbortController();
  const loaded = { path: '/c.yaml', spec: { ...spec, hosts: spec.controlPlanes } };
  const site = Site.over(loaded, { clock: wallClock, home, signal, questions: nobody, terminal: noTerminal(), env: {} }, hosts);
  onTestFinished(() => site.close());
  const drilled = drill(site, { home, clock: wallClock, signal, progress: silentProgress, faults: FAULTS.slice(0, 1), explain: false });
  await expect(drilled).rejects.toMatchObject({ code: 'NO_HOLDER', what: expect.stringContaining('10.0.0.100') as string });
  expect(scripts.filter((script) => script.includes('systemctl stop'))).toEqual([]);
});
