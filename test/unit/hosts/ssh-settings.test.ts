// ~/.ssh/config and the cluster file together: who wins, what is expanded, what is refused by name.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchesPatterns, parseConfigLines } from '../../../src/hosts/ssh/client-config.ts';
import { parseJump, resolveSshSettings, type SshSettings, type SshTarget } from '../../../src/hosts/ssh/ssh-settings.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

interface Case {
  readonly home: string;
  settings(target: Omit<SshTarget, 'name'>, env?: Record<string, string>): Promise<SshSettings>;
}

/** A home folder with these files under .ssh. */
function configured(files: Readonly<Record<string, string>>): Case {
  const home = scratchFolder();
  mkdirSync(join(home, '.ssh', 'config.d'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, '.ssh', name), text);
  return { home, settings: (target, env = {}) => resolveSshSettings(target, { env: { HOME: home, ...env } }) };
}

describe('lines', () => {
  it('are words, with quotes, equal signs and comments', () => {
    expect(parseConfigLines('# a comment\n\nHost a "b c" d # e\n  User=root\n\tIdentityFile = "~/my key"\nnothing\n')).toEqual([
      { keyword: 'host', words: ['a', 'b c', 'd'], number: 3 },
      { keyword: 'user', words: ['root'], number: 4 },
      { keyword: 'identityfile', words: ['~/my key'], number: 5 },
    ]);
  });

  it.each([
    ['n1', ['n*'], true],
    ['n1', ['n?'], true],
    ['n10', ['n?'], false],
    ['n1', ['*', '!n1'], false],
    ['n2', ['*', '!n1'], true],
    ['n1', ['!n2'], false],
    ['a.b', ['a?b'], true],
    ['axb', ['a.b'], false],
    ['N1', ['n1'], true],
  ])('%s against %j: %s', (name, patterns, expected) => expect(matchesPatterns(name, patterns)).toBe(expected));
});

describe('the settings of a host', () => {
  it('without a configuration are those of ssh', async () => {
    const { home, settings } = configured({});
    const found = await settings({ address: '192.0.2.1', user: 'debian' }, { SSH_AUTH_SOCK: '/run/agent' });
    expect(found).toMatchObject({
      address: '192.0.2.1',
      port: 22,
      user: 'debian',
      identities: [`${home}/.ssh/id_rsa`, `${home}/.ssh/id_ecdsa`, `${home}/.ssh/id_ed25519`],
      identitiesNamed: false,
      identitiesOnly: false,
      agent: '/run/agent',
      jumps: [],
      knownAs: '192.0.2.1',
      knownHostsFiles: [`${home}/.ssh/known_hosts`, `${home}/.ssh/known_hosts2`],
      hostKeyPolicy: 'ask',
    });
  });

  it('come from the first line that says something, identities from all', async () => {
    const { home, settings } = configured({
      config: `Host n1\n  HostName %h.example.org\n  Port 2222\n  IdentityFile ~/.ssh/id_%n_%r\nHost n*\n  User admin\n  Port 1\n  IdentityFile %d/second\n  StrictHostKeyChecking accept-new\n  ConnectTimeout 7\n  ServerAliveInterval 3\n  IdentitiesOnly yes\n`,
    });
    expect(await settings({ address: 'n1' })).toMatchObject({
      address: 'n1.example.org',
      port: 2222,
      user: 'admin',
      identities: [`${home}/.ssh/id_n1_admin`, `${home}/second`],
      identitiesOnly: true,
      knownAs: '[n1.example.org]:2222',
      hostKeyPolicy: 'accept-new',
      connectTimeoutMs: 7000,
      keepaliveMs: 3000,
    });
    expect(await settings({ address: 'other' })).toMatchObject({ address: 'other', port: 22, identitiesNamed: false });
  });

  it('of the cluster file win', async () => {
    const { home, settings } = configured({ config: 'Host *\n  User a\n  Port 1\n  IdentityFile /a\n  ProxyJump a\n' });
    const found = await settings({ address: 'n1', user: 'b', port: 2, identities: ['~/100%key'], jumps: [] });
    expect(found).toMatchObject({ user: 'b', port: 2, identities: [`${home}/100%key`], jumps: [] });
  });

  it('may be included, also under a Host', async () => {
    const { settings } = configured({
      config: 'Host n1\n  Include config.d/*\nHost *\n  User last\n',
      'config.d/b': 'Host n2\n  Port 2\nHost n1\n  Port 3\n',
      'config.d/a': 'User first\n',
    });
    expect(await settings({ address: 'n1' })).toMatchObject({ user: 'first', port: 3 });
    expect(await settings({ address: 'n2' })).toMatchObject({ user: 'last', port: 22 });
  });

  it('name hosts to go through, each with its own', async () => {
    const { settings } = configured({
      config:
        'Host inner\n  ProxyJump bob@edge:2022,middle\nHost edge\n  HostName edge.example.org\n  ProxyJump first\nHost middle\n  User mia\n  ProxyJump none\nHost first\n  User fay\n',
    });
    const { jumps } = await settings({ address: 'inner', user: 'x', identities: ['/key'] });
    expect(jumps.map(({ user, address, port, identities }) => [user, address, port, identities])).toEqual([
      ['fay', 'first', 22, ['/key']],
      ['bob', 'edge.example.org', 2022, ['/key']],
      ['mia', 'middle', 22, ['/key']],
    ]);
  });

  it('take the agent and known hosts that are named', async () => {
    const { home, settings } = configured({
      config: 'Host a\n  IdentityAgent none\n  UserKnownHostsFile ~/kh "/two words"\nHost b\n  IdentityAgent ${HOME}/agent\n  HostKeyAlias Cluster\n',
    });
    expect(await settings({ address: 'a' }, { SSH_AUTH_SOCK: '/run/agent' })).toMatchObject({
      agent: undefined,
      knownHostsFiles: [`${home}/kh`, '/two words'],
    });
    expect(await settings({ address: 'b', port: 99 })).toMatchObject({ agent: `${home}/agent`, knownAs: 'cluster' });
  });

  it.each([
    ['Match exec "test -f x"', 'line 2', 'Match exec'],
    ['Match all', 'line 2', 'Match all'],
    ['ProxyCommand nc %h %p', 'line 2', 'ProxyCommand'],
    ['IdentityFile ~/%Q', 'line 2', '%Q'],
    ['Port many', 'line 2', 'many where a number is expected'],
    ['ProxyJump n1', 'line 2', 'more than 8 deep'],
  ])('refuse %s by name', async (line, place, said) => {
    const { settings } = configured({ config: `Host n1\n  ${line}\n` });
    const error = await settings({ address: 'n1' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'SSH_CONFIG_UNSUPPORTED',
      exitCode: 3,
      what: expect.stringContaining('/.ssh/config') as string,
      why: expect.stringContaining(said) as string,
    });
    expect((error as Error).message).toContain(place);
  });
});

describe('a jump host', () => {
  it.each([
    ['bastion', { address: 'bastion' }],
    ['me@bastion:2222', { user: 'me', address: 'bastion', port: 2222 }],
    ['ssh://me@bastion:2222', { user: 'me', address: 'bastion', port: 2222 }],
    ['[2001:db8::1]:2222', { address: '2001:db8::1', port: 2222 }],
    ['me@2001:db8::1', { user: 'me', address: '2001:db8::1' }],
  ])('may be written %s', (text, expected) => expect(parseJump(text)).toMatchObject(expected));

  it.each(['', 'me@', ':22', 'a b:c:'])('may not be written %j', (text) => expect(() => parseJump(text)).toThrow('no jump host'));
});
