// What was done to hosts, one JSON line each, appended before and after: it survives the process that writes it.
import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { ensureFolder, errnoOf, fileError } from '../../platform/files.ts';
import type { Redactor } from './redaction.ts';

export interface JournalEntry {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** What the whole run does: `create`, `reset`. */
  readonly run: string;
  readonly host: string;
  /** `PHASE/HOST`; empty for what belongs to no task. */
  readonly task: string;
  readonly action: string;
  readonly says: string;
  /** Why it was carried out, or left. */
  readonly reason: string;
  readonly outcome: 'begun' | 'changed' | 'unchanged' | 'failed' | 'task-done';
  readonly command?: string;
  readonly exitCode?: number;
  readonly durationMs?: number;
  /** The end of what it printed, where it failed. */
  readonly output?: string;
}

export interface Journal {
  readonly path: string;
  write(entry: Omit<JournalEntry, 'at' | 'run'>): Promise<void>;
}

export async function openJournal(path: string, run: string, clock: Clock, redactor: Redactor): Promise<Journal> {
  await ensureFolder(dirname(path));
  const torn = (await readText(path)).at(-1);
  let last: Promise<void> = torn === undefined || torn === '\n' ? Promise.resolve() : append(path, '\n');
  return {
    path,
    write(entry) {
      // Each field before it is JSON: there a secret with quotes or line ends would be spelled otherwise.
      const clean = Object.entries(entry).map(([key, value]) => [key, typeof value === 'string' ? redactor.redact(value) : value] as const);
      const line = JSON.stringify({ at: clock.now(), run, ...Object.fromEntries(clean) });
      last = last.then(() => append(path, `${line}\n`));
      return last;
    },
  };
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text, { mode: 0o600 });
  } catch (error) {
    throw fileError('write', path, error);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw fileError('read', path, error);
  }
}

/** The entries that can be read, and how many lines cannot: a run that was cut off leaves half a line. */
export async function readJournal(path: string): Promise<{ readonly entries: readonly JournalEntry[]; readonly torn: number }> {
  const entries: JournalEntry[] = [];
  let torn = 0;
  for (const line of (await readText(path)).split('\n').filter(Boolean)) {
    try {
      const entry = JSON.parse(line) as JournalEntry;
      if (typeof entry.at === 'number' && typeof entry.task === 'string') entries.push(entry);
      else torn++;
    } catch {
      torn++; // half a line: what it told of is looked at on the host itself
    }
  }
  return { entries, torn };
}
