// The small shell and the programs of images, in virtual time.
import { beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/sim/kernel/random.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { imageRegistry } from '../../../src/sim/images/image-registry.ts';
import { simulatedRuntime, type SimulatedRuntime } from '../../../src/sim/images/simulated-runtime.ts';
import type { ContainerConfig, RuntimeContainer } from '../../../src/sim/kubelet/ports/container-runtime.ts';

let clock: VirtualClock;
let runtime: SimulatedRuntime;
const images = [
  'busybox:1.36',
  'nginx:1.27',
  'redis:7',
  'ubuntu:24.04',
  'mysql:8.0',
  'registry.k8s.io/pause:3.9',
  'registry.k8s.io/e2e-test-images/agnhost:2.39',
  'hashicorp/http-echo',
];

beforeEach(() => {
  clock = new VirtualClock();
  runtime = simulatedRuntime({ clock, random: seededRandom(1), registry: imageRegistry(), preloaded: images });
});

const config = (image: string, more: Partial<ContainerConfig> = {}): ContainerConfig => ({
  pod: { uid: 'u', name: 'p', namespace: 'n', hostname: 'p', ip: '10.244.1.2', hostNetwork: false },
  name: 'c',
  attempt: 0,
  image,
  command: undefined,
  args: undefined,
  env: {},
  workingDir: undefined,
  mounts: [],
  ports: [],
  uid: 0,
  terminationMessagePath: '/dev/termination-log',
  stdin: 'none',
  tty: false,
  terminationMessageFromLog: false,
  ...more,
});

async function start(image: string, more: Partial<ContainerConfig> = {}): Promise<string> {
  const created = runtime.createContainer(config(image, more));
  await clock.advance(20);
  const { id } = await created;
  const started = runtime.startContainer(id);
  started.catch(() => undefined);
  await clock.advance(40);
  await started;
  return id;
}
const state = (id: string): RuntimeContainer | undefined => runtime.containers('u').find((each) => each.id === id);
const output = (id: string): string => (runtime.log(id)?.lines ?? []).map(({ text }) => text).join('');
const script = async (text: string, more: Partial<ContainerConfig> = {}): Promise<{ readonly code: number | undefined; readonly out: string }> => {
  const id = await start('busybox:1.36', { command: ['sh', '-c', text], ...more });
  await clock.advance(100_000);
  return { code: state(id)?.exitCode, out: output(id) };
};

describe('the shell', () => {
  it.each([
    ['echo hello', 0, 'hello\n'],
    ['exit 4', 4, ''],
    ['false', 1, ''],
    ['false || echo saved', 0, 'saved\n'],
    ['true && false; echo $?', 0, '1\n'],
    ['echo a; sleep 2; echo b', 0, 'a\nb\n'],
    ['for i in 1 2 3; do echo -n "$i "; done', 0, '1 2 3 '],
    ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i', 0, '3\n'],
    ['if [ -f /x ]; then echo yes; else echo no; fi', 0, 'no\n'],
    ['echo hi > /tmp/f; cat /tmp/f; rm /tmp/f; cat /tmp/f', 1, 'hi\ncat: /tmp/f: No such file or directory\n'],
    ['echo "$NAME" \'$NAME\' ${NAME} ${NONE:-none}', 0, 'Ada $NAME Ada none\n'],
    ['echo "pod $(hostname)"', 0, 'pod p\n'],
    ['date > /dev/null 2>&1; echo done', 0, 'done\n'],
    ['echo one two | grep two | wc -l', 0, '1\n'],
    ['nosuch; echo $?', 0, 'sh: nosuch: not found\n127\n'],
    ['until false; do echo once; break; done', 0, 'once\n'],
    ['set -e; false; echo never', 1, ''],
    ['sleep abc', 1, "sleep: invalid time interval 'abc'\n"],
    ['echo "unclosed', 2, 'sh: syntax error: unterminated quoted string\n'],
    ['(echo sub; exit 0) && { echo group; }', 0, 'sub\ngroup\n'],
  ])('%s', async (text, code, out) => {
    const result = await script(text, { env: { NAME: 'Ada' } });
    expect(result).toEqual({ code, out });
  });

  it('slows down loops that take no time', async () => {
    const id = await start('busybox:1.36', { command: ['sh', '-c', 'while true; do echo x; done'] });
    await clock.advance(10_000);
    expect(state(id)?.state).toBe('running');
    expect(output(id).length).toBeLessThan(400);
  });

  it('writes the termination message and reads volumes', async () => {
    const files = new Map([['key', 'value']]);
    const id = await start('busybox:1.36', {
      command: ['sh', '-c', 'cat /v/key > /dev/termination-log; echo x > /v/new; exit 1'],
      mounts: [{ path: '/v', readOnly: true, subPath: '', files }],
    });
    await clock.advance(1_000);
    expect(state(id)).toMatchObject({ exitCode: 1, reason: 'Error', message: 'value' });
    expect(files.has('new')).toBe(false);
  });
});

describe('signals', () => {
  const stopAfter = async (id: string, graceMs: number): Promise<readonly [number | undefined, number]> => {
    const from = clock.now();
    void runtime.stopContainer(id, graceMs);
    await clock.until(() => state(id)?.state === 'exited');
    return [state(id)?.exitCode, clock.now() - from];
  };
  it('end a server soon', async () => expect(await stopAfter(await start('nginx:1.27'), 30_000)).toEqual([0, 150]));
  it('end a server that a shell started alone', async () =>
    expect(await stopAfter(await start('nginx:1.27', { command: ['sh', '-c', "nginx -g 'daemon off;'"] }), 30_000)).toEqual([0, 150]));
  it('do not reach a sleep that is the first process', async () =>
    expect(await stopAfter(await start('busybox:1.36', { command: ['sleep', '1d'] }), 30_000)).toEqual([137, 30_000]));
  it('are heeded by a trap', async () =>
    expect(await stopAfter(await start('busybox:1.36', { command: ['sh', '-c', 'trap "exit 0" TERM; sleep 1d & wait'] }), 30_000)).toEqual([0, 0]));
  it('may shorten the wait', async () => {
    const id = await start('busybox:1.36', { command: ['sleep', '1d'] });
    void runtime.stopContainer(id, 30_000);
    await clock.advance(1_000);
    expect(await stopAfter(id, 2_000)).toEqual([137, 2_000]);
  });
});

describe('programs', () => {
  it('need their settings', async () => {
    const id = await start('mysql:8.0');
    await clock.advance(100);
    expect(state(id)).toMatchObject({ exitCode: 1 });
    expect(output(id)).toContain('Database is uninitialized and password option is not specified');
    const other = await start('mysql:8.0', { env: { MYSQL_ROOT_PASSWORD: 'x' } });
    await clock.advance(5_000);
    expect(state(other)?.state).toBe('running');
  });
  it('cannot listen on a port that is taken in the pod', async () => {
    await start('nginx:1.27');
    await clock.advance(100);
    const second = await start('nginx:1.27', { name: 'd' });
    await clock.advance(100);
    expect(output(second)).toContain('bind() to 0.0.0.0:80 failed (98: Address already in use)');
    expect(state(second)?.exitCode).toBe(1);
  });
  it('answer on the ports they know, or are told', async () => {
    await start('hashicorp/http-echo', { args: ['-listen=:8080', '-text=hi'] });
    await clock.advance(100);
    const get = (port: number): ReturnType<SimulatedRuntime['httpGet']> =>
      runtime.httpGet({ podUid: 'u', host: '10.244.1.2', port, path: '/', scheme: 'HTTP', timeoutMs: 1_000 });
    expect(await get(8080)).toEqual({ status: 200 });
    expect(await get(5678)).toEqual({ error: 'dial tcp 10.244.1.2:5678: connect: connection refused' });
  });
  it('are not there in images without a shell', async () => {
    await expect(start('registry.k8s.io/pause:3.9', { command: ['sh', '-c', 'true'] })).rejects.toThrow('exec: "sh": executable file not found in $PATH');
    await expect(start('busybox:1.36', { command: ['/no/such'] })).rejects.toThrow('exec: "/no/such": stat /no/such: no such file or directory');
  });
  it('can be run beside the container', async () => {
    const id = await start('busybox:1.36', { command: ['sleep', '1d'], env: { A: 'b' } });
    expect(await runtime.exec(id, ['sh', '-c', 'echo $A; exit 3'], 0)).toEqual({ exitCode: 3, output: 'b\n' });
    const slow = runtime.exec(id, ['sleep', '10'], 1_000);
    slow.catch(() => undefined);
    await clock.advance(1_000);
    await expect(slow).rejects.toThrow('command timed out: "sleep 10" timed out after 1s');
  });
});

it.each([
  ['echo a; echo b >&2', 'a\n', 'b\n'],
  ['(echo a; echo b >&2) 2>&1', 'a\nb\n', ''],
  ['(echo a; echo b >&2) 2>/dev/null', 'a\n', ''],
  ['(echo a; echo b >&2) &>/dev/null; echo c', 'c\n', ''],
  ['echo b > /dev/stderr', '', 'b\n'],
  ['(echo a; echo b >&2) > /tmp/out 2>&1; cat /tmp/out', 'a\nb\n', ''],
  ['(echo a; echo b >&2) 2>&1 > /dev/null', 'b\n', ''],
  ['cd /tmp; pwd; (cd /etc; pwd); pwd', '/tmp\n/etc\n/tmp\n', ''],
  ['printf "a b c\\nd\\n" | while read x y; do echo "$y-$x"; done', 'b c-a\n-d\n', ''],
  ['echo one > /tmp/a; mv /tmp/a /tmp/b; cat /tmp/b; cat /tmp/a', 'one\n', 'cat: /tmp/a: No such file or directory\n'],
  ['seq 1 2 7 | tail -n 2; seq 9 | head -n 2; seq 5 | tail -n +4', '5\n7\n1\n2\n4\n5\n', ''],
  ['printf "a b\\nc" > /tmp/w; wc -w /tmp/w; wc -l < /tmp/w; seq 3 | wc -c', '3 /tmp/w\n1\n6\n', ''],
  ['kill 1 || echo told', 'told\n', 'kill: not simulated in this version\n'],
  ['cat /etc/none', '', 'cat: /etc/none: No such file or directory\n'],
  ['nothing-of-that-name 2>&1 | cat', 'sh: nothing-of-that-name: not found\n', ''],
])('%s', async (text, out, error) => {
  const id = await start('busybox:1.36', { command: ['sh', '-c', text] });
  await clock.advance(1000);
  const lines = runtime.log(id)?.lines ?? [];
  const of = (stream: string): string => lines.flatMap((line) => (line.stream === stream ? [line.text] : [])).join('');
  expect([of('stdout'), of('stderr')]).toEqual([out, error]);
});
