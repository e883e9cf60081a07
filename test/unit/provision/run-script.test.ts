// run.sh, run by bash with stand-ins for ssh and sudo: what it does when a host cannot make a value.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Plan } from '../../../src/provision/plan/action.ts';
import { scripts } from '../../../src/provision/plan/scripts.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

// Keeps what it is given, and runs only scripts of values: those of tasks are for hosts.
const STAND_IN = `#!/bin/sh
number=$(ls "$KEPT" | wc -l)
cat > "$KEPT/$number"
if head -n 2 "$KEPT/$number" | grep -q '^# Prints '; then exec sh "$KEPT/$number"; fi
`;

const planWith = (script: string): Plan => ({
  cluster: 'demo',
  phases: [],
  assumptions: [],
  values: [{ name: 'join-token', says: 'a token', host: 'n1', secret: true, placeholder: 't', script }],
  tasks: ['n2', 'n3'].map((host) => ({
    id: `join/${host}`,
    phase: 'join',
    host,
    needs: [],
    actions: [{ kind: 'command', id: 'join', says: 'join', script: 'join --token "@{join-token}"' }],
  })),
});

function run(plan: Plan, login: (host: string) => readonly string[] | undefined): { status: number | null; stderr: string; given: readonly string[] } {
  const folder = scratchFolder();
  for (const { path, content, mode } of scripts(plan, login, undefined)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
  const kept = join(folder, 'kept');
  const programs = join(folder, 'programs');
  for (const each of [kept, programs]) mkdirSync(each);
  for (const name of ['ssh', 'sudo']) writeFileSync(join(programs, name), STAND_IN, { mode: 0o755 });
  const { status, stderr } = spawnSync('bash', [join(folder, 'run.sh')], {
    env: { PATH: `${programs}:${process.env['PATH']}`, KEPT: kept },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stderr, given: readdirSync(kept).map((name) => readFileSync(join(kept, name), 'utf8')) };
}

it.each([
  ['over ssh', (host: string) => [`debian@${host}`]],
  ['on this machine', () => undefined],
])('%s a value is made once and given to those who need it', (_, login) => {
  const { status, stderr, given } = run(planWith("echo made >&2; echo 'abc def'"), login);
  expect([status, stderr]).toEqual([0, 'made\n']);
  expect(given.filter((text) => text.startsWith('V_join_token=abc\\ def\n'))).toHaveLength(2);
});

it.each([
  ['fails', 'echo half-a-token; exit 3', 'could not get join-token of n1\n'],
  ['makes nothing', 'true', 'n1 made no join-token\n'],
])('a host that %s ends it before anything joins', (_, script, told) => {
  const { status, stderr, given } = run(planWith(script), (host) => [`debian@${host}`]);
  expect([status, stderr, given.length]).toEqual([1, told, 1]);
});
