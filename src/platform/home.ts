// The state folder: where it is, what lies where in it, and which format it has.
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { ensureFolder, readText, writeFileAtomic } from './files.ts';

/** Raised when what is written under the state folder changes; older formats must stay readable. */
export const HOME_FORMAT = 1;

type Environment = Readonly<Record<string, string | undefined>>;

/** `$CKADET_HOME`, or the platform's place for state. */
export function homePath(env: Environment, platform: NodeJS.Platform = process.platform, userHome = env['HOME'] || homedir()): string {
  if (env['CKADET_HOME']) return resolve(env['CKADET_HOME']);
  if (platform === 'darwin') return join(userHome, 'Library', 'Application Support', 'ckadet');
  const state = env['XDG_STATE_HOME'];
  return join(state && isAbsolute(state) ? state : join(userHome, '.local', 'state'), 'ckadet');
}

export interface Home {
  readonly root: string;
  /** A path under the state folder. */
  path(...parts: readonly string[]): string;
  /** Makes the folder and notes its format; to be called before anything is written. */
  prepare(): Promise<void>;
}

/** Opens the state folder without touching the disk otherwise: refuses one that a newer ckadet has written. */
export async function openHome(root: string): Promise<Home> {
  const formatFile = join(root, 'format');
  const text = await readText(formatFile);
  if (text !== undefined) checkFormat(text.trim(), root, formatFile);
  return {
    root,
    path: (...parts) => join(root, ...parts),
    async prepare() {
      await ensureFolder(root);
      if (text === undefined || text.trim() !== String(HOME_FORMAT)) await writeFileAtomic(formatFile, `${HOME_FORMAT}\n`, { mode: 0o644 });
    },
  };
}

function checkFormat(text: string, root: string, formatFile: string): void {
  const format = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (format >= 1 && format <= HOME_FORMAT) return;
  const newer = format > HOME_FORMAT;
  throw new AppError({
    code: newer ? 'HOME_TOO_NEW' : 'HOME_FORMAT_UNREADABLE',
    what: `cannot use the state folder ${root}`,
    why: newer
      ? `a newer ckadet wrote it (format ${format}; this one knows up to ${HOME_FORMAT})`
      : `${formatFile} should hold a number and holds ${JSON.stringify(text.slice(0, 40))}`,
    next: newer
      ? ['update ckadet', 'or use another folder: export CKADET_HOME=DIR']
      : [`if that folder is ckadet's, write ${HOME_FORMAT} into ${formatFile}`, 'or use another folder: export CKADET_HOME=DIR'],
    exitCode: EXIT.invalidFile,
  });
}
