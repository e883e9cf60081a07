// The ports filled by the machine that this process runs on. The only file of the room that knows Node's own modules.
import { constants } from 'node:fs';
import { createPrivateKey, createPublicKey, randomInt, X509Certificate, type KeyObject } from 'node:crypto';
import { access, lstat, mkdir, readdir, readFile, readlink, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Stats } from 'node:fs';
import type { Clock } from '../platform/clock.ts';
import type { FileStatus, FileSystem, IncomingConnection, InputStream, Listener, OutputStream, Ports, Programs } from './ports.ts';

interface Machine {
  readonly clock: Clock;
  readonly process: NodeJS.Process;
  readonly env: NodeJS.ProcessEnv;
  readonly interrupted: AbortSignal;
  /** Runs while a program has the terminal: signals are its business then. */
  readonly foreground: <T>(task: () => Promise<T>) => Promise<T>;
}

export function localMachine({ clock, process: host, env, interrupted, foreground }: Machine): Ports {
  return {
    env,
    clock,
    stdin: inputOf(host.stdin),
    stdout: outputOf(host.stdout),
    stderr: outputOf(host.stderr),
    files: localFiles(host.cwd()),
    programs: localPrograms(env, foreground),
    interrupted,
    home: env['HOME'] || homedir(),
    platform: `${host.platform === 'win32' ? 'windows' : host.platform}/${{ x64: 'amd64', ia32: '386' }[host.arch as string] ?? host.arch}`,
    processId: host.pid,
    random: (below) => randomInt(below),
    async openTransport(options) {
      const { HttpTransport } = await import('../kube/client/http-transport.ts');
      return new HttpTransport(options);
    },
    compareKeyPair,
    listen,
    async serveHttp(at, handle) {
      const { serveHttp } = await import('./local-http.ts');
      return serveHttp(at, handle);
    },
  };
}

function compareKeyPair(certificate: Uint8Array, key: Uint8Array): ReturnType<Ports['compareKeyPair']> {
  let certified: KeyObject;
  try {
    certified = new X509Certificate(certificate).publicKey;
  } catch {
    return 'bad certificate';
  }
  let own: KeyObject;
  try {
    own = createPublicKey(createPrivateKey(Buffer.from(key)));
  } catch {
    return 'bad key';
  }
  if (own.asymmetricKeyType !== certified.asymmetricKeyType) return 'other type';
  return own.equals(certified) ? 'fits' : 'other key';
}

function outputOf(stream: NodeJS.WriteStream): OutputStream {
  return {
    isTerminal: stream.isTTY === true,
    size: () => (stream.isTTY ? { columns: stream.columns, rows: stream.rows } : undefined),
    onResize(listener) {
      stream.on('resize', listener);
      return () => stream.off('resize', listener);
    },
    write: (data) => void stream.write(data),
    room: () => (stream.writableNeedDrain ? new Promise((resolve) => stream.once('drain', resolve)) : undefined),
  };
}

function inputOf(stream: NodeJS.ReadStream): InputStream {
  return {
    isTerminal: stream.isTTY === true,
    bytes: () => stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>,
    raw() {
      if (!stream.isTTY) return () => {};
      const before = stream.isRaw;
      stream.setRawMode(true);
      // Node still has the terminal add a return to every newline, which the terminal at the other end has done already.
      // Loaded here: few commands need it, and it costs every start.
      const { spawnSync } = process.getBuiltinModule('node:child_process');
      spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
      return () => stream.setRawMode(before);
    },
  };
}

const statusOf = (stats: Stats): FileStatus => ({
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other',
  size: stats.size,
  mode: stats.mode & 0o7777,
  modifiedMs: stats.mtimeMs,
});

const localFiles = (cwd: string): FileSystem => ({
  cwd,
  stat: async (path) => statusOf(await stat(path)),
  lstat: async (path) => statusOf(await lstat(path)),
  read: (path) => readFile(path),
  list: async (path) => (await readdir(path)).sort(),
  write: (path, data, mode) => writeFile(path, data, mode === undefined ? {} : { mode }),
  async makeFolder(path, mode) {
    await mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
  },
  readLink: (path) => readlink(path),
  realPath: (path) => realpath(path),
  makeLink: (target, path) => symlink(target, path),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
  async makeTemporaryFile(prefix, suffix, data) {
    const path = join(tmpdir(), `${prefix}${randomInt(2 ** 32)}${suffix}`);
    await writeFile(path, data, { mode: 0o600, flag: 'wx' });
    return path;
  },
  async makeTemporaryFolder(prefix) {
    const path = join(tmpdir(), `${prefix}${randomInt(2 ** 32)}`);
    await mkdir(path, { mode: 0o700 });
    return path;
  },
});

function localPrograms(env: Ports['env'], foreground: Machine['foreground']): Programs {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const isExecutable = (path: string): Promise<boolean> =>
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
  return {
    async find(name) {
      if (name.includes('/')) return (await isExecutable(name)) ? name : undefined;
      for (const folder of folders) if (await isExecutable(join(folder, name))) return join(folder, name);
      return undefined;
    },
    async findAll(prefix) {
      const found = await Promise.all(
        folders.map(async (folder) => {
          const names = await readdir(folder).catch(() => []); // a folder of the PATH need not exist
          const paths = names.filter((name) => name.startsWith(prefix)).map((name) => join(folder, name));
          return (await Promise.all(paths.map(async (path) => ((await isExecutable(path)) ? [path] : [])))).flat().sort();
        }),
      );
      return found.flat();
    },
    foreground: (program, args, own) =>
      foreground(async () => {
        const { execa } = await import('execa');
        const { constants: system } = await import('node:os');
        const result = await execa(program, args, { env: { ...env, ...own }, extendEnv: false, reject: false, stdio: 'inherit' });
        if (result.code === 'ENOENT' || result.code === 'EACCES') throw Object.assign(new Error(result.shortMessage), { code: result.code });
        return result.exitCode ?? 128 + (result.signal ? system.signals[result.signal] : 0);
      }),
    async output(program, args, { input, env: own } = {}) {
      const { execa } = await import('execa');
      const result = await execa(program, args, {
        env: { ...env, ...own },
        extendEnv: false,
        reject: false,
        stripFinalNewline: false,
        ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      });
      if (result.code === 'ENOENT' || result.code === 'EACCES') throw Object.assign(new Error(result.shortMessage), { code: result.code });
      return { exitCode: result.exitCode ?? 128, stdout: result.stdout, stderr: result.stderr };
    },
  };
}

async function listen(address: string, port: number, onConnection: (connection: IncomingConnection) => void): Promise<Listener> {
  const { createServer } = await import('node:net');
  // Half-open: a client that has said everything may still be answered.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy()); // a client that breaks off ends its own connection alone
    onConnection({
      bytes: socket,
      write: (data) => new Promise((resolve, reject) => socket.write(data, (error) => (error ? reject(error) : resolve()))),
      end: () => socket.end(),
      destroy: () => socket.destroy(),
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const bound = server.address();
  return { address, port: typeof bound === 'object' && bound ? bound.port : port, close: () => server.close() };
}
