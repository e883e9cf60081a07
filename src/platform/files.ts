// Files on the learner's disk: atomic writes, and failures that say what could not be written and what to do about it.
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError, messageOf } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';

/** The errno code of a failed system call (`ENOENT`), undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

interface Failure {
  readonly code: string;
  readonly why: string;
  readonly next: readonly string[];
}

/** The folder that one can look at: the path's own, or the closest above it that is there and may be seen. */
function nearestFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(folder);
}

const ELSEWHERE = 'choose another folder for everything ckadet keeps: export CKADET_HOME=DIR';
const denied = (path: string): Failure => ({
  code: 'NOT_PERMITTED',
  why: 'you may not write there',
  next: [`look at its owner and mode: ls -ld ${nearestFolder(path)}`, ELSEWHERE],
});
const readOnly = (): Failure => ({ code: 'READ_ONLY', why: 'the file system is mounted read-only', next: [ELSEWHERE] });
const full = (path: string): Failure => ({
  code: 'DISK_FULL',
  why: 'no space is left on the disk',
  next: [`see what is free: df -h ${nearestFolder(path)}`, 'remove clusters that are no longer needed: ckadet down NAME --delete', ELSEWHERE],
});
const blocked = (path: string): Failure => ({
  code: 'PATH_BLOCKED',
  why: 'a part of that path is missing or is not a folder',
  next: [`look at the path: ls -ld ${nearestFolder(path)}`, ELSEWHERE],
});
const folder = (path: string): Failure => ({
  code: 'PATH_IS_FOLDER',
  why: 'it is a folder, and a file is wanted',
  next: [`see what is in it: ls -la ${path}`],
});

const FAILURES: Readonly<Record<string, (path: string) => Failure>> = {
  EACCES: denied,
  EPERM: denied,
  EROFS: readOnly,
  ENOSPC: full,
  EDQUOT: full,
  ENOTDIR: blocked,
  ENOENT: blocked,
  EEXIST: blocked,
  EISDIR: folder,
};

/** Whatever is to be read is where it is: another folder would not help. */
const unreadable = (path: string): Failure => ({
  code: 'NOT_PERMITTED',
  why: 'you may not read it',
  next: [`look at its owner and mode: ls -ld ${existsSync(path) ? path : nearestFolder(path)}`],
});

/** What a failed system call on `path` means to a person; exit code 4 for what can be mended outside ckadet. */
export function fileError(doing: string, path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const errno = errnoOf(error) ?? '';
  const isRead = ['read', 'look at'].includes(doing);
  const failure = isRead && FAILURES[errno] === denied ? unreadable(path) : FAILURES[errno]?.(path);
  return new AppError({
    ...(failure ?? { code: 'FILE_FAILED', why: messageOf(error) }),
    what: `cannot ${doing} ${path}`,
    exitCode: EXIT.missingPrerequisite,
    cause: error,
  });
}

/** The same of a path that a person named in `option`: where ckadet keeps its own things has nothing to do with it. */
export function ofNamedPath(error: unknown, option: string): unknown {
  if (!(error instanceof AppError)) return error;
  const { code, what, why = '', next, exitCode } = error;
  return new AppError({ code, what, why, next: [...next.filter((step) => step !== ELSEWHERE), `name another place: ${option}`], exitCode, cause: error });
}

/** The file's text, undefined when there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw fileError('read', path, error);
  }
}

/** False for a file, and where there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
    throw fileError('look at', path, error);
  }
}

/** The folder's entries in order, none when there is no such folder. */
export async function readFolder(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw fileError('read', path, error);
  }
}

/** Makes the folder and those above it. Node's own recursive mkdir never returns where the system refuses with ENOENT, as /proc does. */
export async function ensureFolder(path: string, mode = 0o700): Promise<void> {
  try {
    await makeFolder(path, mode);
  } catch (error) {
    throw fileError('make the folder', path, error);
  }
}

async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path), mode);
    await mkdir(path, { mode }).catch((again: unknown) => {
      if (errnoOf(again) !== 'EEXIST') throw again;
    });
  }
}

/** Differs between processes and between calls; node:crypto would add to every start-up. */
export const uniqueSuffix = (): string => `${process.pid}-${process.hrtime.bigint().toString(36)}`;

/** Replaces the file's text: a reader, or a crash in between, sees the old text or the new one, never a part. */
export async function writeFileAtomic(path: string, text: string, { mode = 0o600 }: { readonly mode?: number } = {}): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${uniqueSuffix()}.tmp`);
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.chmod(mode); // the umask may have taken bits away
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch((cause: unknown) => {
      throw fileError('remove', draft, cause);
    });
    throw fileError('write', path, error);
  }
}

/** Where links lead in the end, even where nothing is there yet; a path that is no link itself. */
export async function linkTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileError('read', path, error);
  }
  const to = await readlink(path).catch(() => undefined);
  return to === undefined ? path : linkTarget(resolve(dirname(path), to));
}

/** Removes a file or a folder with all that is in it; nothing to remove is fine. */
export async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw fileError('remove', path, error);
  }
}
