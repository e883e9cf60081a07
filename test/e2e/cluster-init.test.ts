// `ckadet cluster init` on a terminal: it asks, checks each answer at once, shows the file, and writes only what is agreed to.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bashOnTerminal, ckadet, type TerminalRun } from '../fixtures/ckadet.ts';
import { scratchFolder } from '../fixtures/scratch.ts';

const OPTIONS = '--topology single --kubernetes-version 1.35 --user debian --metrics-server no --local-storage no';
const init = (home: string, words = ''): TerminalRun => bashOnTerminal(`cd ${home} && ckadet cluster init ${words} ${OPTIONS}`, { home, columns: 200 });

async function answered(run: TerminalRun, dialog: readonly (readonly [shows: RegExp, keys: string])[]): Promise<void> {
  for (const [shows, keys] of dialog) {
    await run.shows(shows);
    run.type(keys);
  }
}

const CLEAR = '\u0015';
const DIALOG = [
  [/What shall make the cluster/, '\r'],
  [/What shall the cluster be called/, 'My Lab\r'],
  [/lower-case letters/, `${CLEAR}lab\r`],
  [/The control planes/, 'n1=192.168.2.11,n2=192.168.2.12\r'],
  [/have 1 with the role/, `${CLEAR}n1=192.168.2.11\r`],
  [/The workers/, '\r'],
  [/The private key/, '/nowhere/id\r'],
  [/ssh-keygen/, `${CLEAR}\r`],
  [/A folder of packages/, '\r'],
  [/Which network plugin/, '\r'],
] as const;

test('asks for what no option says, and writes what was shown', async () => {
  const home = scratchFolder();
  const run = init(home);
  await answered(run, [...DIALOG, [/name: lab[\s\S]*podCIDR[\s\S]*Write this to cluster\.yaml\?/, 'y\r']]);
  const { exitCode, printed } = await run.ended;
  expect({ exitCode, printed }).toMatchObject({ exitCode: 0, printed: expect.stringContaining('cluster.yaml is written') as string });
  expect(readFileSync(join(home, 'cluster.yaml'), 'utf8')).toContain('name: lab\n');
  expect(await ckadet(['cluster', 'validate', '-f', join(home, 'cluster.yaml')], { home })).toMatchObject({ exitCode: 0 });
});

test('writes nothing without agreement, nor after Ctrl-C', async () => {
  const home = scratchFolder();
  const refused = init(home);
  await answered(refused, [...DIALOG, [/Write this to/, 'n\r']]);
  expect((await refused.ended).exitCode).toBe(2);
  const stopped = init(home, 'lab');
  await answered(stopped, [
    [/What shall make the cluster/, '\r'],
    [/The control planes/, '\u0003'],
  ]);
  expect((await stopped.ended).exitCode).toBe(130);
  expect(existsSync(join(home, 'cluster.yaml'))).toBe(false);
});

test('breaks no word of a question on a narrow terminal', async () => {
  const home = scratchFolder();
  const narrow = bashOnTerminal(`cd ${home} && ckadet cluster init lab --provider kubeadm --kubernetes-version 1.35`, { home, columns: 60 });
  await answered(narrow, [
    [/on hosts of its own, and workers\r\n\r\n/, '\r'],
    [/The control planes/, 'n1\r'],
    [/commas between:/, '\u0003'],
  ]);
  const { printed } = await narrow.ended;
  expect(printed).toContain('each with an etcd member');
  expect(printed).toMatch(/give NAME=ADDRESS, several with\r\ncommas between: n1=192/);
});
