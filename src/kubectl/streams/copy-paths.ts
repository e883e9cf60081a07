// Paths of kubectl cp: what is meant by POD:PATH, and what keeps an archive inside the folder it is unpacked to.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/cp/filespec.go
import { CommandError } from '../failures.ts';

export interface FileSpec {
  readonly namespace: string;
  /** Empty for a file of this machine. */
  readonly pod: string;
  readonly file: string;
}

/** Throws kubectl's sentence. */
export function fileSpec(text: string): FileSpec {
  const colon = text.indexOf(':');
  if (colon < 0) return { namespace: '', pod: '', file: withoutLastSlash(text) };
  const pieces = text.slice(0, colon).split('/');
  const file = withoutLastSlash(text.slice(colon + 1)).replaceAll('\\', '/');
  const [first = '', second] = pieces;
  if (colon === 0 || pieces.length > 2) throw new CommandError('filespec must match the canonical format: [[namespace/]pod:]file/path');
  return second === undefined ? { namespace: '', pod: first, file } : { namespace: first, pod: second, file };
}

const withoutLastSlash = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

/** Without `.`, `..` and doubled slashes, as far as it goes. Models Go's path.Clean */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length && parts.at(-1) !== '..') parts.pop();
    else if (!isAbsolute) parts.push('..');
  }
  return `${isAbsolute ? '/' : ''}${parts.join('/')}` || '.';
}

export const joinPath = (...parts: readonly string[]): string => {
  const given = parts.filter(Boolean);
  return given.length ? cleanPath(given.join('/')) : '';
};
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : cleanPath(path.slice(0, slash + 1));
}
export function baseOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path ? '/' : '.';
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** What the names in an archive of a path begin with. */
export const archivePrefix = (path: string): string => withoutShortcuts(cleanPath(path.replace(/^\/+/, '').replace(/\/+$/, '')));

const withoutShortcuts = (path: string): string => {
  const rest = cleanPath(path).replace(/^(?:\.\.\/)+/, '');
  return rest === '..' || rest === '.' || rest === '/' ? '' : rest.replace(/^\//, '');
};

/** Both cleaned: whether the second does not leave the first. */
export function isWithin(folder: string, path: string): boolean {
  const base = cleanPath(folder);
  const target = cleanPath(path);
  if (base === '/' || target === base) return true;
  if (base === '.') return !target.startsWith('/') && target !== '..' && !target.startsWith('../');
  return target.startsWith(`${base}/`) && !target.slice(base.length).startsWith('/../');
}
