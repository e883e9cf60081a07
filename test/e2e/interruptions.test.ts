// Work that is cut off: Ctrl-C is answered at once, a closed window rolls back, a reader that has seen enough stops nothing halfway.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bashOnTerminal, ckadet, ckadetOnTerminal } from '../fixtures/ckadet.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const ENTRY = new URL('../../dist/ckadet.js', import.meta.url).pathname;
const scratch = temporaryFolder();
const home = join(scratch.path, 'state');
const env = { HOME: scratch.path };
const clusters = (): readonly string[] => (existsSync(join(home, 'clusters')) ? readdirSync(join(home, 'clusters')) : []);

afterAll(async () => {
  for (const name of clusters()) await ckadet(['down', name, '--delete'], { home });
  scratch.remove();
});

it('Ctrl-C says that things are put back, and the cursor is there again', async () => {
  const terminal = ckadetOnTerminal(['up'], { home, env });
  await terminal.shows(/Making the cluster cka/);
  terminal.type('\u0003');
  const { exitCode, printed } = await terminal.ended;
  expect(exitCode).toBe(130);
  expect(printed).toContain('Interrupted: putting things back …');
  expect(printed.lastIndexOf('\u001b[?25h')).toBeGreaterThan(printed.lastIndexOf('\u001b[?25l'));
  expect(clusters()).toEqual([]);
});

it('a window that is closed during up leaves no half-made cluster', async () => {
  const terminal = ckadetOnTerminal(['up'], { home, env });
  await terminal.shows(/Making the cluster cka/);
  terminal.hangUp();
  while (clusters().length || existsSync(join(home, 'locks', 'cka.lock'))) await new Promise((resolve) => setImmediate(resolve));
  expect((await ckadet(['up', '--workers', '3', '--json'], { home })).exitCode).toBe(0);
  expect((await ckadet(['down', '--delete'], { home })).exitCode).toBe(0);
});

it('progress is drawn on the terminal when stdout goes elsewhere', async () => {
  const file = join(scratch.path, 'stdout');
  const { exitCode, printed } = await bashOnTerminal(`ckadet up > '${file}'`, { home, env }).ended;
  expect(exitCode).toBe(0);
  expect(printed).toContain('Making the cluster cka');
  expect(readFileSync(file, 'utf8')).toMatch(/^Cluster cka is ready at /);
});

it('a deletion is asked about on a terminal, and JSON tells what was done', async () => {
  const kept = ckadetOnTerminal(['down', '--delete'], { home, env });
  await kept.shows(/Delete the cluster cka with all that is in it\?/);
  kept.type('\r');
  expect((await kept.ended).printed).toContain('Nothing was changed.');
  expect(clusters()).toEqual(['cka']);
  expect(JSON.parse((await ckadet(['down', '--json'], { home })).stdout)).toEqual({ name: 'cka', outcome: 'stopped' });
  const deleted = ckadetOnTerminal(['down', '--delete', '--yes'], { home, env });
  expect((await deleted.ended).printed).toContain('Cluster cka is deleted.');
  expect(clusters()).toEqual([]);
});

it('a reader of stdout that goes away does not stop the set-up of a lab halfway', () => {
  // The reader is gone before anything is printed.
  const line = `{ '${process.execPath}' '${ENTRY}' lab start drain-node --seed 1; echo "ended with $?" >&2; } | true`;
  const { stderr } = spawnSync('bash', ['-c', line], { env: { PATH: process.env['PATH'], ...env, CKADET_HOME: home }, encoding: 'utf8' });
  expect(stderr).toContain('ended with 0');
  expect(JSON.parse(readFileSync(join(home, 'session.json'), 'utf8'))).toMatchObject({ lab: 'cluster-architecture/drain-node', isSetUp: true });
});
