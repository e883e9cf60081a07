// A terminal's line discipline: echo, erasing, Ctrl-C and Ctrl-D on the way in, line ends on the way out. Models the kernel's n_tty in cooked mode

import { ByteQueue } from '../../../kube/streaming/byte-duplex.ts';

const INTERRUPT = '\u0003';
const END = '\u0004';
const ERASE_LINE = '\u0015';
const ERASE_WORD = '\u0017';
const BACKSPACES = new Set(['\u007f', '\b']);

export interface TerminalOptions {
  readonly input: AsyncIterable<Uint8Array>;
  write(data: Uint8Array): void;
  /** Ctrl-C was typed. */
  readonly onInterrupt: () => void;
}

/** Reads from the start, whether anybody asks for lines or not: Ctrl-C has to be seen while a command runs. */
export class CookedTerminal {
  readonly #options: TerminalOptions;
  readonly #typed = new ByteQueue();

  constructor(options: TerminalOptions) {
    this.#options = options;
    void this.#read();
  }

  readonly out = (text: string): void => this.#options.write(Buffer.from(text.replace(/\r?\n/g, '\r\n')));

  /** Whole lines with their ends, until Ctrl-D on an empty one. */
  async *lines(): AsyncGenerator<string> {
    for await (const line of this.#typed) yield Buffer.from(line).toString('utf8');
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let line = '';
    for await (const chunk of this.#options.input)
      for (const char of decoder.decode(chunk, { stream: true })) {
        if (char === '\r' || char === '\n') {
          this.out('\n');
          await this.#typed.push(Buffer.from(`${line}\n`));
          line = '';
        } else if (char === INTERRUPT) {
          this.out('^C\n');
          line = '';
          this.#options.onInterrupt();
        } else if (char === END) {
          if (line === '') return this.#typed.end();
          await this.#typed.push(Buffer.from(line));
          line = '';
        } else if (BACKSPACES.has(char)) line = this.#erase(line, 1);
        else if (char === ERASE_LINE) line = this.#erase(line, line.length);
        else if (char === ERASE_WORD) line = this.#erase(line, line.length - line.trimEnd().replace(/\S+$/, '').length);
        else if (char >= ' ' || char === '\t') {
          line += char;
          this.out(char);
        }
      }
    this.#typed.end();
  }

  #erase(line: string, count: number): string {
    const erased = Math.min(count, line.length);
    this.out('\b \b'.repeat(erased));
    return line.slice(0, line.length - erased);
  }
}
