// How an object is named in long failures: its resource, kind, name and namespace. Models resource.Info.String
import { goQuote } from '../go-quote.ts';
import { groupKindOf, type Info } from './info.ts';

export function describeInfo({ resource, name, namespace, object }: Info): string {
  const place = `Name: ${goQuote(name)}, Namespace: ${goQuote(namespace)}`;
  if (!resource) return place;
  const { group, version, resource: plural } = resource;
  const kind = object ? groupKindOf(object).kind || resource.kind : resource.kind;
  return `Resource: ${goQuote(`${group}/${version}, Resource=${plural}`)}, GroupVersionKind: ${goQuote(`${group}/${version}, Kind=${kind}`)}\n${place}`;
}

/** Why a file could not be had, in the words of Go's system errors. */
export function fileReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return SYSTEM_WORDS[code ?? ''] ?? message;
}
const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  ENAMETOOLONG: 'file name too long',
  ELOOP: 'too many levels of symbolic links',
};
