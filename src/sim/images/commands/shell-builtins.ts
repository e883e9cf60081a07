// What the shell does itself, without a program: the working folder, reading lines, where redirections go.
import type { ProcessIo } from './process-io.ts';
import type { ShellVariables } from './shell-variables.ts';
import { LineReader, type StandardInput } from './standard-input.ts';

const STANDARD = /^(\/dev\/null|\/dev\/std(out|err)|\/(dev|proc\/(1|self))\/fd\/[12])$/;

/** Whether a path means one of the shell's own outputs, or nothing at all. */
export const isStandard = (path: string): boolean => STANDARD.test(path);

export function writerTo(path: string, io: ProcessIo): (text: string) => void {
  const standard = STANDARD.exec(path)?.[0];
  if (standard === '/dev/null') return () => undefined;
  if (standard) return /stderr|2$/.test(standard) ? io.error : io.out;
  return (text) => void io.files.write(path, text, true);
}

/** Where `cd` leads; undefined, and told, where it leads nowhere. */
export function folderFor(to: string, io: ProcessIo): string | undefined {
  const parts: string[] = [];
  for (const part of (to.startsWith('/') ? to : `${io.workingDir}/${to}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const path = `/${parts.join('/')}`;
  if (io.files.read(path) === undefined) return path;
  io.error(`sh: cd: can't cd to ${to}: Not a directory\n`);
  return undefined;
}

/** `read`, once after the other on the same input. */
export class ShellReads {
  readonly #readers = new WeakMap<StandardInput, LineReader>();

  /** Words of the next line into variables; the last one takes what is left. Resolves with the exit code. */
  async into(args: readonly string[], io: ProcessIo, variables: ShellVariables): Promise<number> {
    const reader = this.#readers.get(io.stdin) ?? new LineReader(io.stdin);
    this.#readers.set(io.stdin, reader);
    const line = await reader.next();
    const names = args.filter((arg) => !arg.startsWith('-'));
    let rest = (line ?? '').trim();
    for (const [index, name] of (names.length ? names : ['REPLY']).entries()) {
      const end = index < names.length - 1 ? /\s+/.exec(rest) : null;
      variables.set(name, end ? rest.slice(0, end.index) : rest);
      rest = end ? rest.slice(end.index + end[0].length) : '';
    }
    return line === undefined ? 1 : 0;
  }
}
