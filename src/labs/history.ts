// What the learner has done, one line per grading: never rewritten, so nothing is lost; a line that cannot be read is passed over.
import { type FileHandle, open } from 'node:fs/promises';
import { fileError, readText } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';

export interface Attempt {
  readonly lab: string;
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly seconds: number;
  readonly points: number;
  readonly total: number;
  readonly hints: number;
  readonly solutionShown: boolean;
  readonly failed: readonly string[];
}

const fileOf = (home: Home): string => home.path('history.jsonl');

export async function recordAttempt(home: Home, attempt: Attempt): Promise<void> {
  await home.prepare();
  try {
    const file = await open(fileOf(home), 'a+', 0o600);
    try {
      // A line that was cut short must not take this one with it.
      await file.appendFile(`${(await endsWithNewline(file)) ? '' : '\n'}${JSON.stringify(attempt)}\n`);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError('write', fileOf(home), error);
  }
}

async function endsWithNewline(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer[0] === 0x0a;
}

function parseAttempt(line: string): Attempt[] {
  try {
    const attempt = JSON.parse(line) as Attempt;
    return typeof attempt.lab === 'string' && typeof attempt.points === 'number' ? [attempt] : [];
  } catch {
    // Cut short by a full disk or a crash: the others are still good.
    return [];
  }
}

export async function loadHistory(home: Home): Promise<readonly Attempt[]> {
  return ((await readText(fileOf(home))) ?? '').split('\n').filter(Boolean).flatMap(parseAttempt);
}

/** The best score per lab, as a share of its points. */
export function bestScores(history: readonly Attempt[]): ReadonlyMap<string, number> {
  const best = new Map<string, number>();
  for (const { lab, points, total } of history) best.set(lab, Math.max(best.get(lab) ?? 0, total ? points / total : 0));
  return best;
}
