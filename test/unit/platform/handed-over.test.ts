// A command that an old Node hands over to a newer one is one command to whoever signals it, waits for it, or ends it.
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { hearSignals } from '../../../src/platform/handed-over.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/handed-over.ts', import.meta.url));

interface Run {
  readonly parent: ChildProcess;
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  /** The parent's end, and what had been printed by then. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly printed: string }>;
}

/** In a group of its own, as a shell runs a command. */
function run(end = ''): Run {
  const parent = spawn(process.execPath, [PROGRAM, 'parent', end], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let text = '';
  const looks = new Set<() => void>();
  parent.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const look of looks) look();
  });
  return {
    parent,
    shows: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = pattern.exec(text);
          if (found) resolve(found);
        };
        looks.add(look);
        look();
      }),
    // Its output is open as long as the child lives: 'close' would wait for that by itself.
    ended: new Promise((resolve) => parent.once('exit', (code, signal) => setImmediate(() => resolve({ code, signal, printed: text })))),
  };
}

it.each(['SIGTERM', 'SIGHUP'] as const)('%s to the parent ends the child first, and its exit code is the code of both', async (signal) => {
  const { parent, shows, ended } = run();
  await shows(/ready/);
  parent.kill(signal);
  const { code, printed } = await ended;
  expect(printed).toMatch(new RegExp(`^ready \\d+\n${signal}\nended\n$`));
  expect(code).toBe(7);
});

it('what a terminal sends to both arrives once', async () => {
  const { parent, shows, ended } = run();
  await shows(/ready/);
  for (const times of [1, 2]) {
    process.kill(-(parent.pid ?? 0), 'SIGINT');
    await shows(new RegExp(`(SIGINT\n){${times}}`));
  }
  parent.kill('SIGTERM');
  expect((await ended).printed).toMatch(/^ready \d+\nSIGINT\nSIGINT\nSIGTERM\nended\n$/);
});

it('dies of the signal that the child died of', async () => {
  const { parent, shows, ended } = run('dies');
  await shows(/ready/);
  parent.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: null, signal: 'SIGKILL' });
});

it('a child whose parent was killed stops as on SIGTERM', async () => {
  const { parent, shows } = run();
  await shows(/ready/);
  parent.kill('SIGKILL');
  expect((await shows(/ready[^]*ended/))[0]).toMatch(/^ready \d+\nSIGTERM\nended$/);
});

it('whoever was not handed over to hears no other parent', () => {
  const self = Object.assign(new EventEmitter(), { env: {}, connected: true });
  const received: string[] = [];
  hearSignals(self, (signal) => received.push(signal));
  self.emit('message', 'SIGINT');
  self.emit('disconnect');
  expect(received).toEqual([]);
  self.emit('SIGINT', 'SIGINT');
  expect(received).toEqual(['SIGINT']);
});

it('takes its mark out of the environment, which programs that it runs inherit; a parent that is gone already is a SIGTERM', () => {
  const self = Object.assign(new EventEmitter(), { env: { CKADET_HANDED_OVER: '1' }, connected: false });
  const received: string[] = [];
  hearSignals(self, (signal) => received.push(signal));
  expect(received).toEqual(['SIGTERM']);
  expect(self.env).toEqual({});
});
