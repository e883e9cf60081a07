// Reaching a host and logging in: keys of files and agents, passphrases, host keys, jump hosts, and what is said when it does not work.
import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openHosts } from '../../../src/hosts/open-hosts.ts';
import { unreachable } from '../../../src/hosts/ssh/ssh-errors.ts';
import { resolveSshSettings } from '../../../src/hosts/ssh/ssh-settings.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { scriptedShell } from '../../fixtures/host-shell.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { scriptedQuestions } from '../../fixtures/scripted-questions.ts';
import { testAgent } from '../../fixtures/ssh-agent.ts';
import { type SshHome, sshHome } from '../../fixtures/ssh-hosts.ts';
import { newKeyPair, type SshServer, type SshServerOptions, sshServer } from '../../fixtures/ssh-server.ts';

const shell = scriptedShell((script) => `ran ${script}\n`);
let home: SshHome;
beforeEach(() => {
  home = sshHome(scratchFolder());
});

async function serve(options: Partial<SshServerOptions> = {}): Promise<SshServer> {
  const server = await sshServer({ shell, accepts: [home.publicKey], ...options });
  onTestFinished(server.close);
  return server;
}

const keyFile = (name: string, text: string, mode = 0o600): string => {
  const path = join(home.folder, name);
  writeFileSync(path, text, { mode });
  return path;
};
const ran = { exitCode: 0, stdout: 'ran x\n', stderr: '' };

describe('a key', () => {
  it('that is not accepted is named, with what the host takes and what to type', async () => {
    const server = await serve({ accepts: [], offers: ['publickey', 'password'] });
    const open = keyFile('open', newKeyPair().private, 0o644);
    const text = keyFile('text', 'no key');
    const host = await home.host(server, { identities: [home.identity, open, text, join(home.folder, 'none')] });
    await expect(host.run('x')).rejects.toMatchObject({
      code: 'SSH_AUTHENTICATION',
      exitCode: 5,
      what: `cannot log in to tester@127.0.0.1:${server.port}`,
      why: `tried ${home.identity} (refused by the host), ${open} (others may read it, and ssh refuses such a key: chmod 600 ${open}), ${text} (it holds no private key), ${join(home.folder, 'none')} (there is no such file)`,
      next: expect.arrayContaining([`put your public key there: ssh-copy-id -i ${home.identity} -p ${server.port} tester@127.0.0.1`]) as string[],
    });
  });

  it('that is the public half leads to the private one beside it', async () => {
    const half = keyFile('id.pub', newKeyPair().public, 0o644);
    const host = await home.host(await serve({ accepts: [] }), { identities: [half] });
    const whole = join(home.folder, 'id');
    await expect(host.run('x')).rejects.toMatchObject({
      code: 'SSH_AUTHENTICATION',
      why: `tried ${half} (it is the public half of a key: name the private one, ${whole})`,
      next: expect.arrayContaining([`name the private key in the cluster file: identity: ${whole}`]) as string[],
    });
  });

  it('is not even tried where the host takes passwords only', async () => {
    const server = await serve({ accepts: [], offers: ['password'] });
    const host = await home.host(server);
    await expect(host.run('x')).rejects.toMatchObject({ code: 'SSH_AUTHENTICATION', why: 'there was no key to try; the host takes no keys, only password' });
  });

  it('with a passphrase is unlocked once for all hosts, and asked again when it was wrong', async () => {
    const pair = newKeyPair('open sesame');
    const locked = keyFile('locked', pair.private);
    const servers = [await serve({ accepts: [pair.public] }), await serve({ accepts: [pair.public] })];
    const questions = scriptedQuestions(true, true, 'wrong', 'open sesame');
    const { hosts, close } = await openHosts(
      servers.map(({ port }, index) => ({ kind: 'ssh', name: `n${index}`, address: '127.0.0.1', port, user: 'tester', identities: [locked] })),
      home.options(questions),
    );
    expect(await Promise.all(hosts.map((host) => host.run('x')))).toEqual([ran, ran]);
    expect(questions.asked.slice(2)).toEqual([`Passphrase of ${locked}:`, `That was wrong. Passphrase of ${locked}:`]);
    await close();
  });

  it('with a passphrase is of no use where nobody can type it', async () => {
    const locked = keyFile('locked', newKeyPair('x').private);
    const host = await home.host(await serve(), { identities: [locked] });
    await expect(host.run('x')).rejects.toMatchObject({ code: 'SSH_AUTHENTICATION', why: expect.stringContaining('nobody is there to type it') as string });
  });

  it('of an agent is used instead of the same one in a file, before all others', async () => {
    const pair = newKeyPair();
    const agent = await testAgent(join(home.folder, 'agent'), [newKeyPair().private, pair.private]);
    const locked = keyFile('locked', newKeyPair('unknown').private);
    keyFile('locked.pub', pair.public);
    const server = await serve({ accepts: [pair.public] });
    const options = home.options();
    writeFileSync(home.knownHosts, server.knownHostsLine);
    const { hosts, close } = await openHosts([{ kind: 'ssh', name: 'n1', address: '127.0.0.1', port: server.port, user: 'tester', identities: [locked] }], {
      ...options,
      env: { ...options.env, SSH_AUTH_SOCK: agent.socket },
    });
    expect(await hosts[0]?.run('x')).toEqual(ran);
    expect(agent.signed).toHaveLength(1);
    await close();
    await agent.close();
  });

  it('of an agent that does not answer is done without', async () => {
    const server = await serve();
    writeFileSync(home.knownHosts, server.knownHostsLine);
    const options = home.options();
    const { hosts, close } = await openHosts(
      [{ kind: 'ssh', name: 'n1', address: '127.0.0.1', port: server.port, user: 'tester', identities: [home.identity] }],
      {
        ...options,
        env: { ...options.env, SSH_AUTH_SOCK: join(home.folder, 'nothing') },
      },
    );
    expect(await hosts[0]?.run('x')).toEqual(ran);
    await close();
  });
});

describe('the key of a host', () => {
  it('is asked about once, with its fingerprint, and remembered', async () => {
    const server = await serve();
    const questions = scriptedQuestions(true);
    const host = await home.host(server, { questions, isKnown: false });
    expect(await Promise.all([host.run('x'), host.run('x')])).toEqual([ran, ran]);
    await host.close();
    expect(questions.asked).toEqual([
      expect.stringMatching(/^tester@127\.0\.0\.1:\d+ is not known yet\. It shows ED25519 SHA256:[\w+/]{43}\. Trust it from now on\?$/) as string,
    ]);
    expect(readFileSync(home.knownHosts, 'utf8')).toBe(server.knownHostsLine);
    const again = await home.host(server, { isKnown: false });
    expect(await again.run('x')).toEqual(ran);
    await again.close();
  });

  it('that is not trusted ends it, and is not remembered', async () => {
    const host = await home.host(await serve(), { questions: scriptedQuestions(false), isKnown: false });
    await expect(host.run('x')).rejects.toMatchObject({ code: 'HOST_KEY_UNKNOWN', why: expect.stringContaining('it was not trusted') as string });
    expect(readFileSync(home.knownHosts, 'utf8')).toBe('');
  });

  it('that is unknown is refused where nobody can be asked, with commands to accept it', async () => {
    const server = await serve();
    const host = await home.host(server, { isKnown: false });
    await expect(host.run('x')).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      exitCode: 5,
      next: [
        `look at it and accept it once: ssh -p ${server.port} -i ${home.identity} tester@127.0.0.1 true`,
        `or accept it unseen, on a network you trust: ssh-keyscan -p ${server.port} 127.0.0.1 >> ${home.knownHosts}`,
      ],
    });
    expect(server.logins).toBe(0);
  });

  it('that has changed is refused, with the file and line of the old one', async () => {
    const server = await serve();
    const [name] = server.knownHostsLine.split(' ');
    writeFileSync(home.knownHosts, `# mine\n${name} ${newKeyPair().public}\n`);
    const host = await home.host(server, { questions: scriptedQuestions(), isKnown: false });
    await expect(host.run('x')).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      exitCode: 5,
      why: expect.stringContaining(`${home.knownHosts}, line 2, has another one`) as string,
      next: expect.arrayContaining([`if it is right, forget the old key: ssh-keygen -f ${home.knownHosts} -R '${name}'`]) as string[],
    });
    expect(server.logins).toBe(0);
  });

  it.each([
    ['accept-new', 'ran x\n'],
    ['yes', 'HOST_KEY_UNKNOWN'],
  ])('that is unknown, with StrictHostKeyChecking %s: %s', async (policy, outcome) => {
    const server = await serve();
    const config = keyFile('config', `StrictHostKeyChecking ${policy}\nUserKnownHostsFile ${home.knownHosts}\nHashKnownHosts yes\n`);
    const { hosts, close } = await openHosts(
      [{ kind: 'ssh', name: 'n1', address: '127.0.0.1', port: server.port, user: 'tester', identities: [home.identity] }],
      {
        ...home.options(scriptedQuestions()),
        configFile: config,
      },
    );
    const said = await hosts[0]?.run('x').then(
      ({ stdout }) => stdout,
      (error: { code: string }) => error.code,
    );
    expect(said).toBe(outcome);
    expect(readFileSync(home.knownHosts, 'utf8').startsWith('|1|')).toBe(policy === 'accept-new');
    await close();
  });
});

describe('the way to a host', () => {
  it('leads through others, each checked and logged in to', async () => {
    const [edge, middle, inner] = [await serve(), await serve(), await serve()];
    writeFileSync(home.knownHosts, [edge, middle, inner].map((each) => each.knownHostsLine).join(''));
    const host = await home.host(inner, { isKnown: false, jumps: [`tester@127.0.0.1:${edge.port}`, `tester@127.0.0.1:${middle.port}`] });
    expect(await host.run('x')).toEqual(ran);
    expect([edge.logins, middle.logins, inner.logins]).toEqual([1, 1, 1]);
    expect(edge.commandLines).toEqual([]);
    edge.cut();
    await expect(host.run('x')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await host.run('x')).toEqual(ran);
    expect(edge.logins).toBe(2);
    await host.close();
  });

  it('is closed: nothing listens', async () => {
    const server = await sshServer({ shell, accepts: [] });
    await server.close();
    const host = await home.host(server);
    await expect(host.run('x')).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      exitCode: 5,
      why: expect.stringContaining('nothing listens on that port') as string,
    });
  });

  it('is closed behind a jump host', async () => {
    const [edge, inner] = [await serve(), await sshServer({ shell, accepts: [] })];
    await inner.close();
    writeFileSync(home.knownHosts, edge.knownHostsLine);
    const host = await home.host(inner, { jumps: [`tester@127.0.0.1:${edge.port}`] });
    await expect(host.run('x')).rejects.toMatchObject({ code: 'HOST_UNREACHABLE', why: expect.stringContaining('127.0.0.1 says:') as string });
  });

  it.each([
    ['says nothing', undefined, 'HOST_UNREACHABLE', 6],
    ['hangs up', '', 'HOST_UNREACHABLE', 5],
    ['is no SSH server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'HOST_UNREACHABLE', 5],
  ])('ends at something that %s', async (_what, does, code, exitCode) => {
    const clock = new VirtualClock();
    const listener = createServer((socket) => {
      socket.on('error', () => {}); // the other side leaves
      if (does === undefined) socket.once('data', () => void clock.advance(20_000));
      else socket.end(does);
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const { hosts, close } = await openHosts([{ kind: 'ssh', name: 'n1', address: '127.0.0.1', port, user: 'x', identities: [] }], {
      ...home.options(),
      clock,
    });
    const failed = hosts[0]?.run('x');
    await expect(failed).rejects.toMatchObject({ code, exitCode });
    await close();
    listener.close();
  });

  it.each([
    ['ENOTFOUND', 'no address belongs to that name', 'look it up: getent hosts n1'],
    ['EHOSTUNREACH', 'there is no way to that address, or nothing has it', 'see whether the machine answers: ping -c 3 n1'],
    ['ENETUNREACH', 'there is no route to that network', 'see which way packets take: ip route get n1'],
    ['EODD', 'odd', 'see what happens: ssh -v x@n1'],
  ])('is named by %s', async (errno, why, next) => {
    const settings = await resolveSshSettings({ address: 'n1', user: 'x' }, { env: {}, configFile: null });
    for (const error of [Object.assign(new Error('odd'), { code: errno }), new AggregateError([Object.assign(new Error('odd'), { code: errno })])])
      expect(unreachable(settings, error)).toMatchObject({ code: 'HOST_UNREACHABLE', why, next: expect.arrayContaining([next]) as string[] });
  });
});
