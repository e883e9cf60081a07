// exec, attach, port-forward and proxy against `ckadet up`: with the official JavaScript client, and with every kubectl of this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { PassThrough, Writable } from 'node:stream';
import {
  Attach,
  CoreV1Api,
  Exec,
  KubeConfig,
  PortForward,
  RbacAuthorizationV1Api,
  Watch,
  type V1Pod,
  type V1PodSpec,
  type V1Status,
} from '@kubernetes/client-node';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ckadet } from '../fixtures/ckadet.ts';
import { findKubectls } from '../fixtures/kubectls.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const home = temporaryFolder();
const config = new KubeConfig();
const namespace = 'default';
let core: CoreV1Api;
let kubeconfig = '';

const container = (name: string, image: string, command?: readonly string[]): V1PodSpec => ({
  containers: [{ name, image, ...(command && { command: [...command] }) }],
});

beforeAll(async () => {
  const { exitCode, stderr } = await ckadet(['up', 'streams'], { home: home.path });
  if (exitCode !== 0) throw new Error(`ckadet up: ${stderr}`);
  kubeconfig = (await ckadet(['kubeconfig', 'streams'], { home: home.path })).stdout.trim();
  config.loadFromFile(kubeconfig);
  core = config.makeApiClient(CoreV1Api);
  await core.createNamespacedPod({ namespace, body: { metadata: { name: 'box' }, spec: container('box', 'busybox:1.36', ['sleep', '3600']) } });
  await core.createNamespacedPod({ namespace, body: { metadata: { name: 'web' }, spec: container('web', 'nginx:1.27') } });
  await running(['box', 'web']);
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const readers = { metadata: { name: 'readers' }, rules: [{ apiGroups: [''], resources: ['pods', 'pods/exec'], verbs: ['get', 'list'] }] };
  await rbac.createNamespacedRole({ namespace, body: readers });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata: { name: 'readers' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'readers' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
    },
  });
});
afterAll(async () => {
  await ckadet(['down', 'streams', '--delete'], { home: home.path });
  home.remove();
});

async function running(names: readonly string[]): Promise<void> {
  const waiting = new Set(names);
  const done = Promise.withResolvers<void>();
  const watching = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/pods`,
    {},
    (_type, pod: V1Pod) => {
      if (pod.status?.phase === 'Running') waiting.delete(pod.metadata?.name ?? '');
      if (waiting.size === 0) done.resolve();
    },
    (error: unknown) => done.reject(error as Error),
  );
  await done.promise;
  watching.abort();
}

function collector(): { readonly stream: Writable; text(): string; shows(pattern: RegExp): Promise<void> } {
  let text = '';
  const waiting = new Set<() => void>();
  return {
    stream: new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        for (const look of waiting) look();
        done();
      },
    }),
    text: () => text,
    shows: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

describe('the JavaScript client', () => {
  async function exec(command: readonly string[], input?: string): Promise<{ readonly out: string; readonly error: string; readonly status: V1Status }> {
    const out = collector();
    const error = collector();
    const stdin = input === undefined ? null : new PassThrough();
    const ended = Promise.withResolvers<V1Status>();
    await new Exec(config).exec(namespace, 'box', 'box', [...command], out.stream, error.stream, stdin, false, ended.resolve);
    stdin?.end(input);
    return { status: await ended.promise, out: out.text(), error: error.text() };
  }

  test('exec tells output, errors and how it ended', async () => {
    expect(await exec(['sh', '-c', 'echo seen; echo wrong >&2; exit 3'])).toEqual({
      out: 'seen\n',
      error: 'wrong\n',
      status: {
        metadata: {},
        status: 'Failure',
        reason: 'NonZeroExitCode',
        message: 'command terminated with non-zero exit code: error executing command [sh -c echo seen; echo wrong >&2; exit 3], exit code 3',
        details: { causes: [{ reason: 'ExitCode', message: '3' }] },
      },
    });
  });

  test('exec passes input on', async () => {
    const { out, status } = await exec(['cat'], 'one\ntwo\n');
    expect({ out, status: status.status }).toEqual({ out: 'one\ntwo\n', status: 'Success' });
  });

  test('attach joins the output of what runs', async () => {
    await core.createNamespacedPod({
      namespace,
      body: { metadata: { name: 'talks' }, spec: container('talks', 'busybox:1.36', ['sh', '-c', 'while true; do echo tick; sleep 1; done']) },
    });
    await running(['talks']);
    const out = collector();
    const socket = await new Attach(config).attach(namespace, 'talks', 'talks', out.stream, null, null, false);
    await out.shows(/tick\ntick\n/);
    socket.close();
    expect(out.text()).toMatch(/^(tick\n)+$/);
  });

  test('port-forward reaches the port', async () => {
    const out = collector();
    const input = new PassThrough();
    await new PortForward(config).portForward(namespace, 'web', [80], out.stream, null, input);
    input.write('GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n');
    await out.shows(/<\/html>/);
    expect(out.text()).toMatch(/^HTTP\/1\.1 200 OK[^]*Welcome to nginx!/);
  });

  test('port-forward tells of a port where nothing listens', async () => {
    const error = collector();
    await new PortForward(config).portForward(namespace, 'web', [81], collector().stream, error.stream, new PassThrough());
    await error.shows(/./);
    expect(error.text()).toMatch(/^error forwarding port 81 to pod.*connection refused/);
  });

  test('the proxy subresources of pods and services answer with what the pod serves', async () => {
    expect(await core.connectGetNamespacedPodProxy({ namespace, name: 'web:80' })).toContain('Welcome to nginx!');
    await core.patchNamespacedPod({ namespace, name: 'web', body: [{ op: 'add', path: '/metadata/labels', value: { app: 'web' } }] });
    await core.createNamespacedService({
      namespace,
      body: { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 8080, targetPort: 80 }] } },
    });
    await expect
      .poll(() => core.connectGetNamespacedServiceProxy({ namespace, name: 'web:http' }).catch((error: unknown) => String(error)), { timeout: 20_000 })
      .toContain('Welcome to nginx!');
  });
});

/** Without the first that speak SPDY and the last that speak WebSocket, all speak one of the two. */
const found: [string, string | undefined][] = [...findKubectls()];
const rows = found.length ? found : [['(none on this machine: skipped)', undefined] satisfies [string, undefined]];

describe.each<[string, string | undefined]>(rows)('kubectl %s', (_minor, kubectl) => {
  const environment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', HOME: home.path, KUBECONFIG: kubeconfig });
  async function run(args: readonly string[], input = ''): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
    const child = spawn(kubectl ?? '', args, { env: environment(), stdio: 'pipe' });
    let out = '';
    let error = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    child.stdin.end(input);
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, error };
  }

  test.skipIf(!kubectl)('exec', async () => {
    expect(await run(['exec', 'box', '--', 'sh', '-c', 'echo seen; exit 3'])).toEqual({
      code: 3,
      out: 'seen\n',
      error: 'command terminated with exit code 3\n',
    });
    expect(await run(['exec', '-i', 'box', '--', 'cat'], 'kept\n')).toEqual({ code: 0, out: 'kept\n', error: '' });
    const missing = await run(['exec', 'box', '--', 'nano']);
    expect(missing.code).toBe(1);
    expect(missing.error).toContain('exec: "nano": executable file not found in $PATH');
  });

  test.skipIf(!kubectl)('who may only read pods runs nothing in them, by whichever protocol', async () => {
    const { error } = await run(['exec', 'box', '--as', 'reader', '--', 'ls']);
    expect(error).toContain('pods "box" is forbidden: User "reader" cannot create resource "pods/exec" in API group "" in the namespace "default"');
  });

  test.skipIf(!kubectl)('exec on a terminal', async () => {
    const terminal = spawnOnTerminal(kubectl ?? '', ['exec', '-it', 'box', '--', 'sh'], { cols: 80, rows: 24, env: { TERM: 'xterm', ...environment() } });
    const screen = collector();
    terminal.onData((data) => void screen.stream.write(data));
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await screen.shows(/# $/);
    terminal.write('echo $((6*7))\r');
    await screen.shows(/\n42\r\n.*# $/);
    terminal.write('sleep 100\r');
    await screen.shows(/sleep 100\r\n$/);
    terminal.write('\u0003');
    await screen.shows(/\^C\r\n.*# $/);
    terminal.write('exit 4\r');
    expect(await ended).toBe(4);
  });

  test.skipIf(!kubectl)('port-forward', async () => {
    const child = spawn(kubectl ?? '', ['port-forward', 'pod/web', ':80'], { env: environment(), stdio: 'pipe' });
    try {
      const said = collector();
      child.stdout.pipe(said.stream);
      await said.shows(/Forwarding from 127\.0\.0\.1:\d+ -> 80/);
      const port = /127\.0\.0\.1:(\d+)/.exec(said.text())?.[1];
      for (let round = 0; round < 3; round++) {
        const page = await new Promise<string>((resolve, reject) => {
          get(`http://127.0.0.1:${port}/`, { agent: false }, (answer) => {
            let text = '';
            answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
            answer.on('end', () => resolve(text));
          }).on('error', reject);
        });
        expect(page).toContain('Welcome to nginx!');
      }
    } finally {
      child.kill();
      await once(child, 'close');
    }
  });
});
