// One at a time: waiting, giving up, taking over from the dead.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../../src/errors/interrupted.ts';
import { wallClock } from '../../../src/platform/clock.ts';
import { type LockHolder, type LockOptions, withLock } from '../../../src/platform/lock.ts';
import { identify } from '../../../src/platform/process-identity.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const options: LockOptions = { doing: 'test', clock: wallClock, timeoutMs: 10_000 };
const lockPath = (): string => join(scratchFolder(), 'locks', 'a.lock');

/** A path whose lock is held by this very process until released. */
async function held(): Promise<{ path: string; release: () => void; done: Promise<void> }> {
  const path = lockPath();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const done = withLock(path, options, () => {
    started.resolve();
    return promise;
  });
  await started.promise;
  return { path, release, done };
}

describe('the lock', () => {
  it('lets one in at a time, and all in the end', async () => {
    const path = lockPath();
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 5 }, () =>
        withLock(path, options, async () => {
          inside += 1;
          most.push(inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
        }),
      ),
    );
    expect(most).toEqual([1, 1, 1, 1, 1]);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('is free again after a failure', async () => {
    const path = lockPath();
    await expect(withLock(path, options, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  it('tells who holds it, then gives up', async () => {
    const { path, release, done } = await held();
    const clock = new VirtualClock();
    const waited: LockHolder[] = [];
    const second = withLock(path, { doing: 'up cka', clock, timeoutMs: 1_000, onWait: (holder) => waited.push(holder) }, async () => 'in');
    const failed = expect(second).rejects.toMatchObject({
      code: 'LOCKED',
      exitCode: 6,
      what: 'cannot up cka now',
      why: `another ckadet is at work (test, pid ${process.pid})`,
    });
    const outcome = { settled: false };
    second
      .catch(() => {})
      .finally(() => {
        outcome.settled = true;
      });
    while (!outcome.settled) await clock.advance(waited.length ? 100 : 0);
    await failed;
    expect(waited).toMatchObject([{ doing: 'test', pid: process.pid }]);
    release();
    await done;
  });

  it('stops waiting when told', async () => {
    const { path, release, done } = await held();
    const stop = new AbortController();
    const second = withLock(path, { ...options, signal: stop.signal, onWait: () => stop.abort(new Interrupted()) }, async () => 'in');
    await expect(second).rejects.toBeInstanceOf(Interrupted);
    release();
    await done;
  });

  it.each([
    ['a dead process', { pid: 2 ** 22 + 1, startedAt: '1', doing: 'up' }],
    ['another process with its pid', { pid: process.pid, startedAt: 'long ago', doing: 'up' }],
    ['nobody', 'not a lock'],
  ])('is taken over from %s', async (_who, content) => {
    const path = join(scratchFolder(), 'a.lock');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    expect(await withLock(path, options, async () => 'in')).toBe('in');
  });
});

describe('identity of processes', () => {
  it('knows this one, and that there is none of an impossible pid', async () => {
    const me = await identify(process.pid);
    expect(me?.pid).toBe(process.pid);
    expect(me?.startedAt).toBeTruthy();
    expect(await identify(2 ** 22 + 1)).toBeUndefined();
  });
});
