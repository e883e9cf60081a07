// The tour takes nothing that is not its own, leaves nothing behind whatever ends it, and its shell knows its lab.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ckadet, ckadetOnTerminal, type TerminalRun } from '../fixtures/ckadet.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const scratch = temporaryFolder();
const home = join(scratch.path, 'state');
const run = (...args: string[]): ReturnType<typeof ckadet> => ckadet(args, { home });
const clusters = (): readonly string[] => (existsSync(join(home, 'clusters')) ? readdirSync(join(home, 'clusters')) : []);
const tour = (columns = 80): TerminalRun => ckadetOnTerminal(['tour'], { home, columns, env: { HOME: scratch.path, SHELL: '/bin/bash' } });
/** Waits for what nobody tells: a process that has lost its terminal. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
async function inItsShell(terminal: TerminalRun): Promise<void> {
  await terminal.shows(/Begin\?/);
  terminal.type('\r');
  await terminal.shows(/then you are graded[^]*\(tour[-0-9]*\) /);
}

afterAll(async () => {
  for (const name of clusters()) await run('down', name, '--delete');
  scratch.remove();
});

describe('the tour', () => {
  it('in its shell shows the task again, grades and hints, and is not reset; its pages fit the terminal', async () => {
    const terminal = tour(72);
    await inItsShell(terminal);
    const does = async (line: string, shows: RegExp): Promise<void> => {
      terminal.type(`${line}\r`);
      await terminal.shows(shows);
    };
    await does('ckadet lab show', /ckadet lab show\r\n[^]*Drain a node for maintenance[^]*\(tour\) /);
    await does('ckadet lab hint', /Hint 1 of/);
    await does('ckadet lab check', /0 of 10 points/);
    await does('ckadet lab reset', /THE_TOUR[^]*be graded: exit/);
    await does('ckadet lab start pending-pods', /no other lab can begin here/);
    await does('exit', /Back to the shell\?/);
    terminal.type('n\r');
    const { exitCode, printed } = await terminal.ended;
    expect(exitCode).toBe(0);
    const lines = stripVTControlCharacters(printed).split(/\r?\n/);
    expect(lines.filter((line) => line.length > 72 && !/ckadet lab|Back to/.test(line))).toEqual([]);
    expect(clusters()).toEqual([]);
    expect(existsSync(join(home, 'session.json'))).toBe(false);
  });

  it('that loses its terminal in its shell, or at a question, removes its cluster', async () => {
    const terminal = tour();
    await inItsShell(terminal);
    terminal.hangUp();
    await until(() => clusters().length === 0);
    const asked = tour();
    await inItsShell(asked);
    asked.type('exit\r');
    await asked.shows(/Back to the shell\?/);
    asked.hangUp();
    await until(() => clusters().length === 0);
    expect(existsSync(join(home, 'session.json'))).toBe(false);
  });

  it('leaves a cluster alone that a person named tour', async () => {
    expect((await run('up', 'tour', '--workers', '1')).exitCode).toBe(0);
    const { exitCode, stderr } = await run('tour');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Making the cluster tour-2 …');
    expect(clusters()).toEqual(['tour']);
    expect((await run('down', 'tour', '--delete')).exitCode).toBe(0);
  });

  it('removes what a tour has left that was killed', async () => {
    const killed = ckadetOnTerminal(['tour'], { home, env: { HOME: scratch.path, SHELL: '/bin/bash' } });
    await inItsShell(killed);
    killed.kill();
    await killed.ended;
    expect(clusters()).toEqual(['tour']);
    expect((await run('tour')).exitCode).toBe(0);
    expect(clusters()).toEqual([]);
  });
});
