// What every kind of Host does the same: this machine, a server in this process, one in memory, and a real machine where $CKADET_TEST_HOSTS names one.
// That variable holds the path of an inventory: a line for each host, `name address user keyfile`.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Asker } from '../../src/hosts/asker.ts';
import type { Host } from '../../src/hosts/host.ts';
import { FILE_FACTS, type FileFacts, parseFileFacts, readText, upload, writeFile } from '../../src/hosts/host-files.ts';
import { localHost } from '../../src/hosts/local/local-host.ts';
import { openHosts } from '../../src/hosts/open-hosts.ts';
import { wallClock } from '../../src/platform/clock.ts';
import { shellQuoted } from '../../src/platform/shell-quote.ts';
import { hostOver } from '../fixtures/fake-host.ts';
import { pretendedSudo, realShell, type SudoRule } from '../fixtures/host-shell.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';
import { nobody, scriptedQuestions } from '../fixtures/scripted-questions.ts';
import { sshHome } from '../fixtures/ssh-hosts.ts';
import { sshServer } from '../fixtures/ssh-server.ts';

interface Opened {
  readonly host: Host;
  close(): Promise<void>;
}

const factsOf = async (host: Host, path: string): Promise<FileFacts | undefined> =>
  parseFileFacts((await host.run(`${FILE_FACTS}\nfacts ${shellQuoted(path)}`)).stdout.trim());

const PASSWORD = "pass 'word' ü";
const INVENTORY = process.env['CKADET_TEST_HOSTS'];
const real = INVENTORY && existsSync(INVENTORY) ? readFileSync(INVENTORY, 'utf8').split('\n')[0]?.split(' ') : undefined;

async function local(sudo: SudoRule): Promise<Opened> {
  const folder = temporaryFolder();
  const questions = typeof sudo === 'string' ? nobody : scriptedQuestions(sudo.password);
  const host = localHost({ name: 'n1', env: pretendedSudo(folder.path, sudo), clock: wallClock, asker: new Asker({ questions }) });
  return { host, close: () => host.close().then(folder.remove) };
}

async function inMemory(sudo: SudoRule): Promise<Opened> {
  const folder = temporaryFolder();
  const questions = typeof sudo === 'string' ? nobody : scriptedQuestions(sudo.password);
  const host = hostOver(realShell(pretendedSudo(folder.path, sudo)), { asker: new Asker({ questions }) });
  return { host, close: () => host.close().then(folder.remove) };
}

async function overSsh(sudo: SudoRule): Promise<Opened> {
  const folder = temporaryFolder();
  const home = sshHome(folder.path);
  const server = await sshServer({ shell: realShell(pretendedSudo(folder.path, sudo)), accepts: [home.publicKey] });
  const host = await home.host(server, typeof sudo === 'string' ? {} : { questions: scriptedQuestions(sudo.password) });
  return {
    host,
    async close() {
      await host.close();
      await server.close();
      folder.remove();
    },
  };
}

/** The hosts of the testbed have one user whose sudo asks nothing, and `admin`, whose password is its name. */
async function onMachine(sudo: SudoRule): Promise<Opened> {
  const [name = '', address = '', user = '', identity = ''] = real ?? [];
  const folder = temporaryFolder();
  const isFree = typeof sudo === 'string';
  const { hosts, close } = await openHosts(
    [{ kind: 'ssh', name, address, user: isFree ? user : 'admin', identities: [identity] }],
    sshHome(folder.path).options(isFree ? scriptedQuestions(true) : scriptedQuestions(true, 'admin')),
  );
  const [host] = hosts;
  if (!host) throw new Error('no host was opened');
  return { host, close: () => close().then(folder.remove) };
}

const kinds: readonly (readonly [kind: string, open: (sudo: SudoRule) => Promise<Opened>, isHere: boolean])[] = [
  ['this machine', local, true],
  ['in memory', inMemory, true],
  ['over SSH, in this process', overSsh, true],
  ['over SSH, a real machine (skipped without $CKADET_TEST_HOSTS)', onMachine, real !== undefined],
];

describe.each(kinds)('a host: %s', (_kind, open, isHere) => {
  describe.skipIf(!isHere)('that needs no password for sudo', () => {
    let opened: Opened;
    let host: Host;
    beforeAll(async () => {
      opened = await open('free');
      ({ host } = opened);
    });
    afterAll(() => opened?.close());

    it('tells output, errors and exit code apart', async () => {
      expect(await host.run('echo out; echo err >&2; exit 3')).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
      expect(await host.run('')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    });

    it('runs what has quotes, lines, dollars and letters of all kinds', async () => {
      const script = `printf '%s|' "it's" 'a "b"' \`echo c\` 'd\\e' '$HOME' 'ü€😀' ; printf '\n%s' "two\nlines"`;
      expect((await host.run(script)).stdout).toBe(`it's|a "b"|c|d\\e|$HOME|ü€😀|\ntwo\nlines`);
    });

    it('gives a command its input, or an empty one', async () => {
      expect((await host.run('cat')).stdout).toBe('');
      expect((await host.run('cat', { input: 'text ü' })).stdout).toBe('text ü');
      expect((await host.run('cat; cat', { input: Readable.from([Buffer.from('a'), Buffer.from('b')]) })).stdout).toBe('ab');
    });

    it('takes 5 MB of bytes as they are', async () => {
      const bytes = Buffer.alloc(
        5_000_000,
        Uint8Array.from({ length: 256 }, (_, i) => i),
      );
      const sum = createHash('sha256').update(bytes).digest('hex');
      expect((await host.run('sha256sum', { input: bytes })).stdout).toBe(`${sum}  -\n`);
      expect((await host.run('sha256sum', { input: Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]) })).stdout).toBe(`${sum}  -\n`);
    });

    it('gives back 10 MB of output', async () => {
      const { stdout, stderr } = await host.run('head -c 10000000 /dev/zero | tr "\\0" x; head -c 100000 /dev/zero | tr "\\0" y >&2');
      expect([stdout.length, stderr.length]).toEqual([10_000_000, 100_000]);
      expect(/^x+$/.test(stdout)).toBe(true);
    });

    it('does not mind a command that reads nothing of a long input', async () => {
      expect((await host.run('exit 7', { input: Buffer.alloc(3_000_000) })).exitCode).toBe(7);
    });

    it('tells lines as they come, the last without an end too', async () => {
      const lines: string[] = [];
      await host.run("printf 'one\\ntwo\\r\\n'; echo three >&2; printf four", { onLine: (line) => lines.push(line) });
      expect(lines.toSorted()).toEqual(['four', 'one', 'three', 'two']);
    });

    it('says by which signal a command ended', async () => {
      expect((await host.run('kill -KILL $$')).exitCode).toBe(137);
    });

    it('runs twenty commands at once', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, i) => host.run(`cat; echo ${i}`, { input: 'x' })));
      expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 20 }, (_, i) => `x${i}\n`));
    });

    it('runs as root', async () => {
      expect((await host.run('id -u; cat', { as: 'root', input: 'in' })).stdout).toBe('0\nin');
      expect((await host.run('id -u')).stdout).not.toBe('0\n');
      expect((await host.run('exit 4', { as: 'root' })).exitCode).toBe(4);
    });

    it('finds as root what an administrator put on the host, whatever sudo makes of PATH', async () => {
      expect((await host.run('echo "$PATH"', { as: 'root' })).stdout).toMatch(/:\/usr\/local\/sbin:\/usr\/local\/bin\n$/);
    });

    it.each(['user', 'root'] as const)('ends what takes too long, and what it started, as %s', async (as) => {
      const mark = `${Math.trunc(process.uptime() * 1e6)}${as === 'root' ? 1 : 2}`;
      const slow = host.run(`sleep ${mark} & sleep ${mark}; wait`, { as, timeoutMs: 300 });
      await expect(slow).rejects.toMatchObject({ code: 'HOST_TIMEOUT', exitCode: 6 });
      expect((await host.run(`grep -l '${mark}' /proc/[0-9]*/cmdline 2>/dev/null | xargs -r -n1 cat 2>/dev/null | grep -ac '^sleep'`)).stdout.trim()).toBe('0');
    });

    it('ends a command when the signal aborts, and starts none after', async () => {
      const stop = new AbortController();
      const running = host.run('echo on; sleep 1000', { signal: stop.signal, onLine: () => stop.abort(new Error('enough')) });
      await expect(running).rejects.toThrow('enough');
      await expect(host.run('true', { signal: stop.signal })).rejects.toThrow('enough');
    });

    it('ends a command that was about to start', async () => {
      const folder = (await host.run('mktemp -d')).stdout.trim();
      const stop = new AbortController();
      const running = host.run(`sleep 1; touch ${folder}/went-on`, { signal: stop.signal });
      await host.run('true'); // behind it: the first has been asked for by now
      stop.abort(new Error('enough'));
      await expect(running).rejects.toThrow('enough');
      expect((await host.run(`sleep 1.2; ls -A ${folder}; rmdir ${folder}`)).stdout).toBe('');
    });

    it('ends a command whose input breaks', async () => {
      const broken = Readable.from(
        (async function* () {
          yield 'part';
          throw new Error('no more to read');
        })(),
      );
      await expect(host.run('cat; sleep 1000', { input: broken })).rejects.toThrow('no more to read');
    });

    it.each(['user', 'root'] as const)('holds, as %s', async (as) => {
      const held = await host.hold('echo before; echo HELD; cat >/dev/null; echo after; exit 5', 'HELD', { as });
      expect(held.said).toBe('before\n');
      expect((await host.run('echo beside')).stdout).toBe('beside\n');
      await held.release();
      expect(await held.ended).toMatchObject({ exitCode: 5, stdout: 'before\nHELD\nafter\n' });
    });

    it('reads and writes files whole, with their mode', async () => {
      const folder = (await host.run('mktemp -d')).stdout.trim();
      const path = `${folder}/a b/it's/file.conf`;
      expect(await readText(host, path)).toBeUndefined();
      await writeFile(host, path, 'one\nü\n');
      expect(await readText(host, path)).toBe('one\nü\n');
      await writeFile(host, path, Buffer.from([0, 255, 10]), { mode: 0o600 });
      expect(await factsOf(host, path)).toMatchObject({
        sha256: createHash('sha256')
          .update(Buffer.from([0, 255, 10]))
          .digest('hex'),
        mode: 0o600,
      });
      expect(await factsOf(host, `${folder}/none`)).toBeUndefined();
      expect(await factsOf(host, folder)).toBeUndefined();
      expect((await host.run(`ls -A '${folder}/a b/it'"'"'s'; stat -c %a '${folder}/a b'; rm -r '${folder}'`)).stdout).toBe('file.conf\n755\n');
    });

    it('uploads a file and tells how far it is', async () => {
      const local = temporaryFolder();
      const folder = (await host.run('mktemp -d')).stdout.trim();
      const bytes = Buffer.alloc(3_000_000, 'some bytes');
      writeFileSync(join(local.path, 'archive'), bytes);
      const progress: number[] = [];
      await upload(host, join(local.path, 'archive'), `${folder}/archive`, { mode: 0o755, onProgress: (sent, total) => progress.push(sent / total) });
      expect(progress.at(-1)).toBe(1);
      expect(await factsOf(host, `${folder}/archive`)).toEqual({
        sha256: createHash('sha256').update(bytes).digest('hex'),
        mode: 0o755,
        owner: expect.stringContaining(':') as string,
      });
      const wrong = upload(host, join(local.path, 'archive'), `${folder}/other`, { sha256: '0'.repeat(64) });
      await expect(wrong).rejects.toMatchObject({ code: 'UPLOAD_DAMAGED', exitCode: 5 });
      await expect(upload(host, join(local.path, 'none'), `${folder}/other`)).rejects.toMatchObject({ code: 'PATH_BLOCKED' });
      expect((await host.run(`ls -A ${folder}; rm -r ${folder}`)).stdout).toBe('archive\n');
      local.remove();
    });

    it('says what is wrong with a file', async () => {
      await expect(writeFile(host, '/dev/full/file', 'x')).rejects.toMatchObject({ code: 'HOST_FILE', exitCode: 5 });
      await expect(writeFile(host, '/tmp', 'x')).rejects.toMatchObject({ code: 'HOST_FILE', why: '/tmp: Is a directory' });
      await expect(readText(host, '/tmp')).rejects.toMatchObject({ code: 'HOST_FILE', why: 'cat: /tmp: Is a directory' });
    });

    it('says why something is not held', async () => {
      await expect(host.hold('echo taken by another; exit 1', 'HELD')).rejects.toMatchObject({ code: 'HOLD_REFUSED', why: 'taken by another', exitCode: 5 });
      await expect(host.hold('sleep 1000', 'HELD', { timeoutMs: 200 })).rejects.toMatchObject({ code: 'HOST_TIMEOUT' });
    });
  });

  it.skipIf(!isHere)('becomes root with a password that neither arguments nor input show', async () => {
    const opened = await open({ password: PASSWORD });
    try {
      const [first, second] = await Promise.all([
        opened.host.run('id -u; cat', { as: 'root', input: 'in\nput' }),
        opened.host.run('id -u; cat', { as: 'root', input: Readable.from(['str', 'eam']) }),
      ]);
      expect([first, second]).toEqual([
        { exitCode: 0, stdout: '0\nin\nput', stderr: '' },
        { exitCode: 0, stdout: '0\nstream', stderr: '' },
      ]);
      const held = await opened.host.hold('echo HELD; cat', 'HELD', { as: 'root' });
      await held.release();
      expect((await held.ended).stdout).toBe('HELD\n');
    } finally {
      await opened.close();
    }
  });
});
