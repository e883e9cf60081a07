// Writes a new cluster file that is right: what it says is checked before anything is written.
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { ensureFolder, isFolder, ofNamedPath, readText, writeFileAtomic } from '../../platform/files.ts';
import { shellWord } from '../../platform/shell-quote.ts';
import { parseAny } from '../load.ts';
import { loadPackageFolder } from '../packages/folder.ts';
import type { Said } from './field.ts';
import { renderClusterFile } from './render.ts';

export interface NewFile {
  readonly path: string;
  readonly force: boolean;
  /** Where an editor finds the JSON Schema of the file. */
  readonly schema?: string;
}

/** The text of the file. Rejects with CLUSTER_FILE_INVALID or PACKAGES_NOT_FOUND. */
export async function composeClusterFile(name: string, said: Said, { path, schema }: Omit<NewFile, 'force'>): Promise<string> {
  const absolute = resolve(path);
  const packages = said['packages'] ?? '';
  // A relative path is typed where one is, and read from where the file is.
  const fromFile = (typed: string): string => (typed && !isAbsolute(typed) ? relative(dirname(absolute), resolve(typed)) || '.' : typed);
  const { identity = '' } = said;
  const told = { ...said, packages: fromFile(packages), identity: /^[~%$]/.test(identity) ? identity : fromFile(identity) };
  const text = renderClusterFile(name, told, schema);
  demandRight(text, path);
  if (packages) await loadPackageFolder(packages, process.cwd()).catch(adviseOnPackages);
  return text;
}

/** Rejects with FILE_EXISTS. Resolves with the absolute path. */
export async function writeClusterFile(text: string, { path, force }: Omit<NewFile, 'schema'>): Promise<string> {
  const absolute = resolve(path);
  await demandFree(path, force);
  try {
    await ensureFolder(dirname(absolute), 0o755);
    await writeFileAtomic(absolute, text, { mode: 0o644 });
  } catch (error) {
    throw ofNamedPath(error, '--output FILE');
  }
  return absolute;
}

/** There is no file yet that could be corrected. */
function adviseOnPackages(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'PACKAGES_NOT_FOUND') throw error;
  const { code, what, why = '', next, exitCode } = error;
  const [, ...rest] = next;
  throw new AppError({ code, what, why, next: ['where the hosts reach repositories, leave it out: without --packages', ...rest], exitCode, cause: error });
}

/** What only shows when everything is put together: how many machines a topology has, addresses that are free of each other. */
function demandRight(text: string, path: string): void {
  try {
    parseAny(text, path);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CLUSTER_FILE_INVALID') throw error;
    throw new AppError({
      code: error.code,
      what: 'a cluster like that is not right: nothing was written',
      ...(error.why === undefined ? {} : { why: error.why.replaceAll(/^line \d+: /gm, '') }),
      next: ['say it otherwise; what there is to say: ckadet cluster init --help'],
      exitCode: EXIT.usage,
      cause: error,
    });
  }
}

/** A file that is there is not replaced unasked, and a folder never. Rejects with FILE_EXISTS or IS_A_FOLDER. */
export async function demandFree(path: string, force: boolean): Promise<void> {
  if (path === '' || (await isFolder(resolve(path))))
    throw new AppError({
      code: 'IS_A_FOLDER',
      what: path === '' ? 'no file is named to write' : `${path} is a folder, and a file is wanted`,
      why: 'a cluster is described by one file',
      next: [`name the file in it: --output ${shellWord(join(path, 'cluster.yaml'))}`],
      exitCode: EXIT.usage,
    });
  if (force || (await readText(resolve(path))) === undefined) return;
  throw new AppError({
    code: 'FILE_EXISTS',
    what: `there is a file ${path} already`,
    why: 'it may describe a cluster that is in use',
    next: ['write another: --output FILE', 'or replace it: --force'],
    exitCode: EXIT.usage,
  });
}
