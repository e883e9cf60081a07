// One writer at a time: a lock file that names its holder, and that is taken over when the holder has died.
import { link, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { type Clock, delay } from './clock.ts';
import { ensureFolder, errnoOf, fileError, readText, remove, uniqueSuffix } from './files.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const LOOK_AGAIN_MS = 50;

export interface LockHolder extends ProcessIdentity {
  /** What the holder is doing: `up cka`. */
  readonly doing: string;
}

export interface LockOptions {
  readonly doing: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Where a full disk has no room for the lock, the work is done without one: for what makes room. A living holder is waited for all the same. */
  readonly evenIfFull?: boolean;
  /** Told once, when somebody else holds the lock. */
  readonly onWait?: (holder: LockHolder) => void;
}

/** Runs `work` while holding the lock at `path`; waits for a living holder up to `timeoutMs`, then fails with LOCKED. */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const isHeld = await acquire(path, options);
  try {
    return await work();
  } finally {
    if (isHeld) await remove(path);
  }
}

/** False when there was no room for a lock and none is needed. */
async function acquire(path: string, { doing, clock, timeoutMs, signal, onWait, evenIfFull = false }: LockOptions): Promise<boolean> {
  const unlessFull = async (attempt: Promise<boolean>): Promise<boolean | 'full'> =>
    attempt.catch((error: unknown) => {
      if (evenIfFull && error instanceof AppError && error.code === 'DISK_FULL') return 'full' as const;
      throw error;
    });
  if ((await unlessFull(ensureFolder(dirname(path)).then(() => true))) === 'full') return false;
  const mine: LockHolder = { ...((await identify(process.pid)) ?? { pid: process.pid }), doing };
  const until = clock.now() + timeoutMs;
  for (let told = false; ;) {
    const attempt = await unlessFull(tryAcquire(path, mine));
    if (attempt === true) return true;
    const text = await readText(path);
    if (text === undefined && attempt === 'full') return false;
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (!holder || !(await isAlive(holder))) {
      await takeAway(path, text);
      continue;
    }
    if (!told) onWait?.(holder);
    told = true;
    if (clock.now() >= until) {
      throw new AppError({
        code: 'LOCKED',
        what: `cannot ${doing} now`,
        why: `another ckadet is at work (${holder.doing}, pid ${holder.pid})`,
        next: ['wait until it has finished, then try again', `see what it is: ps -fp ${holder.pid}`],
        exitCode: EXIT.timeout,
      });
    }
    await delay(clock, LOOK_AGAIN_MS, signal);
  }
}

/** Linking a finished file makes the lock appear whole or not at all. */
async function tryAcquire(path: string, holder: LockHolder): Promise<boolean> {
  const draft = `${path}.${uniqueSuffix()}`;
  try {
    await writeFile(draft, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    await link(draft, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw fileError('write', path, error);
  } finally {
    await remove(draft);
  }
}

/** Removes the lock of a dead holder; should a living one have come in between, it gets its lock back. */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale-${uniqueSuffix()}`;
  try {
    await rename(path, aside);
    if ((await readText(aside)) !== stale) await link(aside, path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'EEXIST') throw fileError('replace', path, error);
  } finally {
    await remove(aside);
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { pid, startedAt, doing } = JSON.parse(text) as Partial<LockHolder>;
    return typeof pid === 'number' && typeof doing === 'string' ? { pid, doing, ...(typeof startedAt === 'string' ? { startedAt } : {}) } : undefined;
  } catch {
    return undefined; // not written by this program: nobody holds it
  }
}
