// The append-only log on disk: framed, checksummed records in numbered segments, and a snapshot that lets older segments go.
// Every record is in the page cache before anything of it can be seen, so a killed process loses nothing; acknowledgements wait for fdatasync.
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Logger } from '../../platform/logger.ts';

/** `CKR1`, crc32 of the payload, length of the payload; then the payload, UTF-8 JSON. */
const MAGIC = Buffer.from('CKR1');
const HEADER_BYTES = 12;
const LARGEST_RECORD_BYTES = 64 * 1024 * 1024;

export function frame(payload: Buffer): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  MAGIC.copy(record, 0);
  record.writeUInt32LE(crc32(payload), 4);
  record.writeUInt32LE(payload.length, 8);
  payload.copy(record, HEADER_BYTES);
  return record;
}

/** The payload at `offset`, undefined where no whole, undamaged record begins. */
function recordAt(file: Buffer, offset: number): Buffer | undefined {
  if (offset + HEADER_BYTES > file.length || file.compare(MAGIC, 0, 4, offset, offset + 4) !== 0) return undefined;
  const length = file.readUInt32LE(offset + 8);
  if (length > LARGEST_RECORD_BYTES || offset + HEADER_BYTES + length > file.length) return undefined;
  const payload = file.subarray(offset + HEADER_BYTES, offset + HEADER_BYTES + length);
  return crc32(payload) === file.readUInt32LE(offset + 4) ? payload : undefined;
}

function laterRecord(file: Buffer, offset: number): boolean {
  for (let at = file.indexOf(MAGIC, offset + 1); at >= 0; at = file.indexOf(MAGIC, at + 1)) if (recordAt(file, at)) return true;
  return false;
}

interface Scan {
  readonly end: number;
  readonly damagedAt: number | undefined;
}

function scan(file: Buffer, each: (payload: Buffer) => void): Scan {
  let at = 0;
  while (at < file.length) {
    const payload = recordAt(file, at);
    if (!payload) return { end: at, damagedAt: at };
    each(payload);
    at += HEADER_BYTES + payload.length;
  }
  return { end: at, damagedAt: undefined };
}

const numbered = (folder: string, suffix: string): number[] =>
  fs
    .readdirSync(folder)
    .flatMap((name) => (/^\d+$/.test(path.basename(name, suffix)) && name.endsWith(suffix) ? [Number(path.basename(name, suffix))] : []))
    .sort((a, b) => a - b);

export class Log {
  readonly #folder: string;
  readonly #logger: Logger;
  #segment = 0;
  #fd = -1;
  #bytes = 0;
  #batch: Buffer[] = [];
  #batchDone: (() => void)[] = [];
  #flushScheduled = false;
  #unsynced: (() => void)[] = [];
  #syncing = false;
  #failure: AppError | undefined;
  #closing: (() => void) | undefined;

  private constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  /**
   * Opens the log in `folder`, handing every surviving payload to `replay` in order.
   * A damaged tail is cut and reported to `logger`; damage before intact records is refused with AppError LOG_DAMAGED.
   */
  static open(folder: string, logger: Logger, replay: (payload: Buffer) => void): Log {
    const log = new Log(folder, logger);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of fs.readdirSync(folder)) if (name.endsWith('.tmp')) fs.rmSync(path.join(folder, name));
    const snapshot = numbered(folder, '.snapshot').at(-1);
    const segments = numbered(folder, '.log').filter((number) => number >= (snapshot ?? 0));
    if (snapshot !== undefined) {
      const file = path.join(folder, `${snapshot}.snapshot`);
      const { damagedAt } = scan(fs.readFileSync(file), replay);
      if (damagedAt !== undefined) throw damaged(file, damagedAt);
    }
    segments.forEach((number, i) => log.#replaySegment(path.join(folder, `${number}.log`), i === segments.length - 1, replay));
    log.#openSegment(segments.at(-1) ?? snapshot ?? 1);
    log.#removeBefore(snapshot ?? 0);
    return log;
  }

  #replaySegment(file: string, last: boolean, replay: (payload: Buffer) => void): void {
    const content = fs.readFileSync(file);
    const { end, damagedAt } = scan(content, replay);
    if (damagedAt === undefined) return;
    if (!last || laterRecord(content, damagedAt)) throw damaged(file, damagedAt);
    this.#logger.warn('the end of the log was damaged and has been cut off: a write that was never acknowledged is gone', {
      file,
      offset: damagedAt,
      bytes: content.length - end,
    });
    fs.truncateSync(file, end);
  }

  #openSegment(number: number): void {
    this.#segment = number;
    this.#fd = fs.openSync(path.join(this.#folder, `${number}.log`), 'a', 0o600);
    this.#bytes = fs.fstatSync(this.#fd).size;
  }

  #removeBefore(snapshot: number): void {
    for (const suffix of ['.log', '.snapshot'])
      for (const number of numbered(this.#folder, suffix)) if (number < snapshot) fs.rmSync(path.join(this.#folder, `${number}${suffix}`));
  }

  /** Bytes in the current segment. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Queues a record; `done` runs once it is on disk. Records of one turn of the event loop are one write. Throws when an earlier write failed. */
  append(payload: Buffer, done: () => void): void {
    if (this.#failure) throw this.#failure;
    this.#batch.push(frame(payload));
    this.#batchDone.push(done);
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#flushScheduled = false;
    if (!this.#batch.length) return;
    const data = this.#batch.length === 1 ? (this.#batch[0] as Buffer) : Buffer.concat(this.#batch);
    this.#batch = [];
    const done = this.#batchDone;
    this.#batchDone = [];
    try {
      for (let written = 0; written < data.length;) written += fs.writeSync(this.#fd, data, written);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#bytes += data.length;
    this.#unsynced.push(...done);
    this.#sync();
  }

  #sync(): void {
    if (this.#syncing || this.#failure) return;
    if (!this.#unsynced.length) {
      this.#closing?.();
      return;
    }
    this.#syncing = true;
    const done = this.#unsynced;
    this.#unsynced = [];
    fs.fdatasync(this.#fd, (error) => {
      this.#syncing = false;
      if (error) {
        this.#fail(error);
        return;
      }
      for (const each of done) each();
      this.#sync();
    });
  }

  #fail(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code;
    this.#failure = new AppError({
      code: 'STORE_WRITE_FAILED',
      what: `The cluster's data cannot be written to ${this.#folder}`,
      why: code === 'ENOSPC' ? 'the disk is full' : error instanceof Error ? error.message : String(error),
      next: ['Free some space (or make the folder writable); the cluster then resumes with everything it acknowledged.'],
      exitCode: EXIT.missingPrerequisite,
      cause: error,
    });
    this.#logger.error(this.#failure.message);
    this.failed?.(this.#failure);
  }

  /** Called once when a write fails: nothing more is accepted. */
  failed: ((error: AppError) => void) | undefined;

  /** Begins a new segment and writes `payloads` as the snapshot that stands for all before it; then the old files go. */
  async compact(payloads: Iterable<Buffer>): Promise<void> {
    this.#flush();
    // What waits for its acknowledgement is in the old segment: it has to be safe before the new one is synced in its place.
    fs.fdatasyncSync(this.#fd);
    const finished = this.#fd;
    this.#openSegment(this.#segment + 1);
    const number = this.#segment;
    const temporary = path.join(this.#folder, `${number}.snapshot.tmp`);
    const file = await fs.promises.open(temporary, 'w', 0o600);
    try {
      let chunk: Buffer[] = [];
      let size = 0;
      const write = async (): Promise<void> => {
        if (size) await file.write(Buffer.concat(chunk));
        chunk = [];
        size = 0;
      };
      for (const payload of payloads) {
        chunk.push(frame(payload));
        size += payload.length;
        if (size > 256 * 1024) await write();
      }
      await write();
      await file.sync();
    } finally {
      await file.close();
    }
    fs.closeSync(finished);
    fs.renameSync(temporary, path.join(this.#folder, `${number}.snapshot`));
    this.#removeBefore(number);
  }

  /** Resolves when everything appended is on disk and the file is closed. */
  async close(): Promise<void> {
    this.#flush();
    if ((this.#syncing || this.#unsynced.length) && !this.#failure)
      await new Promise<void>((resolve) => {
        this.#closing = resolve;
      });
    fs.closeSync(this.#fd);
  }
}

function damaged(file: string, offset: number): AppError {
  return new AppError({
    code: 'LOG_DAMAGED',
    what: `The cluster's data is damaged: ${file} has an unreadable record at byte ${offset}, with intact records after it`,
    why: 'the file was changed by something other than ckadet, or the disk lost a part of it; cutting it there would lose acknowledged writes',
    next: ['Restore the file from a backup.', 'Or give the cluster up and make it anew: ckadet down NAME --delete, then ckadet up NAME.'],
    exitCode: EXIT.invalidFile,
  });
}
