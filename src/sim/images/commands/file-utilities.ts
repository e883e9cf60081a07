// Core utilities that read files, and what they share.
import { delay } from '../../../platform/clock.ts';
import type { ProcessIo } from './process-io.ts';
import { readAll } from './standard-input.ts';

/** A timer reaches no further. */
export const LONGEST_WAIT_MS = 2 ** 31 - 1;

export async function cat(args: readonly string[], io: ProcessIo): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith('-'));
  if (!names.length) {
    for await (const piece of io.stdin) io.out(piece);
    return 0;
  }
  let code = 0;
  for (const name of names) {
    const path = resolve(name, io);
    const text = path === '/etc/hostname' ? `${io.hostname}\n` : io.files.read(path);
    if (text !== undefined) io.out(text);
    else {
      io.error(`cat: ${name}: No such file or directory\n`);
      code = 1;
    }
  }
  return code;
}

export const resolve = (path: string, io: ProcessIo): string => (path.startsWith('/') ? path : `${io.workingDir.replace(/\/$/, '')}/${path}`);

export function list(args: readonly string[], io: ProcessIo): number {
  const names = args.filter((arg) => !arg.startsWith('-'));
  let code = 0;
  for (const name of names.length ? names : ['.']) {
    const path = resolve(name, io);
    if (io.files.read(path) !== undefined) io.out(`${name}\n`);
    else if (io.files.isDirectory(path)) for (const entry of io.files.list(path)) io.out(`${entry}\n`);
    else {
      io.error(`ls: ${name}: No such file or directory\n`);
      code = 1;
    }
  }
  return code;
}

export function test(args: readonly string[], io: ProcessIo): number {
  const words = args.at(-1) === ']' || args.at(-1) === ']]' ? args.slice(0, -1) : args;
  if (words[0] === '!') return test(words.slice(1), io) === 0 ? 1 : 0;
  const and = words.indexOf('-a') > 0 ? words.indexOf('-a') : words.indexOf('&&');
  if (and > 0) return test(words.slice(0, and), io) === 0 ? test(words.slice(and + 1), io) : 1;
  const [a = '', operator, b = ''] = words;
  if (words.length === 0) return 1;
  if (words.length === 1) return a === '' ? 1 : 0;
  if (words.length === 2) {
    const path = resolve(operator ?? '', io);
    const holds: Readonly<Record<string, () => boolean>> = {
      '-z': () => operator === '',
      '-n': () => operator !== '',
      '-f': () => io.files.read(path) !== undefined,
      '-e': () => io.files.read(path) !== undefined || io.files.isDirectory(path),
      '-r': () => io.files.read(path) !== undefined,
      '-s': () => (io.files.read(path) ?? '') !== '',
      '-d': () => io.files.read(path) === undefined && io.files.isDirectory(path),
      '-x': () => io.files.read(path) !== undefined,
    };
    return holds[a]?.() ? 0 : 1;
  }
  const holds: Readonly<Record<string, () => boolean>> = {
    '=': () => a === b,
    '==': () => a === b,
    '!=': () => a !== b,
    '-eq': () => Number(a) === Number(b),
    '-ne': () => Number(a) !== Number(b),
    '-lt': () => Number(a) < Number(b),
    '-le': () => Number(a) <= Number(b),
    '-gt': () => Number(a) > Number(b),
    '-ge': () => Number(a) >= Number(b),
  };
  return holds[operator ?? '']?.() ? 0 : 1;
}

/** The text of the files named, or of what came in. */
export const inputOf = async (names: readonly string[], io: ProcessIo): Promise<string> =>
  names.length ? names.map((name) => io.files.read(resolve(name, io)) ?? '').join('') : readAll(io.stdin);

/** With their ends. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** `-n 5`, `-n5`, `-5`, `-n +5` of head and tail; ten lines otherwise. */
export function lineCount(args: readonly string[]): { readonly names: readonly string[]; readonly count: number; readonly fromStart: boolean } {
  const names: string[] = [];
  let text = '10';
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-n' || arg === '--lines') text = args[++i] ?? '';
    else if (/^-n?[+-]?\d+$/.test(arg)) text = arg.replace(/^-n?/, '');
    else if (!arg.startsWith('-')) names.push(arg);
  }
  return { names, count: Math.abs(Number(text)) || 0, fromStart: text.startsWith('+') };
}

export async function tail(args: readonly string[], io: ProcessIo): Promise<number> {
  const { names, count, fromStart } = lineCount(args);
  const follows = args.some((arg) => /^-[a-z]*[fF]/.test(arg) || arg === '--follow');
  if (!follows) {
    const lines = linesOf(await inputOf(names, io));
    io.out((fromStart ? lines.slice(Math.max(count - 1, 0)) : count ? lines.slice(-count) : []).join(''));
    return 0;
  }
  let shown = 0;
  for (;;) {
    const text = names.every((name) => name === '/dev/null') ? '' : await inputOf(names, io);
    if (text.length > shown) io.out(text.slice(shown));
    shown = text.length;
    await delay(io.clock, names.some((name) => name !== '/dev/null') ? 1_000 : LONGEST_WAIT_MS, io.killed);
  }
}

export async function grep(args: readonly string[], io: ProcessIo): Promise<number> {
  const [pattern = '', ...names] = args.filter((arg) => !arg.startsWith('-'));
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  let matcher: (line: string) => boolean;
  try {
    const expression = new RegExp(pattern, flags.includes('i') ? 'i' : '');
    matcher = (line) => expression.test(line);
  } catch {
    matcher = (line) => line.includes(pattern);
  }
  const found = (await inputOf(names, io)).split('\n').filter((line, i, all) => (i < all.length - 1 || line) && matcher(line) !== flags.includes('v'));
  if (flags.includes('c')) io.out(`${found.length}\n`);
  else if (!flags.includes('q')) for (const line of found) io.out(`${line}\n`);
  return found.length ? 0 : 1;
}
