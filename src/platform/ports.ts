// TCP ports of this machine: is one free, and who has it.
import { readFile, readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { errnoOf } from './files.ts';

/** Whether a server could listen on that port of 127.0.0.1 now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (errnoOf(error) === 'EADDRINUSE' || errnoOf(error) === 'EACCES' ? resolve(false) : reject(error)));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Below where Linux and macOS take ports for outgoing connections, so that one which is free stays free while its server is down. */
const KEEPABLE = { from: 16_000, count: 14_000 } as const;

/** A free port of 127.0.0.1 that can be kept: the first one from where `seed` points. */
export async function findKeepablePort(seed: number): Promise<number> {
  for (let i = 0; i < KEEPABLE.count; i++) {
    const port = KEEPABLE.from + ((seed + i) % KEEPABLE.count);
    if (await isPortFree(port)) return port;
  }
  throw new AppError({
    code: 'NO_FREE_PORT',
    what: 'no port is free on 127.0.0.1',
    why: `all from ${KEEPABLE.from} to ${KEEPABLE.from + KEEPABLE.count - 1} are taken`,
    next: ['see what listens: ckadet doctor'],
    exitCode: EXIT.missingPrerequisite,
  });
}

/** The program that listens on the port, as far as the platform lets us see it: `nginx (pid 4711)`. */
export async function portOwner(port: number): Promise<string | undefined> {
  return process.platform === 'linux' ? ownerOnLinux(port) : ownerByLsof(port);
}

async function ownerOnLinux(port: number): Promise<string | undefined> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readOr(table, '')).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state === '0A' && local.endsWith(`:${hexPort}`)) inodes.add(`socket:[${inode}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const folder = `/proc/${pid}/fd`;
    for (const fd of await readdir(folder).catch(() => [])) {
      if (inodes.has(await readlink(`${folder}/${fd}`).catch(() => ''))) return `${(await readOr(`/proc/${pid}/comm`, 'a program')).trim()} (pid ${pid})`;
    }
  }
  return undefined;
}

async function readOr(path: string, otherwise: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return otherwise; // gone, or not ours to read: the owner stays unknown
  }
}

async function ownerByLsof(port: number): Promise<string | undefined> {
  const { execa } = await import('execa');
  const { stdout } = await execa('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { reject: false });
  const pid = /^p(\d+)/m.exec(stdout ?? '')?.[1];
  return pid ? `${/^c(.+)/m.exec(stdout)?.[1] ?? 'a program'} (pid ${pid})` : undefined;
}
