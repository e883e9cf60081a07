// Credentials for curl: the token is in a file of its owner alone, and never in the words of a command.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { wallClock } from '../../../src/platform/clock.ts';
import { openHome } from '../../../src/platform/home.ts';
import { READ_OWNER } from '../../../src/provision/host-state.ts';
import { credentials } from '../../../src/provision/runs/credentials.ts';
import { Site } from '../../../src/provision/site.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';
import { fakeHost } from '../../fixtures/fake-host.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { nobody } from '../../fixtures/scripted-questions.ts';
import { noTerminal } from '../../fixtures/ssh-hosts.ts';

const TOKEN = 'a-token-that-nobody-else-may-see';

const answers = (script: string): string =>
  script === READ_OWNER
    ? 'demo\n'
    : script.includes('create token')
      ? `${TOKEN}\n`
      : script.includes('ca.crt')
        ? 'certificates'
        : script.includes('$same')
          ? 'no\n'
          : 'created';
const isAway = (): never => {
  throw new AppError({ code: 'HOST_UNREACHABLE', what: 'cannot reach n1', exitCode: 5 });
};

async function asked(yaml = clusterYaml('single'), hosts = [fakeHost(answers, { name: 'n1' })]) {
  const folder = scratchFolder();
  const home = await openHome(folder);
  const loaded = { path: join(folder, 'cluster.yaml'), spec: specOf(yaml) };
  const { signal } = new AbortController();
  const site = Site.over(loaded, { clock: wallClock, home, signal, questions: nobody, terminal: noTerminal(), env: {} }, hosts);
  const found = await credentials(site, home, signal);
  const journal = readFileSync(home.path('provision', loaded.spec.name, 'journal.jsonl'), 'utf8');
  return { found, journal };
}

it('keep the token out of the command and of the journal', async () => {
  const { found, journal } = await asked();
  expect(found.token).toBe(TOKEN);
  expect(found.curl).not.toContain(TOKEN);
  expect(journal).not.toContain(TOKEN);
  const told = journal
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told.filter(({ outcome }) => outcome === 'changed')).toMatchObject([
    { run: 'creds', task: 'creds/n1', action: 'reader', exitCode: 0 },
    { run: 'creds', task: 'values/n1', action: 'reader-token', exitCode: 0 },
  ]);
  expect(statSync(found.headerFile).mode & 0o777).toBe(0o600);
});

it.each([
  ['of another cluster', 'theirs\n', 'HOST_TAKEN'],
  ['of no cluster of ours', '', 'CLUSTER_NOT_MADE'],
])('are not asked of a host %s', async (_what, owner, code) => {
  const host = fakeHost((script) => (script === READ_OWNER ? owner : answers(script)), { name: 'n1' });
  await expect(asked(clusterYaml('single'), [host])).rejects.toMatchObject({ code });
});

it('are asked of the next control plane where the first is away', async () => {
  const { found, journal } = await asked(clusterYaml('ha-stacked'), [fakeHost(isAway, { name: 'n1' }), fakeHost(answers, { name: 'n2' })]);
  expect(found.token).toBe(TOKEN);
  expect(journal).toContain('creds/n2');
});

const curl = spawnSync('curl', ['--version'], { encoding: 'utf8' });
it.skipIf(curl.status !== 0)('are sent by the command as it stands (needs curl)', async () => {
  const { found } = await asked();
  const seen = Promise.withResolvers<string | undefined>();
  const server = createServer((request, response) => {
    seen.resolve(request.headers.authorization);
    response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn('/bin/sh', ['-c', found.curl.replace(found.server, here)], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  expect([await seen.promise, await ended]).toEqual([`Bearer ${TOKEN}`, 0]);
  server.close();
});
