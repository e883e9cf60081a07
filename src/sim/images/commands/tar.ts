// The tar of the images: archives to standard output and from standard input, which is what kubectl cp asks of it.
import { messageOf } from '../../../errors/app-error.ts';
import { TAR_END, tarEntries, tarEntry, type TarEntry } from '../../../kube/streaming/tar.ts';
import { resolve } from './file-utilities.ts';
import type { ProcessIo } from './process-io.ts';

interface Asked {
  readonly mode: 'c' | 'x' | 't' | undefined;
  readonly archive: string;
  readonly folder: string;
  readonly isVerbose: boolean;
  readonly names: readonly string[];
}

/** `cf - /x`, `-xmf - -C /y`, `--no-same-owner -xf -`. */
function asked(args: readonly string[]): Asked {
  let letters = '';
  let archive = '-';
  let folder = '';
  const names: string[] = [];
  const words = [...args];
  for (let first = true, word = words.shift(); word !== undefined; word = words.shift(), first = false) {
    if (word.startsWith('--')) {
      const [name, value] = word.split('=');
      if (name === '--directory') folder = value ?? words.shift() ?? '';
      if (name === '--file') archive = value ?? words.shift() ?? '';
    } else if ((word.startsWith('-') && word !== '-') || first) {
      const own = word.replace(/^-/, '');
      letters += own;
      if (own.includes('f')) archive = words.shift() ?? '';
      if (own.includes('C')) folder = words.shift() ?? '';
    } else names.push(word);
  }
  const mode = (['c', 'x', 't'] as const).find((each) => letters.includes(each));
  return { mode, archive, folder, isVerbose: letters.includes('v'), names };
}

export async function tar(args: readonly string[], io: ProcessIo): Promise<number> {
  const wanted = asked(args);
  const base = wanted.folder ? resolve(wanted.folder, io) : io.workingDir;
  if (wanted.folder && !io.files.isDirectory(base)) return failed(io, `can't change directory to '${wanted.folder}': No such file or directory`);
  if (wanted.mode === 'c') return create(wanted, base, io);
  if (wanted.mode) return extract(wanted, base, io);
  return failed(io, 'must specify one of -c, -x, -t');
}

function failed(io: ProcessIo, why: string): number {
  io.error(`tar: ${why}\n`);
  return 1;
}

function create({ archive, names, isVerbose }: Asked, base: string, io: ProcessIo): number {
  let code = 0;
  const pieces: Uint8Array[] = [];
  const add = (name: string, path: string): void => {
    const text = io.files.read(path);
    const inside = name.replace(/^\/+/, '');
    const common = { mode: 0o644, modified: io.clock.now() / 1000, linkTarget: '' };
    if (isVerbose) io.error(`${inside}\n`);
    if (text !== undefined) pieces.push(tarEntry({ ...common, name: inside, kind: 'file', data: Buffer.from(text) }));
    else if (io.files.isDirectory(path)) {
      pieces.push(tarEntry({ ...common, mode: 0o755, name: inside || './', kind: 'directory', data: new Uint8Array() }));
      for (const child of io.files.list(path)) add(`${name.replace(/\/$/, '')}/${child}`, `${path.replace(/\/$/, '')}/${child}`);
    } else code = failed(io, `${name}: No such file or directory`);
  };
  if (names.some((name) => name.startsWith('/'))) io.error("tar: removing leading '/' from member names\n");
  for (const name of names) add(name, name.startsWith('/') ? name : `${base.replace(/\/$/, '')}/${name}`);
  if (code) io.error('tar: error exit delayed from previous errors\n');
  const text = Buffer.concat([...pieces, TAR_END]).toString('utf8');
  if (archive === '-') io.out(text);
  else if (!io.files.write(resolve(archive, io), text)) return failed(io, `can't open '${archive}': Read-only file system`);
  return code;
}

async function extract({ archive, mode, names, isVerbose }: Asked, base: string, io: ProcessIo): Promise<number> {
  const stored = archive === '-' ? undefined : io.files.read(resolve(archive, io));
  if (archive !== '-' && stored === undefined) return failed(io, `can't open '${archive}': No such file or directory`);
  try {
    for await (const entry of tarEntries(bytesOf(stored === undefined ? io.stdin : textOnce(stored)))) {
      if (names.length && !names.some((name) => entry.name === name || entry.name.startsWith(`${name}/`))) continue;
      if (mode === 't' || isVerbose) io.out(`${entry.name}\n`);
      if (mode === 'x' && !put(entry, base, io)) return failed(io, `can't open '${entry.name}': Read-only file system`);
    }
  } catch (error) {
    return failed(io, messageOf(error));
  }
  return 0;
}

/** Folders are there once a file is in them. */
function put({ name, kind, data }: TarEntry, base: string, io: ProcessIo): boolean {
  return kind !== 'file' || io.files.write(`${base.replace(/\/$/, '')}/${name.replace(/^\/+/, '')}`, Buffer.from(data).toString('utf8'));
}

async function* bytesOf(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of text) yield Buffer.from(piece);
}
async function* textOnce(text: string): AsyncGenerator<string> {
  yield text;
}
