// Tar archives as kubectl cp and the tar programs of containers exchange them: ustar, with long names as pax and GNU tar write them.

export interface TarEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  /** Seconds since the Unix epoch. */
  readonly modified: number;
  readonly linkTarget: string;
  readonly data: Uint8Array;
}

const BLOCK = 512;
/** Two empty blocks end an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);
const TYPES: Readonly<Record<TarEntry['kind'], string>> = { file: '0', directory: '5', link: '2', other: '6' };
const NAME_LENGTH = 100;
const PREFIX_LENGTH = 155;

const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** One entry as bytes, padded to whole blocks. */
export function tarEntry({ name, kind, mode, modified, linkTarget, data }: TarEntry): Uint8Array {
  const path = kind === 'directory' && !name.endsWith('/') ? `${name}/` : name;
  const split = splitName(path);
  const records = { ...(split ? {} : { path }), ...(Buffer.byteLength(linkTarget) > NAME_LENGTH ? { linkpath: linkTarget } : {}) };
  const [prefix, short] = split ?? ['', path];
  const head = header({ name: short, prefix, type: TYPES[kind], mode, modified, linkTarget, size: data.length });
  const blocks = [head, data, Buffer.alloc(paddingOf(data.length))];
  return Buffer.concat(Object.keys(records).length ? [paxHeader(records), ...blocks] : blocks);
}

/** Undefined for a name that the two fields cannot hold. */
function splitName(name: string): readonly [prefix: string, rest: string] | undefined {
  if (Buffer.byteLength(name) <= NAME_LENGTH) return ['', name];
  for (let at = name.lastIndexOf('/', name.length - 2); at > 0; at = name.lastIndexOf('/', at - 1))
    if (Buffer.byteLength(name.slice(0, at)) <= PREFIX_LENGTH && Buffer.byteLength(name.slice(at + 1)) <= NAME_LENGTH)
      return [name.slice(0, at), name.slice(at + 1)];
  return undefined;
}

interface Header {
  readonly name: string;
  readonly prefix: string;
  readonly type: string;
  readonly mode: number;
  readonly modified: number;
  readonly linkTarget: string;
  readonly size: number;
}

function header({ name, prefix, type, mode, modified, linkTarget, size }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void =>
    void block.write(
      Math.floor(value)
        .toString(8)
        .padStart(length - 1, '0'),
      at,
      'latin1',
    );
  const text = (value: string, at: number, length: number): void => void Buffer.from(value).subarray(0, length).copy(block, at);
  text(name, 0, NAME_LENGTH);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(modified, 136, 12);
  block.fill(' ', 148, 156);
  text(type, 156, 1);
  text(linkTarget, 157, NAME_LENGTH);
  text('ustar\u000000', 257, 8);
  text(prefix, 345, PREFIX_LENGTH);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return block;
}

function paxHeader(records: Readonly<Record<string, string>>): Buffer {
  const data = Buffer.from(Object.entries(records).map(paxRecord).join(''));
  const head = header({ name: 'PaxHeaders.0/entry', prefix: '', type: 'x', mode: 0o644, modified: 0, linkTarget: '', size: data.length });
  return Buffer.concat([head, data, Buffer.alloc(paddingOf(data.length))]);
}
/** A record begins with its own length, which counts its digits too. */
function paxRecord([key, value]: readonly [string, string]): string {
  const rest = ` ${key}=${value}\n`;
  const size = Buffer.byteLength(rest);
  let length = size + String(size).length;
  if (size + String(length).length !== length) length = size + String(length).length;
  return `${length}${rest}`;
}

export class TarError extends Error {}

/** The entries of an archive as it arrives. Rejects with TarError for what is none, or breaks off. */
export async function* tarEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const reader = new BlockReader(chunks);
  let overrides: Readonly<Record<string, string>> = {};
  for (;;) {
    const block = await reader.take(BLOCK);
    if (!block || block.every((byte) => byte === 0)) return;
    const { type, size, ...plain } = parsedHeader(block);
    const content = await reader.take(size + paddingOf(size));
    if (!content) throw new TarError('unexpected EOF');
    const data = content.subarray(0, size);
    if (type === 'x') overrides = { ...overrides, ...paxRecords(data) };
    else if (type === 'L') overrides = { ...overrides, path: textIn(data, 0, size) };
    else if (type === 'K') overrides = { ...overrides, linkpath: textIn(data, 0, size) };
    else if (type !== 'g') {
      const { path, linkpath } = overrides;
      yield { ...plain, name: path ?? plain.name, linkTarget: linkpath ?? plain.linkTarget, data };
      overrides = {};
    }
  }
}

const textIn = (block: Uint8Array, at: number, length: number): string => {
  const field = Buffer.from(block.subarray(at, at + length));
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
};

function parsedHeader(block: Uint8Array): Omit<TarEntry, 'data'> & { readonly type: string; readonly size: number } {
  const octal = (at: number, length: number): number => Number.parseInt(textIn(block, at, length).trim() || '0', 8);
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (octal(148, 8) !== sum) throw new TarError('archive/tar: invalid tar header');
  const type = textIn(block, 156, 1) || '0';
  const prefix = textIn(block, 257, 5) === 'ustar' && block[262] === 0 ? textIn(block, 345, PREFIX_LENGTH) : '';
  const name = textIn(block, 0, NAME_LENGTH);
  const kinds: Readonly<Record<string, TarEntry['kind']>> = { 0: 'file', 7: 'file', 5: 'directory', 2: 'link' };
  const kind = kinds[type] ?? 'other';
  return {
    type,
    size: octal(124, 12),
    name: prefix ? `${prefix}/${name}` : name,
    kind: kind === 'file' && name.endsWith('/') ? 'directory' : kind,
    mode: octal(100, 8) & 0o7777,
    modified: octal(136, 12),
    linkTarget: textIn(block, 157, NAME_LENGTH),
  };
}

function paxRecords(data: Uint8Array): Readonly<Record<string, string>> {
  const records: Record<string, string> = {};
  const text = Buffer.from(data);
  for (let at = 0; at < text.length;) {
    const space = text.indexOf(0x20, at);
    const length = Number(text.toString('latin1', at, space));
    if (space < 0 || !(length > 0)) break;
    const record = text.toString('utf8', space + 1, at + length - 1);
    records[record.slice(0, record.indexOf('='))] = record.slice(record.indexOf('=') + 1);
    at += length;
  }
  return records;
}

/** Pieces of a wanted size out of chunks of any. */
class BlockReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Uint8Array[] = [];
  #size = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Undefined when fewer bytes are left. */
  async take(size: number): Promise<Uint8Array | undefined> {
    while (this.#size < size) {
      const next = await this.#chunks.next();
      if (next.done) return undefined;
      this.#held.push(next.value);
      this.#size += next.value.length;
    }
    const all = Buffer.concat(this.#held);
    this.#held = [all.subarray(size)];
    this.#size = all.length - size;
    return all.subarray(0, size);
  }
}
