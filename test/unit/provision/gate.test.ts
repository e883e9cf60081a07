// The gate at its edges: what it tells of failures, files with secrets that must not stay, owners, waits, and ends.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Clock, wallClock } from '../../../src/platform/clock.ts';
import { Gate } from '../../../src/provision/gate/gate.ts';
import { openJournal } from '../../../src/provision/gate/journal.ts';
import { Redactor } from '../../../src/provision/gate/redaction.ts';
import { Values } from '../../../src/provision/gate/values.ts';
import type { Action, Task, ValueSpec } from '../../../src/provision/plan/action.ts';
import { fakeHost } from '../../fixtures/fake-host.ts';
import type { ScriptHandler } from '../../fixtures/host-shell.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const SECRET_FILE = '/run/ckadet/join.yaml';

async function gateOver(handler: ScriptHandler, { clock = wallClock, values = [] }: { clock?: Clock; values?: readonly ValueSpec[] } = {}) {
  const host = fakeHost(handler, { clock });
  const redactor = new Redactor();
  const abort = new AbortController();
  const path = join(scratchFolder(), 'journal.jsonl');
  const journal = await openJournal(path, 'create', clock, redactor);
  const { signal } = abort;
  const gate: Gate = new Gate({
    host,
    journal,
    redactor,
    values: new Values(values, (spec) => gate.make(spec), false),
    packages: undefined,
    clock,
    signal,
    dryRun: false,
  });
  return { gate, abort, redactor, journal: () => readFileSync(path, 'utf8') };
}

const taskOf = (...actions: readonly Action[]): Task => ({ id: 'p/n1', phase: 'p', host: 'n1', needs: [], actions });
const command = (more: Partial<Action & { kind: 'command' }> = {}): Action => ({ kind: 'command', id: 'c', says: 'do it', script: 'do-it', ...more });
const withFile = command({ looks: true, files: [{ path: SECRET_FILE, content: 'token' }] });

describe('what a failed command printed', () => {
  it('is redacted before it is cut', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => Buffer.from(`line ${i} of a private key, long enough`).toString('base64'));
    const key = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----'].join('\n');
    const { gate, journal } = await gateOver(() => ({ exitCode: 1, stderr: `${key}\nit broke` }));
    const error: unknown = await gate.carryOut(taskOf(command({ looks: true })), () => {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'STEP_FAILED', why: 'exit code 1\n[redacted]\nit broke' });
    expect(lines.filter((line) => journal().includes(line))).toEqual([]);
    expect(journal()).toContain('it broke');
  });
});

describe('a file for a command', () => {
  it('is removed by the shell also when that is ended by a signal', async () => {
    const path = join(scratchFolder(), 'join.yaml');
    const scripts: string[] = [];
    const { gate } = await gateOver((script) => (scripts.push(script), ''));
    await gate.carryOut(taskOf(command({ looks: true, script: 'echo begun\nread -r line', files: [{ path, content: 'token' }] })), () => {});
    const script = scripts.find((each) => each.includes('echo begun')) ?? '';
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
      writeFileSync(path, 'token');
      const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(shell.stdout, 'data');
      shell.kill(signal);
      await once(shell, 'exit');
      expect([signal, existsSync(path)]).toEqual([signal, false]);
    }
  });

  it('is removed from here when the run is aborted in between', async () => {
    const seen: string[] = [];
    const { gate, abort } = await gateOver((script) => {
      seen.push(script);
      if (script.startsWith('umask')) abort.abort(new Error('enough'));
      return '';
    });
    await expect(gate.carryOut(taskOf(withFile), () => {})).rejects.toThrow('enough');
    expect(seen.at(-1)).toBe(`rm -f '${SECRET_FILE}'`);
  });

  it('is removed when another one could not be put there', async () => {
    const seen: string[] = [];
    const { gate } = await gateOver((script) => (seen.push(script), script.startsWith('umask') ? { exitCode: 1, stderr: 'No space left' } : ''));
    await expect(gate.carryOut(taskOf(withFile), () => {})).rejects.toMatchObject({ code: 'STEP_FAILED' });
    expect(seen.at(-1)).toBe(`rm -f '${SECRET_FILE}'`);
  });
});

it('a file of another owner is written anew', async () => {
  const file: Action = { kind: 'file', id: 'f', says: 'write it', path: '/etc/x', content: 'x' };
  const sha256 = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';
  const changesOf = async (owner: string): Promise<readonly string[]> => {
    const { gate } = await gateOver((script) => (script.includes('facts()') ? `${sha256} 644 ${owner}\n` : ''));
    return (await gate.carryOut(taskOf(file), () => {})).changes;
  };
  expect(await changesOf('root:root')).toEqual([]);
  expect(await changesOf('debian:root')).toEqual(['write it']);
});

it('only the first command on a host may wait for what an earlier run left going', async () => {
  const limits: number[] = [];
  const clock: Clock = { now: wallClock.now, after: (delayMs) => (limits.push(delayMs), { cancel() {} }) };
  const { gate } = await gateOver(() => '', { clock });
  await gate.carryOut(taskOf(command(), command({ id: 'd' })), () => {});
  const [first = 0, second = 0] = limits.slice(-2);
  expect([first > 900_000, second]).toEqual([true, 300_000]);
});

it('the making of a value ends with the run', async () => {
  const spec: ValueSpec = { name: 'token', says: 'a token', host: 'n1', script: 'make-token', secret: true, placeholder: 't' };
  const { gate, abort } = await gateOver(
    (script) => {
      if (script !== 'make-token') return '';
      abort.abort(new Error('enough'));
      return new Promise<never>(() => {});
    },
    { values: [spec] },
  );
  await expect(gate.carryOut(taskOf(command({ script: 'use @{token}' })), () => {})).rejects.toThrow('enough');
});

describe('what hosts do beside the steps of a plan', () => {
  const token: ValueSpec = { name: 'token', says: 'a token', host: 'n1', script: 'make-token', secret: true, placeholder: 't' };
  const entries = (text: string): readonly Record<string, unknown>[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('is journaled when a value is made, once, and without the secret', async () => {
    const secret = 'no-form-gives-it-away';
    let made = 0;
    const { gate, journal } = await gateOver(
      (script) => (script === 'make-token' ? ((made += 1), `${secret}\n`) : script.includes('use') ? { exitCode: 1, stderr: `bad ${secret}` } : ''),
      {
        values: [token],
      },
    );
    const uses = (id: string): Action => command({ id, script: 'use @{token}', looks: true });
    await expect(gate.carryOut(taskOf(uses('a')), () => {})).rejects.toMatchObject({ why: 'exit code 1\nbad [redacted]' });
    await expect(gate.carryOut(taskOf(uses('b')), () => {})).rejects.toMatchObject({ code: 'STEP_FAILED' });
    expect(made).toBe(1);
    expect(journal()).not.toContain(secret);
    expect(entries(journal()).slice(0, 2)).toMatchObject([
      { host: 'n1', task: 'values/n1', action: 'token', reason: 'something needs it', command: 'make-token', outcome: 'begun' },
      { host: 'n1', task: 'values/n1', action: 'token', outcome: 'changed', exitCode: 0, durationMs: expect.any(Number) as unknown },
    ]);
  });

  it.each([
    ['fails', { exitCode: 3, stdout: 'half-a-secret', stderr: 'no' }, 'exit code 3\n[redacted]\nno', 'failed'],
    ['says nothing', '\n', 'exit code 0\nit printed nothing', 'changed'],
  ])('is told of when it %s, and tried again by the next that needs it', async (_, answer, why, outcome) => {
    let made = 0;
    const { gate, journal } = await gateOver((script) => (script === 'make-token' ? ((made += 1), answer) : ''), { values: [token] });
    const use = taskOf(command({ script: 'use @{token}' }));
    await expect(gate.carryOut(use, () => {})).rejects.toMatchObject({ code: 'STEP_FAILED', what: 'n1: could not get a token', why });
    await expect(gate.carryOut(use, () => {})).rejects.toMatchObject({ code: 'STEP_FAILED' });
    expect(made).toBe(2);
    expect(journal()).not.toContain('half-a-secret');
    expect(entries(journal()).find(({ task, outcome: ended }) => task === 'values/n1' && ended !== 'begun')).toMatchObject({ outcome });
  });

  it('is journaled when it belongs to no plan, and goes on after an abort where it must', async () => {
    const { gate, abort, journal } = await gateOver((script) => (script === 'mend' ? 'mended' : ''));
    const once = { task: 'drill/x', action: 'x', says: 'mend: x', reason: 'a drill was asked for', script: 'mend' };
    abort.abort(new Error('enough'));
    await expect(gate.runOnce(once)).rejects.toThrow('enough');
    expect(await gate.runOnce({ ...once, outlivesRun: true })).toBe('mended');
    expect(entries(journal()).map(({ outcome, command: script }) => [outcome, script])).toEqual([
      ['begun', 'mend'],
      ['failed', 'mend'],
      ['begun', 'mend'],
      ['changed', 'mend'],
    ]);
  });
});
