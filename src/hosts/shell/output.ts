// What a command prints: kept whole up to a bound, and told line by line to whoever waits.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { RunningCommand } from './transport.ts';

/** Of each stream. More than that is no answer to a question, and would fill the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

export type Stream = 'stdout' | 'stderr';

export interface OutputListener {
  onLine?: ((line: string, stream: Stream) => void) | undefined;
  onTooMuch(): void;
}

export class Output {
  readonly #chunks: Record<Stream, Buffer[]> = { stdout: [], stderr: [] };

  constructor(command: RunningCommand, listener: OutputListener) {
    this.#read('stdout', command.stdout, listener);
    this.#read('stderr', command.stderr, listener);
  }

  text(stream: Stream): string {
    return Buffer.concat(this.#chunks[stream]).toString('utf8');
  }

  #read(name: Stream, stream: Readable, { onLine, onTooMuch }: OutputListener): void {
    let size = 0;
    const lines = onLine && new Lines((line) => onLine(line, name));
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) onTooMuch();
      else this.#chunks[name].push(chunk);
      lines?.write(chunk);
    });
    stream.on('end', () => lines?.end());
    stream.on('error', () => {}); // the end of the command says what happened
  }
}

class Lines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #tell: (line: string) => void;
  #rest = '';

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  write(chunk: Buffer): void {
    const parts = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const line of parts) this.#tell(line.replace(/\r$/, ''));
  }

  end(): void {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (last !== '') this.#tell(last.replace(/\r$/, ''));
  }
}
