// The few core utilities that container commands need until real programs come.
import { delay } from '../../../platform/clock.ts';
import type { ProcessIo } from './process-io.ts';

export type Utility = (args: readonly string[], io: ProcessIo) => number | Promise<number>;

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
const NEVER_MS = 2 ** 31 - 1;

async function sleep(args: readonly string[], io: ProcessIo): Promise<number> {
  let totalMs = 0;
  if (!args.length) { io.error('sleep: missing operand\n'); return 1; }
  for (const arg of args) {
    const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(arg);
    if (arg === 'infinity' || arg === 'inf') totalMs = Number.POSITIVE_INFINITY;
    else if (match) totalMs += Number(match[1]) * 1000 * (UNITS[match[2] ?? ''] ?? 1);
    else { io.error(`sleep: invalid time interval '${arg}'\n`); return 1; }
  }
  // Long sleeps in pieces: a timer reaches only so far.
  while (totalMs > 0) {
    const piece = Math.min(totalMs, NEVER_MS);
    await delay(io.clock, piece, io.killed);
    totalMs -= piece;
  }
  return 0;
}

function cat(args: readonly string[], io: ProcessIo): number {
  const names = args.filter((arg) => !arg.startsWith('-'));
  if (!names.length) { io.out(io.stdin); return 0; }
  let code = 0;
  for (const name of names) {
    const path = resolve(name, io);
    const text = path === '/etc/hostname' ? `${io.hostname}\n` : io.files.read(path);
    if (text !== undefined) io.out(text);
    else if (path.startsWith('/etc/') || path.startsWith('/proc/')) io.out('');
    else { io.error(`cat: ${name}: No such file or directory\n`); code = 1; }
  }
  return code;
}

export const resolve = (path: string, io: ProcessIo): string => (path.startsWith('/') ? path : `${io.workingDir.replace(/\/$/, '')}/${path}`);

function list(args: readonly string[], io: ProcessIo): number {
  const names = args.filter((arg) => !arg.startsWith('-'));
  let code = 0;
  for (const name of names.length ? names : ['.']) {
    const path = resolve(name, io);
    if (io.files.read(path) !== undefined) io.out(`${name}\n`);
    else if (io.files.isDirectory(path)) for (const entry of io.files.list(path)) io.out(`${entry}\n`);
    else { io.error(`ls: ${name}: No such file or directory\n`); code = 1; }
  }
  return code;
}

function test(args: readonly string[], io: ProcessIo): number {
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
      '-z': () => operator === '', '-n': () => operator !== '',
      '-f': () => io.files.read(path) !== undefined, '-e': () => io.files.read(path) !== undefined || io.files.isDirectory(path), '-r': () => io.files.read(path) !== undefined,
      '-s': () => (io.files.read(path) ?? '') !== '', '-d': () => io.files.read(path) === undefined && io.files.isDirectory(path), '-x': () => io.files.read(path) !== undefined,
    };
    return holds[a]?.() ? 0 : 1;
  }
  const holds: Readonly<Record<string, () => boolean>> = {
    '=': () => a === b, '==': () => a === b, '!=': () => a !== b,
    '-eq': () => Number(a) === Number(b), '-ne': () => Number(a) !== Number(b), '-lt': () => Number(a) < Number(b), '-le': () => Number(a) <= Number(b), '-gt': () => Number(a) > Number(b), '-ge': () => Number(a) >= Number(b),
  };
  return holds[operator ?? '']?.() ? 0 : 1;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function date(args: readonly string[], io: ProcessIo): number {
  const now = new Date(io.clock.now());
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
  const day = `${now.getUTCFullYear()}-${two(now.getUTCMonth() + 1)}-${two(now.getUTCDate())}`;
  const fields: Readonly<Record<string, string>> = { s: String(Math.floor(io.clock.now() / 1000)), Y: String(now.getUTCFullYear()), m: two(now.getUTCMonth() + 1), d: two(now.getUTCDate()), H: two(now.getUTCHours()), M: two(now.getUTCMinutes()), S: two(now.getUTCSeconds()), F: day, T: time, N: '000000000' };
  const format = args.find((arg) => arg.startsWith('+'));
  io.out(`${format ? format.slice(1).replace(/%([A-Za-z%])/g, (whole, key: string) => fields[key] ?? (key === '%' ? '%' : whole)) : `${DAYS[now.getUTCDay()] ?? ''} ${MONTHS[now.getUTCMonth()] ?? ''} ${String(now.getUTCDate()).padStart(2)} ${time} UTC ${now.getUTCFullYear()}`}\n`);
  return 0;
}

const unescape = (text: string): string => text.replace(/\\([nrt\\0])/g, (_, char: string) => ({ n: '\n', r: '\r', t: '\t', '\\': '\\', 0: '\0' })[char] ?? '');

function echo(args: readonly string[], io: ProcessIo): number {
  let words = args;
  let newline = true;
  let escapes = false;
  for (; /^-[neE]+$/.test(words[0] ?? ''); words = words.slice(1)) {
    if (words[0]?.includes('n')) newline = false;
    if (words[0]?.includes('e')) escapes = true;
  }
  const text = words.join(' ');
  io.out(`${escapes ? unescape(text) : text}${newline ? '\n' : ''}`);
  return 0;
}

function printf([format = '', ...values]: readonly string[], io: ProcessIo): number {
  let next = 0;
  io.out(unescape(format).replace(/%(-?\d*)(?:\.\d+)?([sdi%])/g, (_, width: string, kind: string) => {
    if (kind === '%') return '%';
    const value = values[next++] ?? '';
    return width.startsWith('-') ? value.padEnd(Number(width.slice(1))) : value.padStart(Number(width || 0));
  }));
  return 0;
}

/** The text of the files named, or of what came in. */
const inputOf = (names: readonly string[], io: ProcessIo): string => (names.length ? names.map((name) => io.files.read(resolve(name, io)) ?? '').join('') : io.stdin);

async function tail(args: readonly string[], io: ProcessIo): Promise<number> {
  const names = args.filter((arg) => !/^[-+]/.test(arg) && !/^\d+$/.test(arg));
  const follows = args.some((arg) => /^-[a-z]*[fF]/.test(arg) || arg === '--follow');
  if (!follows) { io.out(`${inputOf(names, io).split('\n').slice(-11).join('\n')}`); return 0; }
  let shown = 0;
  for (;;) {
    const text = names.every((name) => name === '/dev/null') ? '' : inputOf(names, io);
    if (text.length > shown) io.out(text.slice(shown));
    shown = text.length;
    await delay(io.clock, names.some((name) => name !== '/dev/null') ? 1_000 : NEVER_MS, io.killed);
  }
}

function grep(args: readonly string[], io: ProcessIo): number {
  const [pattern = '', ...names] = args.filter((arg) => !arg.startsWith('-'));
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  let matcher: (line: string) => boolean;
  try {
    const expression = new RegExp(pattern, flags.includes('i') ? 'i' : '');
    matcher = (line) => expression.test(line);
  } catch {
    matcher = (line) => line.includes(pattern);
  }
  const found = inputOf(names, io).split('\n').filter((line, i, all) => (i < all.length - 1 || line) && matcher(line) !== flags.includes('v'));
  if (flags.includes('c')) io.out(`${found.length}\n`);
  else if (!flags.includes('q')) for (const line of found) io.out(`${line}\n`);
  return found.length ? 0 : 1;
}

const quiet = (): number => 0;
const say = (text: (io: ProcessIo) => string): Utility => (_, io) => { io.out(`${text(io)}\n`); return 0; };
/** What needs the network or a language of its own says so instead of pretending. */
const unsupported = (name: string): Utility => (_, io) => { io.error(`${name}: not simulated in this version\n`); return 1; };

export const BUSYBOX_UTILITIES: Readonly<Record<string, Utility>> = {
  true: quiet, false: () => 1, sleep, cat, ls: list, test, '[': test, '[[': test, date, echo, printf, tail, grep,
  touch: (args, io) => { for (const name of args) if (!name.startsWith('-') && io.files.read(resolve(name, io)) === undefined) io.files.write(resolve(name, io), ''); return 0; },
  rm: (args, io) => {
    const force = args.some((arg) => /^-\w*f/.test(arg));
    const missing = args.filter((arg) => !arg.startsWith('-') && !io.files.remove(resolve(arg, io)));
    if (force) return 0;
    for (const name of missing) io.error(`rm: can't remove '${name}': No such file or directory\n`);
    return missing.length ? 1 : 0;
  },
  head: (args, io) => { io.out(inputOf(args.filter((arg) => !/^-|^\d+$/.test(arg)), io).split('\n').slice(0, Number(/\d+/.exec(args.join(' '))?.[0] ?? 10)).map((line) => `${line}\n`).join('')); return 0; },
  tee: (args, io) => { for (const name of args) if (!name.startsWith('-')) io.files.write(resolve(name, io), io.stdin, args.includes('-a')); io.out(io.stdin); return 0; },
  wc: (args, io) => { io.out(`${inputOf(args.filter((arg) => !arg.startsWith('-')), io).split('\n').length - 1}\n`); return 0; },
  seq: (args, io) => { const [from, to] = args.length > 1 ? [Number(args[0]), Number(args.at(-1))] : [1, Number(args[0])]; for (let i = from; i <= to && i - from < 10_000; i++) io.out(`${i}\n`); return 0; },
  cp: (args, io) => { const [from = '', to = ''] = args.filter((arg) => !arg.startsWith('-')); const text = io.files.read(resolve(from, io)); if (text === undefined) { io.error(`cp: can't stat '${from}': No such file or directory\n`); return 1; } io.files.write(resolve(to, io), text); return 0; },
  env: (_, io) => { for (const [key, value] of io.env) io.out(`${key}=${value}\n`); return 0; },
  printenv: (args, io) => { if (!args.length) for (const [key, value] of io.env) io.out(`${key}=${value}\n`); for (const name of args) { const value = io.env.get(name); if (value === undefined) return 1; io.out(`${value}\n`); } return 0; },
  hostname: (args, io) => { io.out(`${args.includes('-i') || args.includes('-I') ? io.podIP : io.hostname}\n`); return 0; },
  pwd: say(({ workingDir }) => workingDir), whoami: say(({ uid }) => (uid === 0 ? 'root' : String(uid))),
  id: (args, { uid, out }) => { out(args.includes('-u') || args.includes('-g') ? `${uid}\n` : `uid=${uid}${uid === 0 ? '(root)' : ''} gid=${uid}${uid === 0 ? '(root) groups=0(root)' : ' groups=0(root)'}\n`); return 0; },
  uname: (args, io) => { io.out(`${args.includes('-r') ? '6.8.0-64-generic' : args.includes('-a') ? `Linux ${io.hostname} 6.8.0-64-generic x86_64 GNU/Linux` : 'Linux'}\n`); return 0; },
  mkdir: quiet, chmod: quiet, chown: quiet, ln: quiet, mv: quiet, sync: quiet, ps: quiet, kill: quiet, top: quiet, df: quiet, free: quiet, mount: quiet, dd: quiet, sysctl: quiet, 'dnsdomainname': quiet,
  ...Object.fromEntries(['wget', 'nc', 'nslookup', 'ping', 'sed', 'awk', 'sort', 'cut', 'tr', 'find', 'xargs', 'httpd', 'telnet', 'vi', 'ip', 'traceroute', 'timeout', 'stat', 'tar'].map((name) => [name, unsupported(name)])),
};

/** What a full distribution has on top. */
export const DEBIAN_UTILITIES: Readonly<Record<string, Utility>> = {
  ...BUSYBOX_UTILITIES,
  ...Object.fromEntries(['curl', 'apt-get', 'apt', 'openssl', 'python3', 'perl', 'dig', 'host', 'iperf'].map((name) => [name, unsupported(name)])),
};
export const ALPINE_UTILITIES: Readonly<Record<string, Utility>> = { ...BUSYBOX_UTILITIES, ...Object.fromEntries(['apk', 'curl', 'git'].map((name) => [name, unsupported(name)])) };
