// Why a file could not be opened or read, as Go says it: `open FILE: no such file or directory`.

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  EEXIST: 'file exists',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left on device',
};

export function systemReason(error: unknown, path: string, verb = 'open'): string {
  const { code } = error as NodeJS.ErrnoException;
  return `${code === 'EISDIR' && verb === 'open' ? 'read' : verb} ${path}: ${systemWord(error)}`;
}

/** The reason alone. */
export function systemWord(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
