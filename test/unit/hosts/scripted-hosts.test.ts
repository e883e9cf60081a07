// Hosts whose commands a function answers, in memory and behind SSH: what provisioning is tested with.
import { describe, expect, it } from 'vitest';
import { Asker } from '../../../src/hosts/asker.ts';
import { openHosts } from '../../../src/hosts/open-hosts.ts';
import type { Host } from '../../../src/hosts/host.ts';
import { fakeHost } from '../../fixtures/fake-host.ts';
import { type ScriptHandler, scriptedShell, type SudoRule } from '../../fixtures/host-shell.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { scriptedQuestions } from '../../fixtures/scripted-questions.ts';
import { sshHome } from '../../fixtures/ssh-hosts.ts';
import { sshServer } from '../../fixtures/ssh-server.ts';

const handler: ScriptHandler = async (script, input, { asRoot, print, signal }) => {
  if (script === 'whoami') return asRoot ? 'root\n' : 'tester\n';
  if (script === 'cat') return input.text();
  if (script === 'lock') {
    print('HELD\n');
    return { held: true, exitCode: 2 };
  }
  if (script === 'wait') return new Promise((resolve) => signal.addEventListener('abort', () => resolve('')));
  return { exitCode: 127, stderr: `${script}: not found\n` };
};

async function behindSsh(sudo: SudoRule): Promise<{ host: Host; close(): Promise<void> }> {
  const home = sshHome(scratchFolder());
  const server = await sshServer({ shell: scriptedShell(handler, { sudo }), accepts: [home.publicKey] });
  const host = await home.host(server, typeof sudo === 'string' ? {} : { questions: scriptedQuestions(sudo.password) });
  return { host, close: () => host.close().then(server.close) };
}

const inMemory = async (sudo: SudoRule): Promise<{ host: Host; close(): Promise<void> }> => {
  const asker = new Asker({ questions: scriptedQuestions(...(typeof sudo === 'string' ? [] : [sudo.password])) });
  const host = fakeHost(handler, { sudo, asker });
  return { host, close: () => host.close() };
};

describe.each([
  ['in memory', inMemory],
  ['behind SSH', behindSsh],
] as const)('a scripted host %s', (_where, open) => {
  it.each<SudoRule>(['free', { password: 'secret' }])('answers scripts, with sudo %j', async (sudo) => {
    const { host, close } = await open(sudo);
    expect(await host.run('whoami')).toEqual({ exitCode: 0, stdout: 'tester\n', stderr: '' });
    expect((await host.run('whoami', { as: 'root' })).stdout).toBe('root\n');
    expect((await host.run('cat', { as: 'root', input: 'given\n' })).stdout).toBe('given\n');
    expect((await host.run('cat', { input: Buffer.alloc(1_000_000, 'x') })).stdout).toHaveLength(1_000_000);
    expect(await host.run('odd', { input: 'unread' })).toEqual({ exitCode: 127, stdout: '', stderr: 'odd: not found\n' });
    await close();
  });

  it('holds, and is ended', async () => {
    const { host, close } = await open('free');
    const held = await host.hold('lock', 'HELD', { as: 'root' });
    await expect(host.run('wait', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'HOST_TIMEOUT' });
    await held.release();
    expect(await held.ended).toEqual({ exitCode: 2, stdout: 'HELD\n', stderr: '' });
    await close();
  });
});

it('forty hosts at once, each asked about once and all with one password', async () => {
  const home = sshHome(scratchFolder());
  const servers = await Promise.all(
    Array.from({ length: 40 }, () => sshServer({ shell: scriptedShell(handler, { sudo: { password: 'secret' } }), accepts: [home.publicKey] })),
  );
  const questions = scriptedQuestions(...servers.map(() => true), 'secret');
  const { hosts, close } = await openHosts(
    servers.map(({ port }, index) => ({ kind: 'ssh', name: `n${index}`, address: '127.0.0.1', port, user: 'tester', identities: [home.identity] })),
    home.options(questions),
  );
  const results = await Promise.all(hosts.map((host) => host.run('whoami', { as: 'root' })));
  expect(new Set(results.map(({ stdout }) => stdout))).toEqual(new Set(['root\n']));
  expect(questions.mostAtOnce).toBe(1);
  expect(questions.asked.filter((each) => each.startsWith('Password'))).toEqual([
    expect.stringMatching(/^Password of tester for sudo on tester@127\.0\.0\.1:\d+:$/),
  ]);
  expect(servers.flatMap(({ commandLines }) => commandLines).join('\n')).not.toContain('secret');
  await close();
  await Promise.all(servers.map((server) => server.close()));
});
