// The ways into a cluster of minikube or kind: its kubeconfig, merged too, and credentials with which curl itself asks. Stand-ins, whose kubeconfig leads to a simulated API server.
import { execFile } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ckadet, type Ran } from '../fixtures/ckadet.ts';
import { type StandIns, standIns } from '../fixtures/local-providers/stand-ins.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const sh = promisify(execFile);
const scratch = temporaryFolder();
const elsewhere = join(scratch.path, 'elsewhere');
const home = join(scratch.path, 'state');
let machine: StandIns;
let env: Readonly<Record<string, string>> = {};
const run = (...args: readonly string[]): Promise<Ran> => ckadet(['cluster', ...args], { home, env });
const hasCurl = await sh('curl', ['--version']).then(
  () => true,
  () => false,
);

beforeAll(async () => {
  machine = await standIns(scratch.path, ['minikube', 'kind', 'docker'], () => []);
  await Promise.all(['shop', 'box'].map((name) => ckadet(['up', name, '--workers', '1'], { home: elsewhere })));
});
afterAll(async () => {
  for (const name of ['shop', 'box']) await ckadet(['down', name, '--delete'], { home: elsewhere });
  machine.server.close();
  scratch.remove();
});

describe.each([
  ['kind', 'shop', 'name: shop\nprovider: kind\nworkers: 1\n', 'kind-shop'],
  ['minikube', 'box', 'name: box\nprovider: minikube\nnodes: 2\n', 'box'],
])('of %s', (_provider, name, text, context) => {
  const file = join(scratch.path, `${name}.yaml`);
  const at = (path: string): string => join(home, 'provision', name, path);

  it('there are none before it is made', async () => {
    writeFileSync(file, text);
    env = { HOME: scratch.path, COLUMNS: '400', ...machine.env, STAND_IN_KUBECONFIG: join(elsewhere, 'clusters', name, 'kubeconfig') };
    expect(await run('creds', '-f', file)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('[CLUSTER_NOT_MADE]') as string });
  });

  it('credentials of an hour let curl read what lies in namespaces, and nothing else', async () => {
    expect((await run('create', '-y', '-f', file)).exitCode).toBe(0);
    const { exitCode, stdout, stderr } = await run('creds', '--json', '-f', file);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const found = JSON.parse(stdout) as Readonly<Record<'server' | 'caFile' | 'token' | 'headerFile' | 'curl', string>>;
    expect(found).toMatchObject({
      server: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string,
      caFile: at('ca.crt'),
      headerFile: at('reader-header'),
    });
    expect(statSync(found.headerFile).mode & 0o777).toBe(0o600);
    const { sub, exp, iat } = JSON.parse(Buffer.from(found.token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string; exp: number; iat: number };
    expect([sub, exp - iat]).toEqual(['system:serviceaccount:kube-system:ckadet-reader', 3600]);
    const journal = readFileSync(at('journal.jsonl'), 'utf8');
    expect(journal).not.toContain(found.token);
    expect(journal).toMatch(/"run":"creds".*"action":"reader".*"outcome":"changed"/);
    if (!hasCurl) return;
    const asked = async (command: string): Promise<unknown> => JSON.parse((await sh('/bin/sh', ['-c', command.replace('curl ', 'curl --silent ')])).stdout);
    expect(await asked(found.curl)).toMatchObject({ kind: 'DeploymentList' });
    expect(await asked(found.curl.replace('/apis/apps/v1/deployments', '/api/v1/nodes'))).toMatchObject({ kind: 'Status', code: 403 });
    expect(await asked(found.curl.replace('/apis/apps/v1/deployments', '/api/v1/secrets'))).toMatchObject({ kind: 'Status', code: 403 });
  });

  it('the account that is there is left as it is', async () => {
    const { stdout } = await run('creds', '-f', file);
    expect(stdout).toMatch(/^Server {6}https:\/\/127.*\nCA {10}.*\nToken {7}ey.*\nValid until .*Z\nHeader {6}.*\n\ncurl --cacert /);
    expect(readFileSync(at('journal.jsonl'), 'utf8').trimEnd().split('\n').at(-1)).toMatch(/"run":"creds".*"outcome":"unchanged"/);
  });

  it('the kubeconfig works, also within the own one', async () => {
    expect(await run('kubeconfig', '-f', file)).toMatchObject({ exitCode: 0, stdout: `${at('kubeconfig')}\n` });
    const merged = await run('kubeconfig', '--merge', '--json', '-f', file);
    const own = join(scratch.path, '.kube', 'config');
    expect(JSON.parse(merged.stdout)).toEqual({ kubeconfig: at('kubeconfig'), context, merged: own });
    for (const words of [
      ['--kubeconfig', at('kubeconfig')],
      ['--context', context],
    ])
      expect((await ckadet(['kubectl', 'get', 'nodes', '-o', 'name', ...words], { home, env })).stdout).toBe('node/controlplane\nnode/node01\n');
  });
});
