// The built command reaches hosts over SSH: servers in this process, which run their commands by a real shell.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ckadet, ckadetOnTerminal, type Ran } from '../fixtures/ckadet.ts';
import { pretendedSudo, realShell } from '../fixtures/host-shell.ts';
import { scratchFolder } from '../fixtures/scratch.ts';
import { newKeyPair, type SshServer, sshServer } from '../fixtures/ssh-server.ts';

interface Site {
  readonly servers: readonly SshServer[];
  readonly home: string;
  cluster(...args: readonly string[]): Promise<Ran>;
}

/** Two hosts, a control plane and a worker; `known` tells whether their keys are. */
async function site({
  known,
  sudo = 'free',
  more = '',
}: {
  readonly known: boolean;
  readonly sudo?: 'free' | 'forbidden';
  readonly more?: string;
}): Promise<Site> {
  const home = scratchFolder();
  const pair = newKeyPair();
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  writeFileSync(join(home, '.ssh/id_test'), pair.private, { mode: 0o600 });
  const shell = realShell(pretendedSudo(scratchFolder(), sudo));
  const servers = await Promise.all([0, 1].map(() => sshServer({ shell, accepts: [pair.public] })));
  onTestFinished(() => Promise.all(servers.map((server) => server.close())).then(() => {}));
  if (known) writeFileSync(join(home, '.ssh/known_hosts'), servers.map(({ knownHostsLine }) => knownHostsLine).join(''));
  const host = ({ port }: SshServer, i: number): string =>
    `  - {name: n${i + 1}, address: 127.0.0.1, port: ${port}, nodeIP: 10.9.8.${i + 1}, user: tester, identity: ${join(home, '.ssh/id_test')}, roles: [${i ? 'worker' : 'control-plane'}]}`;
  writeFileSync(join(home, 'cluster.yaml'), `name: two\ntopology: single\nhosts:\n${servers.map(host).join('\n')}\n${more}`);
  return { servers, home, cluster: (...args) => ckadet(['cluster', ...args, '-f', join(home, 'cluster.yaml')], { home }) };
}

// The hosts are this machine, so that nothing may be changed, not even a lock taken.
test('hosts on which nothing was done have nothing to undo', async () => {
  const { cluster, servers } = await site({ known: true });
  expect(await cluster('reset', '--dry-run')).toEqual({ exitCode: 0, stdout: 'Nothing is to be undone: no host has anything of two.\n', stderr: '' });
  expect(servers.map(({ logins }) => logins)).toEqual([1, 1]);
});

test('hosts that are away hold up a reset until they are left out', async () => {
  const { cluster, servers } = await site({ known: true });
  await servers[1]?.close();
  const refused = await cluster('reset', '--dry-run');
  expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('n2 cannot be reached, and nothing was changed') as string });
  expect(refused.stderr).toMatch(
    /--skip-unreachable[^]*ckadet cluster delete --forget -f \S+cluster\.yaml|--skip-unreachable[^]*ckadet cluster delete -f \S+cluster\.yaml --forget/,
  );
  const skipped = await cluster('reset', '--dry-run', '--skip-unreachable');
  expect(skipped).toMatchObject({ exitCode: 0, stderr: '' });
  expect(skipped.stdout).toMatch(
    /^Nothing is to be undone: no host has anything of two\.\nn2 cannot be reached, and what is there stays\. .*ckadet cluster reset -f \S+\n$/,
  );
  expect(await cluster('delete', '--dry-run', '--skip-unreachable')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('n2 cannot be reached') as string,
  });
});

test('packages that are gone hold up only what installs them', async () => {
  const { cluster } = await site({ known: true, more: 'packages: {source: folder, path: /nowhere}\n' });
  expect(await cluster('reset', '--dry-run')).toMatchObject({ exitCode: 0, stdout: 'Nothing is to be undone: no host has anything of two.\n' });
  expect(await cluster('status')).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('two is not made') as string });
  for (const verb of ['validate', 'plan', 'create'])
    expect([verb, await cluster(verb)]).toMatchObject([verb, { exitCode: 4, stderr: expect.stringContaining('[PACKAGES_NOT_FOUND]') as string }]);
});

test('a host that is not what the file says is found before anything is changed', async () => {
  const { cluster } = await site({ known: true });
  const { exitCode, stdout, stderr } = await cluster('create', '--dry-run', '--json');
  expect(exitCode).toBe(4);
  expect(JSON.parse(stdout || stderr)).toMatchObject({ error: { code: 'PREFLIGHT_RED' } });
});

test('hosts whose keys nobody knows are not talked to', async () => {
  const { cluster, servers } = await site({ known: false });
  const { exitCode, stderr } = await cluster('reset', '--dry-run');
  expect(exitCode).toBe(5);
  expect(stderr).toContain('2 hosts cannot be worked on');
  expect(stderr).toContain('ssh-keyscan');
  expect(servers.flatMap(({ commandLines }) => commandLines)).toEqual([]);
});

test('status says what to do about a host that lets nobody in', async () => {
  const { cluster } = await site({ known: false });
  const { exitCode, stdout } = await cluster('status');
  expect(exitCode).toBe(1);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/n1 cannot be reached: .* is not known yet: .*; look at it and accept it once: ssh .* true/);
});

test('consent is asked for after the hosts were looked at, and before that where nobody can give it', async () => {
  const { cluster, home, servers } = await site({ known: true });
  expect(await cluster('create')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[NOT_CONFIRMED]') as string });
  expect(servers.map(({ logins }) => logins)).toEqual([0, 0]);
  const asked = await ckadetOnTerminal(['cluster', 'create', '-f', join(home, 'cluster.yaml')], { home }).ended;
  expect(asked).toMatchObject({ exitCode: 4, printed: expect.stringContaining('PREFLIGHT_RED') as string });
  expect(asked.printed).not.toContain('Make the cluster');
  expect(servers.map(({ logins }) => logins)).toEqual([1, 1]);
});

test('a user who may not become root is told so', async () => {
  const { cluster } = await site({ known: true, sudo: 'forbidden' });
  const { exitCode, stderr } = await cluster('reset', '--dry-run');
  expect(exitCode).toBe(5);
  expect(stderr).toContain('sudo');
});

test('what is plainly wrong is refused before anybody logs in', async () => {
  const { cluster, servers } = await site({ known: true });
  expect(await cluster('create', '--yes', '--from-phase', 'join-wokers')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('did you mean join-workers?') as string,
  });
  const drill = await cluster('drill');
  expect(drill).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[NOT_HIGHLY_AVAILABLE]') as string });
  expect(drill.stderr).not.toContain('--dry-run');
  expect(await cluster('reset', '--hosts', 'n1')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[NOT_A_WORKER]') as string });
  expect(await cluster('plan', '--script', '/etc/hostname')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[NOT_A_FOLDER]') as string });
  expect(servers.map(({ logins }) => logins)).toEqual([0, 0]);
});

test('hosts that were never used are told of as such, completely and with the file in what is advised', async () => {
  const { cluster } = await site({ known: true });
  const { exitCode, stdout } = await cluster('status', '--json');
  expect(exitCode).toBe(1);
  const status = JSON.parse(stdout) as { readonly hosts: readonly object[]; readonly problems: readonly string[] };
  expect(status).toMatchObject({
    cluster: 'two',
    isMade: false,
    endpoint: { isReady: false, holder: null },
    hosts: [{ name: 'n1', owner: null, why: null }, { name: 'n2' }],
  });
  expect(status.problems.at(-1)).toMatch(/^two is not made: .* ckadet cluster create -f \S+cluster\.yaml makes it$/);
});
