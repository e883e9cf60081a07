// The variables of a shell: its own, the environment, the special ones; and arithmetic over them.
import type { ProcessIo } from './process-io.ts';

export class ShellVariables {
  readonly #io: ProcessIo;
  readonly #args: readonly string[];
  readonly #variables = new Map<string, string>();
  /** The exit code of the last command: `$?`. */
  status = 0;

  constructor(io: ProcessIo, args: readonly string[]) {
    this.#io = io;
    this.#args = args;
  }

  get(name: string): string | undefined {
    if (name === '?') return String(this.status);
    if (name === '$' || name === '!') return '1';
    if (name === '#') return String(Math.max(0, this.#args.length - 1));
    if (name === '@' || name === '*') return this.#args.slice(1).join(' ');
    if (/^\d$/.test(name)) return this.#args[Number(name)] ?? (name === '0' ? 'sh' : '');
    if (name === 'RANDOM') return String(Math.floor(this.#io.clock.now()) % 32_768);
    return this.#variables.get(name) ?? this.#io.env.get(name) ?? (name === 'HOSTNAME' ? this.#io.hostname : name === 'PWD' ? this.#io.workingDir : undefined);
  }

  set(name: string, value: string): void {
    if (this.#io.env.has(name)) this.#io.env.set(name, value);
    else this.#variables.set(name, value);
  }

  arithmetic(expression: string): number {
    const assigned = /^\s*([A-Za-z_]\w*)\s*([+-])=\s*(.+)$/.exec(expression);
    const tokens =
      (assigned ? `${assigned[1] ?? ''}${assigned[2] ?? ''}(${assigned[3] ?? ''})` : expression).match(/\d+|[A-Za-z_]\w*|[-+*/%()<>]|[<>=!]=/g) ?? [];
    let at = 0;
    const atom = (): number => {
      const token = tokens[at++] ?? '0';
      if (token === '(') {
        const value = sum();
        at += 1;
        return value;
      }
      if (token === '-') return -atom();
      return /^\d/.test(token) ? Number(token) : Number(this.get(token) ?? 0) || 0;
    };
    const product = (): number => {
      let value = atom();
      while (['*', '/', '%'].includes(tokens[at] ?? '')) {
        const op = tokens[at++];
        const right = atom();
        value = op === '*' ? value * right : op === '/' ? Math.trunc(value / (right || 1)) : value % (right || 1);
      }
      return value;
    };
    const sum = (): number => {
      let value = product();
      while (tokens[at] === '+' || tokens[at] === '-') {
        const op = tokens[at++];
        value += op === '+' ? product() : -product();
      }
      return value;
    };
    const value = sum();
    if (assigned?.[1]) this.set(assigned[1], String(value));
    return value;
  }
}
