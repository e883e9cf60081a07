// Files on a host, by commands alone: read, written whole or not at all, uploaded with their hash checked, and compared many at a time.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { fileError } from '../platform/files.ts';
import { shellQuoted } from '../platform/shell-quote.ts';
import type { CommandResult, Host, RunOptions } from './host.ts';

type Rights = Pick<RunOptions, 'as' | 'signal'>;

export interface WriteOptions extends Rights {
  /** Left out: 0644. */
  readonly mode?: number;
  /** `user` or `user:group`; left out, whoever writes it. */
  readonly owner?: string;
  /** A script that has to end well before anything is written; in the same command. */
  readonly first?: string;
}

export interface UploadOptions extends WriteOptions {
  /** In hex, where it is known already; left out, the local file is read once more for it. */
  readonly sha256?: string;
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
}

export interface FileFacts {
  /** In hex. */
  readonly sha256: string;
  readonly mode: number;
  /** `user:group` */
  readonly owner: string;
}

const SUM = 'sum() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64; }';
/** `facts PATH` prints what `parseFileFacts` reads. */
export const FILE_FACTS = `${SUM}
facts() {
  hash=$(sum < "$1") && [ -n "$hash" ] && rights=$(stat -c '%a %U:%G' -- "$1" 2>/dev/null || stat -f '%Lp %Su:%Sg' -- "$1") || return 1
  printf '%s %s\\n' "$hash" "$rights"
}`;
/** At once; Node's own 64 KiB cost a fifth more time. */
export const READ_BYTES = 1024 * 1024;
/** The exit code of a hash that differs; no tool here has it. */
const DAMAGED = 97;

/** The file's text; undefined when there is none. */
export async function readText(host: Host, path: string, options: Rights = {}): Promise<string | undefined> {
  const result = await host.run(`LC_ALL=C cat -- ${shellQuoted(path)}`, options);
  if (result.exitCode === 0) return result.stdout;
  if (/No such file or directory|Not a directory/.test(result.stderr)) return undefined;
  throw failure(host, `cannot read ${path}`, path, result);
}

/** Replaces the file: whoever reads it, and whatever breaks in between, it has the old content or the new. Folders above are made; a link is replaced, not followed. */
export async function writeFile(host: Host, path: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const result = await host.run(placing(path, sha256, options), { ...rights(options), input: content });
  if (result.exitCode !== 0) throw failure(host, `cannot write ${path}`, path, result);
}

/** Sends a file of this machine; what arrives is put in place only when its hash is right. */
export async function upload(host: Host, localPath: string, remotePath: string, options: UploadOptions = {}): Promise<void> {
  const { size } = await reading(localPath, () => stat(localPath));
  const sha256 = options.sha256 ?? (await reading(localPath, () => hashOf(localPath)));
  const source = createReadStream(localPath, { highWaterMark: READ_BYTES });
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      options.onProgress?.(sent, size);
      done(null, chunk);
    },
  });
  source.on('error', (error) => counted.destroy(fileError('read', localPath, error)));
  counted.on('close', () => source.destroy());
  source.pipe(counted);
  const result = await host.run(placing(remotePath, sha256, options), { ...rights(options), input: counted });
  if (result.exitCode !== 0) throw failure(host, `cannot upload ${localPath} to ${remotePath}`, remotePath, result);
}

/** What `facts` printed; undefined for anything else. */
export function parseFileFacts(line: string): FileFacts | undefined {
  const [, sha256, mode, owner] = /^([0-9a-f]{64}) (\d+) (.+)$/.exec(line) ?? [];
  return sha256 && mode && owner ? { sha256, mode: Number.parseInt(mode, 8), owner } : undefined;
}

const rights = ({ as, signal }: Rights): Rights => ({ ...(as ? { as } : {}), ...(signal ? { signal } : {}) });

/** Standard input beside the file, checked, then moved over it: input that was cut off ends like one that is whole, so only the hash tells. */
function placing(path: string, sha256: string, { mode = 0o644, owner, first }: WriteOptions): string {
  const folder = posix.dirname(path);
  return `set -eu
export LC_ALL=C
${first === undefined ? '' : `(\n${first}\n) </dev/null\n`}${SUM}
path=${shellQuoted(path)}
mkdir -p -- ${shellQuoted(folder)}
[ ! -d "$path" ] || { echo "$path: Is a directory" >&2; exit 1; }
draft=$(mktemp ${shellQuoted(posix.join(folder, `.${posix.basename(path)}.XXXXXXXX`))})
trap 'rm -f -- "$draft"' EXIT
trap 'exit 1' HUP INT TERM
cat > "$draft"
[ "$(sum < "$draft")" = ${sha256} ] || exit ${DAMAGED}
${owner === undefined ? '' : `chown -- ${shellQuoted(owner)} "$draft"\n`}chmod ${mode.toString(8)} "$draft"
mv -f -- "$draft" "$path"`;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError('read', path, error);
  }
}

const CAUSES: readonly (readonly [pattern: RegExp, why: string, next: (path: string) => readonly string[]])[] = [
  [/No space left|Disk quota/i, 'no space is left on its disk', (path) => [`see what is free there: df -h ${posix.dirname(path)}`]],
  [/Read-only file system/i, 'its file system is mounted read-only', (path) => [`look at it there: findmnt -T ${posix.dirname(path)}`]],
  [/Permission denied|not permitted/i, 'the user may not do that there', (path) => [`look at its owner and mode there: ls -ld ${path}`]],
];

function failure(host: Host, what: string, path: string, { exitCode, stderr }: CommandResult): AppError {
  const said = stderr.trim();
  const cause = CAUSES.find(([pattern]) => pattern.test(said));
  return new AppError({
    code: exitCode === DAMAGED ? 'UPLOAD_DAMAGED' : 'HOST_FILE',
    what: `${what} on ${host.where}`,
    why: exitCode === DAMAGED ? 'what arrived is not what was sent' : cause ? `${cause[1]} (${said.split('\n').at(-1)})` : said || `exit code ${exitCode}`,
    next: exitCode === DAMAGED ? ['try again; the file there was left as it was'] : (cause?.[2](path) ?? []),
    exitCode: EXIT.remoteCommand,
  });
}
