// What streams decide without a server: file specs, ports, archives, what a proxy lets through.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WireChannel } from '../../../src/kube/client/transport.ts';
import { CHANNEL, channelMessage, V5_PROTOCOL } from '../../../src/kube/streaming/channels.ts';
import { TAR_END, tarEntries, tarEntry, type TarEntry } from '../../../src/kube/streaming/tar.ts';
import { archivePrefix, fileSpec, isWithin, joinPath } from '../../../src/kubectl/streams/copy-paths.ts';
import { runRemotely } from '../../../src/kubectl/streams/remote-process.ts';
import type { Kubectl } from '../../../src/kubectl/kubectl.ts';
import { parsedPorts, resolvedPorts } from '../../../src/kubectl/streams/forwarded-ports.ts';
import { hostIn, isLetThrough, patterns } from '../../../src/kubectl/streams/proxied-requests.ts';

async function* inPieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

async function collected(entries: AsyncIterable<TarEntry>): Promise<readonly TarEntry[]> {
  const all: TarEntry[] = [];
  for await (const each of entries) all.push(each);
  return all;
}

test('archives come back as they were written, in pieces of any size', async () => {
  const name = fc.array(fc.stringMatching(/^[a-zé0-9]{1,60}$/), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
  const entry = fc.record({
    name,
    kind: fc.constant('file' as const),
    mode: fc.nat(0o777),
    modified: fc.nat(2 ** 31),
    data: fc.uint8Array({ maxLength: 1500 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 4 }), fc.integer({ min: 1, max: 2000 }), async (entries, size) => {
      const written = entries.map((each): TarEntry => ({ ...each, linkTarget: '' }));
      const archive = Buffer.concat([...written.map(tarEntry), TAR_END]);
      const read = await collected(tarEntries(inPieces(archive, size)));
      expect(read.map(({ data, ...rest }) => ({ ...rest, data: [...data] }))).toEqual(written.map(({ data, ...rest }) => ({ ...rest, data: [...data] })));
    }),
    { numRuns: 60 },
  );
});

test('an archive that breaks off, or is none, is refused', async () => {
  const whole = tarEntry({ name: 'a', kind: 'file', mode: 0o644, modified: 0, linkTarget: '', data: Buffer.alloc(700, 'x') });
  await expect(collected(tarEntries(inPieces(whole.subarray(0, 900), 100)))).rejects.toThrow('unexpected EOF');
  await expect(collected(tarEntries(inPieces(Buffer.alloc(512, 'x'), 512)))).rejects.toThrow('invalid tar header');
});

test('file specs name a pod, a namespace, or a file of this machine', () => {
  expect(fileSpec('a/b')).toEqual({ namespace: '', pod: '', file: 'a/b' });
  expect(fileSpec('shop/web:/x')).toEqual({ namespace: 'shop', pod: 'web', file: '/x' });
  expect(fileSpec('web:/tmp/')).toEqual({ namespace: '', pod: 'web', file: '/tmp' });
  expect(fileSpec('site/').file).toBe('site');
  expect(fileSpec('web:/').file).toBe('/');
  expect(() => fileSpec('a/b/c:d')).toThrow('canonical format');
});

function talkingTo(messages: readonly Uint8Array[], interrupted = new AbortController().signal): Kubectl {
  const channel: WireChannel = {
    protocol: V5_PROTOCOL,
    messages: (async function* () {
      yield* messages;
      if (!messages.length) await new Promise(() => undefined);
    })(),
    send: async () => undefined,
    close: () => undefined,
  };
  return { ports: { interrupted }, wire: async () => ({ connect: async () => channel }) } as unknown as Kubectl;
}
const PROCESS = { namespace: 'default', pod: 'web', container: 'a', does: 'exec', command: ['x'] } as const;

test('what a process printed is complete, though its end was told first', async () => {
  const failed = { status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } };
  const printed: string[] = [];
  const out = (data: Uint8Array): void => void printed.push(Buffer.from(data).toString());
  const messages = [
    channelMessage(CHANNEL.stdout, Buffer.from('one ')),
    channelMessage(CHANNEL.error, Buffer.from(JSON.stringify(failed))),
    channelMessage(CHANNEL.stdout, Buffer.from('two')),
  ];
  await expect(runRemotely(talkingTo(messages), { ...PROCESS, out })).rejects.toThrow('command terminated with exit code 3');
  expect(printed.join('')).toBe('one two');
});

test('Ctrl-C waits for no server', async () => {
  const interrupt = new AbortController();
  const running = runRemotely(talkingTo([], interrupt.signal), { ...PROCESS, out: () => undefined });
  interrupt.abort(new Error('interrupted'));
  await expect(running).rejects.toThrow('interrupted');
  await expect(runRemotely(talkingTo([], interrupt.signal), { ...PROCESS, out: () => undefined })).rejects.toThrow('interrupted');
});

test('names in an archive do not leave the folder they are unpacked to', () => {
  expect(archivePrefix('/../../etc/passwd')).toBe('etc/passwd');
  expect(isWithin('out', joinPath('out', '../../x'))).toBe(false);
  expect(isWithin('.', joinPath('.', '../x'))).toBe(false);
  expect(isWithin('out', joinPath('out', 'a/../b'))).toBe(true);
  expect(isWithin('out', 'outside')).toBe(false);
});

test('ports of services lead to their targets', () => {
  const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }] }] } };
  const service = {
    metadata: { name: 's' },
    spec: {
      ports: [
        { name: 'web', port: 80, targetPort: 'http' },
        { port: 53, protocol: 'UDP' },
      ],
    },
  };
  expect(resolvedPorts(['80', '9000:web', ':80', 'web'], pod, service)).toEqual(['80:8080', '9000:8080', ':8080', '80:8080']);
  expect(() => resolvedPorts(['53'], pod, service)).toThrow('UDP protocol is not supported for 53');
  expect(parsedPorts([':80', '8080:80'])).toEqual([
    { local: 0, remote: 80 },
    { local: 8080, remote: 80 },
  ]);
  expect(() => parsedPorts(['1:0'])).toThrow('remote port must be > 0');
});

test('a proxy refuses other hosts, and paths that are refused though accepted', () => {
  const filter = { hosts: patterns('^localhost$'), paths: patterns('^.*'), refusedPaths: patterns('/exec'), refusedMethods: patterns('POST,PUT') };
  expect(isLetThrough(filter, 'GET', '/api', hostIn('localhost:8001'))).toBe(true);
  expect(isLetThrough(filter, 'GET', '/api', hostIn('evil.example'))).toBe(false);
  expect(isLetThrough(filter, 'GET', '/api/x/exec', 'localhost')).toBe(false);
  expect(isLetThrough(filter, 'PUT', '/api', 'localhost')).toBe(false);
});
