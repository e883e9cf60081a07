// Commands over SSH when something goes wrong: the connection breaks, sudo refuses, sessions run out, the host falls silent; and terminals.
import { PassThrough } from 'node:stream';
import { writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Interrupted } from '../../../src/errors/interrupted.ts';
import { Asker } from '../../../src/hosts/asker.ts';
import type { Host } from '../../../src/hosts/host.ts';
import { writeFile } from '../../../src/hosts/host-files.ts';
import { Identities } from '../../../src/hosts/ssh/identities.ts';
import { sshHost } from '../../../src/hosts/ssh/ssh-host.ts';
import { resolveSshSettings } from '../../../src/hosts/ssh/ssh-settings.ts';
import type { Terminal } from '../../../src/hosts/ssh/terminal.ts';
import { fakeHost } from '../../fixtures/fake-host.ts';
import { type ScriptHandler, scriptedShell, type SudoRule } from '../../fixtures/host-shell.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { nobody, scriptedQuestions } from '../../fixtures/scripted-questions.ts';
import { noTerminal, type SshHome, sshHome } from '../../fixtures/ssh-hosts.ts';
import { type SshServer, type SshServerOptions, sshServer } from '../../fixtures/ssh-server.ts';

const handler: ScriptHandler = async (script, input, { print, signal }) => {
  if (script === 'echo') return 'answer\n';
  if (script === 'hold') {
    print('HELD\n');
    return { held: true };
  }
  print('on\n');
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('')));
};

async function served(options: Partial<SshServerOptions> = {}): Promise<{ readonly home: SshHome; readonly server: SshServer; readonly host: Host }> {
  const home = sshHome(scratchFolder());
  const server = await sshServer({ shell: scriptedShell(handler), accepts: [home.publicKey], ...options });
  const host = await home.host(server);
  onTestFinished(async () => {
    await host.close();
    await server.close();
  });
  return { home, server, host };
}

describe('a connection', () => {
  it('that breaks ends every command with it, and the next command makes another', async () => {
    const { server, host } = await served();
    const held = await host.hold('hold', 'HELD');
    const running = Promise.withResolvers<void>();
    const commands = [host.run('wait', { onLine: () => running.resolve() }), host.run('wait')];
    await running.promise;
    server.cut();
    for (const command of commands) await expect(command).rejects.toMatchObject({ code: 'CONNECTION_LOST', exitCode: 5 });
    expect(await held.ended).toMatchObject({ exitCode: 255, stdout: 'HELD\n', stderr: expect.stringContaining('the connection to tester@') as string });
    await held.release();
    expect((await host.run('echo')).stdout).toBe('answer\n');
    expect(server.logins).toBe(2);
  });

  it('on which nothing answers any more is given up', async () => {
    const { home, server } = await served();
    const asker = new Asker({ questions: nobody });
    const options = home.options();
    const settings = await resolveSshSettings({ address: '127.0.0.1', port: server.port, user: 'tester', identities: [home.identity] }, options);
    const host = sshHost('n1', {
      settings: { ...settings, keepaliveMs: 20, keepaliveCount: 2 },
      clock: options.clock,
      asker,
      identities: new Identities(asker),
      terminal: options.terminal,
    });
    const silent = host.run('wait', { onLine: () => server.freeze() });
    await expect(silent).rejects.toMatchObject({ code: 'CONNECTION_LOST', why: expect.stringContaining('the host stopped answering') as string });
    await host.close();
  });

  it('is one for all commands, and is closed with what runs', async () => {
    const { server, host } = await served();
    await Promise.all(Array.from({ length: 30 }, () => host.run('echo')));
    expect([server.logins, server.mostSessions]).toEqual([1, 4]);
    const running = host.run('wait', { onLine: () => void host.close() });
    await expect(running).rejects.toMatchObject({ code: 'CONNECTION_LOST', why: expect.stringContaining('it was closed here') as string });
    await expect(host.run('echo')).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  });

  it('on which the host starts no command says so', async () => {
    const { host } = await served({ maxSessions: 0 });
    await expect(host.run('echo')).rejects.toMatchObject({ code: 'SESSION_REFUSED', exitCode: 5 });
  });
});

describe('sudo', () => {
  const sudoHost = (sudo: SudoRule, asker: Asker): Host => fakeHost((_script, _input, { asRoot }) => (asRoot ? 'root' : 'user'), { sudo, asker });

  it.each<readonly [SudoRule, string, string]>([
    ['missing', 'NO_SUDO', 'sudo is not installed there'],
    ['forbidden', 'NO_SUDO', 'tester is not in the sudoers file.'],
    [{ password: 'right' }, 'SUDO_PASSWORD', 'the password was wrong 3 times'],
  ])('%j: %s', async (sudo, code, why) => {
    const questions = scriptedQuestions('wrong 1', 'wrong 2', 'wrong 3');
    const secrets: string[] = [];
    const host = sudoHost(sudo, new Asker({ questions, onSecret: (secret) => secrets.push(secret) }));
    const error: unknown = await host.run('x', { as: 'root' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, why, exitCode: 5, what: 'tester cannot become root on tester@n1:22' });
    expect(JSON.stringify(error)).not.toContain('wrong 1');
    expect(secrets).toEqual(questions.asked.map((_, index) => `wrong ${index + 1}`));
    expect((await host.run('x')).stdout).toBe('user');
  });

  it('asks on as the first answer was wrong', async () => {
    const questions = scriptedQuestions('wrong', 'right');
    expect((await sudoHost({ password: 'right' }, new Asker({ questions })).run('x', { as: 'root' })).stdout).toBe('root');
    expect(questions.asked).toEqual(['Password of tester for sudo on tester@n1:22:', 'That was wrong. Password of tester for sudo on tester@n1:22:']);
  });

  it('asks for a password that nobody can type', async () => {
    await expect(sudoHost({ password: 'right' }, new Asker({ questions: nobody })).run('x', { as: 'root' })).rejects.toMatchObject({
      code: 'SUDO_PASSWORD',
      why: 'sudo asks tester for a password, and nobody is there to answer',
    });
  });

  it('takes a password that was given beforehand', async () => {
    const host = sudoHost({ password: 'right' }, new Asker({ questions: nobody, sudoPassword: 'right' }));
    expect((await host.run('x', { as: 'root' })).stdout).toBe('root');
    await expect(sudoHost({ password: 'other' }, new Asker({ questions: nobody, sudoPassword: 'right' })).run('x', { as: 'root' })).rejects.toMatchObject({
      code: 'SUDO_PASSWORD',
      why: 'the password is wrong',
    });
  });

  it('is asked once for hosts with one user, and again where that password is wrong', async () => {
    const questions = scriptedQuestions('first', 'second');
    const asker = new Asker({ questions });
    const hosts = ['first', 'first', 'second', 'first'].map((password) => sudoHost({ password }, asker));
    const results = await Promise.all(hosts.map((host) => host.run('x', { as: 'root' })));
    expect(results.map(({ stdout }) => stdout)).toEqual(['root', 'root', 'root', 'root']);
    expect([questions.asked.length, questions.mostAtOnce]).toEqual([2, 1]);
  });
});

it('Ctrl-C at one question is the answer to all', async () => {
  const asked: string[] = [];
  const questions = {
    ...nobody,
    interactive: true,
    secret: (message: string) => {
      asked.push(message);
      return Promise.reject(new Interrupted());
    },
  };
  const asker = new Asker({ questions });
  const hosts = ['n1', 'n2', 'n3'].map((name) => fakeHost(() => '', { name, sudo: { password: 'x' }, asker }));
  const results = await Promise.allSettled(hosts.map((host) => host.run('x', { as: 'root' })));
  expect(results.map((each) => each.status === 'rejected' && each.reason instanceof Interrupted)).toEqual([true, true, true]);
  expect(asked).toEqual(['Password of tester for sudo on tester@n1:22:']);
});

it('a file whose host has no room left', async () => {
  const host = fakeHost(() => ({ exitCode: 1, stderr: 'cat: write error: No space left on device\n' }));
  await expect(writeFile(host, '/etc/a', 'x')).rejects.toMatchObject({
    code: 'HOST_FILE',
    what: 'cannot write /etc/a on tester@n1:22',
    why: 'no space is left on its disk (cat: write error: No space left on device)',
    next: ['see what is free there: df -h /etc'],
  });
});

describe('a terminal', () => {
  it('is handed over, told when its size changes, and given back', async () => {
    const modes: boolean[] = [];
    const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: (mode: boolean) => modes.push(mode) });
    const output = Object.assign(new PassThrough(), { isTTY: true, rows: 30, columns: 100 });
    const terminal = { ...noTerminal(), input, output } as unknown as Terminal;
    const home = sshHome(scratchFolder());
    const server = await sshServer({
      accepts: [home.publicKey],
      shell: async (commandLine, { stdin, stdout }) => {
        stdout.write(`${commandLine ?? 'a shell'}$ `);
        for await (const chunk of stdin) if (String(chunk).includes('exit')) break;
        return 42;
      },
    });
    writeFileSync(home.knownHosts, server.knownHostsLine);
    const options = home.options();
    const asker = new Asker({ questions: nobody });
    const settings = await resolveSshSettings({ address: '127.0.0.1', port: server.port, user: 'tester', identities: [home.identity] }, options);
    const host = sshHost('n1', { settings, clock: options.clock, asker, identities: new Identities(asker), terminal });
    const printed: string[] = [];
    output.on('data', (chunk: Buffer) => {
      printed.push(chunk.toString());
      Object.assign(output, { rows: 40, columns: 120 });
      output.emit('resize');
      input.write('exit\r');
    });
    expect(await host.interactive()).toBe(42);
    expect(await host.interactive('top')).toBe(42);
    expect(printed).toEqual(['a shell$ ', 'top$ ']);
    expect(server.terminals).toEqual([
      { rows: 30, cols: 100 },
      { rows: 40, cols: 120 },
      { rows: 40, cols: 120 },
      { rows: 40, cols: 120 },
    ]);
    expect(modes).toEqual([true, false, true, false]);
    expect([input.listenerCount('data'), output.listenerCount('resize')]).toEqual([0, 0]);
    await host.close();
    await server.close();
  });
});
