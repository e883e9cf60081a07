// A lock on a disk without room: refused, but for work that makes room; a living holder is waited for either way.
import { existsSync, writeFileSync } from 'node:fs';
import type promises from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { wallClock } from '../../../src/platform/clock.ts';
import { type LockOptions, withLock } from '../../../src/platform/lock.ts';
import { identify } from '../../../src/platform/process-identity.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof promises>()),
  writeFile: () => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
}));

const options: LockOptions = { doing: 'down cka', clock: wallClock, timeoutMs: 1_000 };

it('is refused', async () => {
  await expect(withLock(join(scratchFolder(), 'a.lock'), options, async () => 'in')).rejects.toMatchObject({ code: 'DISK_FULL' });
});

it('is done without by what makes room', async () => {
  const path = join(scratchFolder(), 'a.lock');
  expect(await withLock(path, { ...options, evenIfFull: true }, async () => 'in')).toBe('in');
  expect(existsSync(path)).toBe(false);
});

it('is waited for when somebody holds it', async () => {
  const path = join(scratchFolder(), 'a.lock');
  writeFileSync(path, JSON.stringify({ ...(await identify(process.pid)), doing: 'up cka' }));
  const clock = new VirtualClock();
  const waited: string[] = [];
  const work = withLock(path, { ...options, clock, evenIfFull: true, onWait: ({ doing }) => waited.push(doing) }, async () => 'in');
  const failed = expect(work).rejects.toMatchObject({ code: 'LOCKED' });
  const outcome = { settled: false };
  work.catch(() => (outcome.settled = true));
  while (!outcome.settled) await clock.advance(waited.length ? 100 : 0);
  await failed;
  expect(waited).toEqual(['up cka']);
  expect(existsSync(path)).toBe(true);
});
