// A folder that a plan is written into, again and again: what an earlier run wrote there and this one does not is removed, and what somebody else put there,
// or has changed since, is never touched.
import { createHash } from 'node:crypto';
import { rmdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import * as z from 'zod/mini';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { ensureFolder, errnoOf, ofNamedPath, readText, remove, writeFileAtomic } from '../../platform/files.ts';
import { shellWord } from '../../platform/shell-quote.ts';

export interface PlannedFile {
  /** Below the folder. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

export interface WrittenFolder {
  readonly written: readonly string[];
  /** Of an earlier run, and not of this one. */
  readonly removed: readonly string[];
  /** The same, but changed by somebody since: left there. */
  readonly kept: readonly string[];
}

/** The list of what was written, beside it: what asked for it (`script`) → path → hash; two with a blank between, old and new, while it is written. */
const LIST = '.ckadet-plan.json';
const listSchema = z.record(z.string(), z.record(z.string(), z.string()));
type List = z.infer<typeof listSchema>;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const isAsListed = (text: string, hashes: string): boolean => hashes.split(' ').includes(hashOf(text));

/** `form` is what is written, `script` or `write`: a folder may hold both. Rejects with NOT_OURS or CHANGED_SINCE before anything is written. */
export async function writeFolder(folder: string, form: string, files: readonly PlannedFile[]): Promise<WrittenFolder> {
  const list = await readList(folder);
  const before = list[form] ?? {};
  await refuseLosses(folder, form, before, files);
  const wanted = Object.fromEntries(files.map(({ path, content }) => [path, hashOf(content)]));
  try {
    await ensureFolder(resolve(folder), 0o755);
    // Noted before it is done: a run that is cut off leaves nothing that the next one does not know.
    const either = Object.fromEntries(
      Object.entries(wanted).map(([path, hash]) => [path, [...new Set([...(before[path]?.split(' ') ?? []), hash])].join(' ')]),
    );
    await writeList(folder, { ...list, [form]: { ...before, ...either } });
    for (const { path, content, mode } of files) {
      const file = resolve(folder, path);
      await ensureFolder(dirname(file), 0o755);
      await writeFileAtomic(file, content, { mode });
    }
  } catch (error) {
    throw ofNamedPath(error, `--${form} FOLDER`);
  }
  const removed: string[] = [];
  const kept: string[] = [];
  for (const [path, hash] of Object.entries(before)) {
    const text = path in wanted || !isBelow(folder, path) ? undefined : await readText(resolve(folder, path));
    if (text === undefined) continue;
    if (!isAsListed(text, hash)) {
      kept.push(join(folder, path));
      continue;
    }
    await remove(resolve(folder, path));
    await removeEmpty(folder, dirname(path));
    removed.push(join(folder, path));
  }
  await writeList(folder, { ...list, [form]: wanted });
  return { written: files.map(({ path }) => join(folder, path)), removed, kept };
}

/** What would be lost: it is there, and was not written by an earlier run, or was changed since. */
async function refuseLosses(folder: string, form: string, before: Readonly<Record<string, string>>, files: readonly PlannedFile[]): Promise<void> {
  const foreign: string[] = [];
  const changed: string[] = [];
  for (const { path, content } of files) {
    const there = await readText(resolve(folder, path));
    if (there === undefined || there === content) continue;
    const hashes = before[path];
    if (hashes === undefined) foreign.push(join(folder, path));
    else if (!isAsListed(there, hashes)) changed.push(join(folder, path));
  }
  const lost = foreign.length ? foreign : changed;
  if (!lost.length) return;
  throw new AppError({
    code: foreign.length ? 'NOT_OURS' : 'CHANGED_SINCE',
    what: `${lost.slice(0, 3).join(', ')}${lost.length > 3 ? ` and ${lost.length - 3} more` : ''} would be written over`,
    why: foreign.length
      ? `an earlier run did not write ${lost.length === 1 ? 'it' : 'them'}, as far as ${join(folder, LIST)} says`
      : `${lost.length === 1 ? 'it was' : 'they were'} changed since an earlier run wrote ${lost.length === 1 ? 'it' : 'them'}`,
    next: [`name another folder: --${form} ${shellWord(join(folder, form === 'script' ? 'scripts' : 'rendered'))}`, 'or move what is there away'],
    exitCode: EXIT.usage,
  });
}

/** What stands in the list may have been changed by hand: nothing outside the folder is touched. */
const isBelow = (folder: string, path: string): boolean => resolve(folder, path).startsWith(resolve(folder) + sep);

async function removeEmpty(folder: string, path: string): Promise<void> {
  if (path === '.') return;
  try {
    await rmdir(resolve(folder, path));
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) return; // somebody else has something there
    throw error;
  }
  await removeEmpty(folder, dirname(path));
}

async function readList(folder: string): Promise<List> {
  try {
    return listSchema.parse(JSON.parse((await readText(resolve(folder, LIST))) ?? '{}'));
  } catch (error) {
    if (error instanceof AppError) throw error;
    return {}; // half a file: nothing is known to be ours, and nothing is removed
  }
}

const writeList = (folder: string, list: List): Promise<void> => writeFileAtomic(resolve(folder, LIST), `${JSON.stringify(list, null, 2)}\n`, { mode: 0o644 });
