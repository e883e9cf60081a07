// The few core utilities that container commands need until real programs come.
import { delay } from '../../../platform/clock.ts';
import { cat, grep, inputOf, lineCount, linesOf, list, LONGEST_WAIT_MS, resolve, tail, test } from './file-utilities.ts';
import { readAll } from './standard-input.ts';
import { tar } from './tar.ts';
import type { ProcessIo } from './process-io.ts';

export type Utility = (args: readonly string[], io: ProcessIo) => number | Promise<number>;

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

async function sleep(args: readonly string[], io: ProcessIo): Promise<number> {
  let totalMs = 0;
  if (!args.length) {
    io.error('sleep: missing operand\n');
    return 1;
  }
  for (const arg of args) {
    const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(arg);
    if (arg === 'infinity' || arg === 'inf') totalMs = Number.POSITIVE_INFINITY;
    else if (match) totalMs += Number(match[1]) * 1000 * (UNITS[match[2] ?? ''] ?? 1);
    else {
      io.error(`sleep: invalid time interval '${arg}'\n`);
      return 1;
    }
  }
  // Long sleeps in pieces: a timer reaches only so far.
  while (totalMs > 0) {
    const piece = Math.min(totalMs, LONGEST_WAIT_MS);
    await delay(io.clock, piece, io.killed);
    totalMs -= piece;
  }
  return 0;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function date(args: readonly string[], io: ProcessIo): number {
  const now = new Date(io.clock.now());
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
  const day = `${now.getUTCFullYear()}-${two(now.getUTCMonth() + 1)}-${two(now.getUTCDate())}`;
  const fields: Readonly<Record<string, string>> = {
    s: String(Math.floor(io.clock.now() / 1000)),
    Y: String(now.getUTCFullYear()),
    m: two(now.getUTCMonth() + 1),
    d: two(now.getUTCDate()),
    H: two(now.getUTCHours()),
    M: two(now.getUTCMinutes()),
    S: two(now.getUTCSeconds()),
    F: day,
    T: time,
    N: '000000000',
  };
  const format = args.find((arg) => arg.startsWith('+'));
  io.out(
    `${format ? format.slice(1).replace(/%([A-Za-z%])/g, (whole, key: string) => fields[key] ?? (key === '%' ? '%' : whole)) : `${DAYS[now.getUTCDay()] ?? ''} ${MONTHS[now.getUTCMonth()] ?? ''} ${String(now.getUTCDate()).padStart(2)} ${time} UTC ${now.getUTCFullYear()}`}\n`,
  );
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
  io.out(
    unescape(format).replace(/%(-?\d*)(?:\.\d+)?([sdi%])/g, (_, width: string, kind: string) => {
      if (kind === '%') return '%';
      const value = values[next++] ?? '';
      return width.startsWith('-') ? value.padEnd(Number(width.slice(1))) : value.padStart(Number(width || 0));
    }),
  );
  return 0;
}

const MOST_NUMBERS = 100_000;
const quiet = (): number => 0;
const say =
  (text: (io: ProcessIo) => string): Utility =>
  (_, io) => {
    io.out(`${text(io)}\n`);
    return 0;
  };
/** What needs the network or a language of its own says so instead of pretending. */
const unsupported =
  (name: string): Utility =>
  (_, io) => {
    io.error(`${name}: not simulated in this version\n`);
    return 1;
  };

/** One file; into a folder it keeps its name. */
function copied(name: string, args: readonly string[], io: ProcessIo): number {
  const [from = '', to = ''] = args.filter((arg) => !arg.startsWith('-'));
  const text = io.files.read(resolve(from, io));
  if (text === undefined) {
    io.error(name === 'cp' ? `cp: can't stat '${from}': No such file or directory\n` : `mv: can't rename '${from}': No such file or directory\n`);
    return 1;
  }
  const target = resolve(to, io);
  io.files.write(io.files.isDirectory(target) ? `${target.replace(/\/$/, '')}/${from.split('/').at(-1)}` : target, text);
  return 0;
}

export const BUSYBOX_UTILITIES: Readonly<Record<string, Utility>> = {
  true: quiet,
  false: () => 1,
  sleep,
  cat,
  ls: list,
  test,
  '[': test,
  '[[': test,
  date,
  echo,
  printf,
  tail,
  tar,
  grep,
  touch: (args, io) => {
    for (const name of args) if (!name.startsWith('-') && io.files.read(resolve(name, io)) === undefined) io.files.write(resolve(name, io), '');
    return 0;
  },
  rm: (args, io) => {
    const force = args.some((arg) => /^-\w*f/.test(arg));
    const missing = args.filter((arg) => !arg.startsWith('-') && !io.files.remove(resolve(arg, io)));
    if (force) return 0;
    for (const name of missing) io.error(`rm: can't remove '${name}': No such file or directory\n`);
    return missing.length ? 1 : 0;
  },
  head: async (args, io) => {
    const { names, count } = lineCount(args);
    io.out(
      linesOf(await inputOf(names, io))
        .slice(0, count)
        .join(''),
    );
    return 0;
  },
  tee: async (args, io) => {
    const text = await readAll(io.stdin);
    for (const name of args) if (!name.startsWith('-')) io.files.write(resolve(name, io), text, args.includes('-a'));
    io.out(text);
    return 0;
  },
  wc: async (args, io) => {
    const names = args.filter((arg) => !arg.startsWith('-'));
    const flags = args.filter((arg) => arg.startsWith('-')).join('');
    const text = await inputOf(names, io);
    const counts: readonly (readonly [string, number])[] = [
      ['l', text.split('\n').length - 1],
      ['w', text.split(/\s+/).filter(Boolean).length],
      ['c', Buffer.byteLength(text)],
    ];
    const shown = counts.filter(([flag]) => !flags || flags.includes(flag)).map(([, count]) => String(count));
    io.out(`${(shown.length > 1 ? shown.map((count) => count.padStart(9)) : shown).join(' ')}${names.length === 1 ? ` ${names[0]}` : ''}\n`);
    return 0;
  },
  seq: (args, io) => {
    const numbers = args.map(Number);
    if (!numbers.length || numbers.some(Number.isNaN)) {
      io.error(`seq: invalid number '${args.find((arg) => Number.isNaN(Number(arg))) ?? ''}'\n`);
      return 1;
    }
    const [from = 1, step = 1, to = 1] = numbers.length === 1 ? [1, 1, ...numbers] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
    if (step === 0 || Math.abs((to - from) / step) > MOST_NUMBERS) return unsupported(`seq ${args.join(' ')}`)(args, io);
    for (let i = from; step > 0 ? i <= to : i >= to; i += step) io.out(`${i}\n`);
    return 0;
  },
  cp: (args, io) => copied('cp', args, io),
  mv: (args, io) => {
    const code = copied('mv', args, io);
    if (code === 0) io.files.remove(resolve(args.find((arg) => !arg.startsWith('-')) ?? '', io));
    return code;
  },
  env: (_, io) => {
    for (const [key, value] of io.env) io.out(`${key}=${value}\n`);
    return 0;
  },
  printenv: (args, io) => {
    if (!args.length) for (const [key, value] of io.env) io.out(`${key}=${value}\n`);
    for (const name of args) {
      const value = io.env.get(name);
      if (value === undefined) return 1;
      io.out(`${value}\n`);
    }
    return 0;
  },
  hostname: (args, io) => {
    io.out(`${args.includes('-i') || args.includes('-I') ? io.podIP : io.hostname}\n`);
    return 0;
  },
  pwd: say(({ workingDir }) => workingDir),
  whoami: say(({ uid }) => (uid === 0 ? 'root' : String(uid))),
  id: (args, { uid, out }) => {
    out(
      args.includes('-u') || args.includes('-g')
        ? `${uid}\n`
        : `uid=${uid}${uid === 0 ? '(root)' : ''} gid=${uid}${uid === 0 ? '(root) groups=0(root)' : ' groups=0(root)'}\n`,
    );
    return 0;
  },
  uname: (args, io) => {
    io.out(`${args.includes('-r') ? '6.8.0-64-generic' : args.includes('-a') ? `Linux ${io.hostname} 6.8.0-64-generic x86_64 GNU/Linux` : 'Linux'}\n`);
    return 0;
  },
  mkdir: quiet,
  chmod: quiet,
  chown: quiet,
  sync: quiet,
  ...Object.fromEntries(['ps', 'kill', 'top', 'df', 'free', 'mount', 'dd', 'ln'].map((name) => [name, unsupported(name)])),
  sysctl: quiet,
  dnsdomainname: quiet,
  ...Object.fromEntries(
    [
      'wget',
      'nc',
      'nslookup',
      'ping',
      'sed',
      'awk',
      'sort',
      'cut',
      'tr',
      'find',
      'xargs',
      'httpd',
      'telnet',
      'vi',
      'ip',
      'traceroute',
      'timeout',
      'stat',
      'tar',
    ].map((name) => [name, unsupported(name)]),
  ),
};

/** What a full distribution has on top. */
export const DEBIAN_UTILITIES: Readonly<Record<string, Utility>> = {
  ...BUSYBOX_UTILITIES,
  ...Object.fromEntries(['curl', 'apt-get', 'apt', 'openssl', 'python3', 'perl', 'dig', 'host', 'iperf'].map((name) => [name, unsupported(name)])),
};
export const ALPINE_UTILITIES: Readonly<Record<string, Utility>> = {
  ...BUSYBOX_UTILITIES,
  ...Object.fromEntries(['apk', 'curl', 'git'].map((name) => [name, unsupported(name)])),
};
