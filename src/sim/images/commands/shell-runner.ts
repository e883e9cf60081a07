// Runs what shell-syntax has parsed. Loops that take no time are slowed down, so that a busy container cannot hold the process.
import { delay } from '../../../platform/clock.ts';
import type { ProcessIo, SignalName, SignalTarget } from './process-io.ts';
import { textInput } from './standard-input.ts';
import { Exit, LoopJump } from './shell-jumps.ts';
import { folderFor, isStandard, ShellReads, writerTo } from './shell-builtins.ts';
import { ShellVariables } from './shell-variables.ts';
import { type Command, parseShell, type Pipeline, type Redirect, type Script, ShellSyntaxError, type Statement, type Word } from './shell-syntax.ts';

/** Programs that a shell can find. */
export interface ProgramHost {
  /** Undefined when there is no such program. */
  run(argv: readonly string[], io: ProcessIo, signals: SignalTarget): Promise<number> | undefined;
}

const IDLE_LOOP_MS = 100;
const NOT_FOUND = 127;

/** Runs `sh -c text`; the exit code of the last command. */
export async function runShell(text: string, io: ProcessIo, host: ProgramHost, signals: SignalTarget, args: readonly string[] = []): Promise<number> {
  let script: Script;
  try {
    script = parseShell(text);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    io.error(`sh: syntax error: ${error.message}\n`);
    return 2;
  }
  const shell = new Shell(io, host, signals, args);
  // A single command takes the shell's place, and with it the signals.
  const [only, ...rest] = script;
  const [command, ...piped] = only?.first.commands ?? [];
  if (only && !rest.length && !only.rest.length && !piped.length && !only.background && command?.kind === 'simple') return shell.whole(script, true);
  return shell.whole(script, false);
}

/** A shell that is told one line after the other; variables and traps last. */
export class Shell {
  readonly #host: ProgramHost;
  readonly #signals: SignalTarget;
  readonly #io: ProcessIo;
  readonly #variables: ShellVariables;
  readonly #jobs: Promise<unknown>[] = [];
  readonly #traps = new Map<string, string>();
  readonly #reads = new ShellReads();
  /** Where `cd` went. */
  #workingDir: string | undefined;
  #exitOnError = false;
  #replaces = false;
  #trapped: string | undefined;
  #interrupt: (() => void) | undefined;

  constructor(io: ProcessIo, host: ProgramHost, signals: SignalTarget, args: readonly string[]) {
    this.#io = io;
    this.#host = host;
    this.#signals = signals;
    this.#variables = new ShellVariables(io, args);
  }

  async whole(script: Script, replaces: boolean): Promise<number> {
    this.#replaces = replaces;
    try {
      const status = await this.#script(script, this.#io);
      await this.#runTrap('EXIT');
      return status;
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      await this.#runTrap('EXIT').catch(() => undefined);
      return error.code;
    }
  }

  /** Runs what a person has typed; tells the exit code once the shell has ended. */
  async line(text: string): Promise<{ readonly exited: number | undefined }> {
    let script: Script;
    try {
      script = parseShell(text);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      this.#io.error(`sh: syntax error: ${error.message}\n`);
      return { exited: undefined };
    }
    try {
      const before = this.#variables.status;
      if (script.length) await this.#script(script, this.#io);
      else this.#variables.status = before;
      return { exited: undefined };
    } catch (error) {
      if (error instanceof Exit) return { exited: error.code };
      throw error;
    }
  }

  async #script(script: Script, io: ProcessIo): Promise<number> {
    this.#variables.status = 0;
    for (const statement of script) {
      if (statement.background) {
        this.#jobs.push(this.#statement(statement, io).catch(() => undefined));
        continue;
      }
      this.#variables.status = await this.#statement(statement, io);
      if (this.#trapped !== undefined) {
        const text = this.#trapped;
        this.#trapped = undefined;
        await this.#script(parseShell(text), io);
      }
      if (this.#exitOnError && this.#variables.status !== 0 && !statement.rest.length) throw new Exit(this.#variables.status);
    }
    return this.#variables.status;
  }

  async #statement({ first, rest }: Statement, io: ProcessIo): Promise<number> {
    let status = await this.#pipeline(first, io);
    for (const [joint, pipeline] of rest) {
      if ((joint === '&&') !== (status === 0)) continue;
      this.#variables.status = status;
      status = await this.#pipeline(pipeline, io);
    }
    return status;
  }

  async #pipeline({ negated, commands }: Pipeline, io: ProcessIo): Promise<number> {
    let { stdin } = io;
    let status = 0;
    for (const [index, command] of commands.entries()) {
      const next = commands[index + 1];
      let buffer = '';
      const tee = next ? await this.#teeTarget(next, io) : undefined;
      const write = tee
        ? (text: string): void => {
            for (const file of tee) io.files.write(file, text, true);
            io.out(text);
          }
        : (text: string): void => {
            buffer += text;
          };
      status = await this.#command(command, next ? { ...io, stdin, out: write } : { ...io, stdin });
      if (tee) break;
      stdin = textInput(buffer);
    }
    return negated ? (status === 0 ? 1 : 0) : status;
  }

  /** `… | tee file` passes on what comes, while it comes. */
  async #teeTarget(command: Command, io: ProcessIo): Promise<readonly string[] | undefined> {
    if (command.kind !== 'simple') return undefined;
    const words = (await Promise.all(command.words.map((word) => this.#expand(word, io)))).flat();
    return words[0] === 'tee' ? words.slice(1).filter((word) => !word.startsWith('-')) : undefined;
  }

  async #command(command: Command, outer: ProcessIo): Promise<number> {
    const here = this.#workingDir === undefined ? outer : { ...outer, workingDir: this.#workingDir };
    const io = await this.#redirected('redirects' in command ? command.redirects : [], here);
    if (!io) return 1;
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, io);
      case 'group':
        return command.isSubshell ? this.#subshell(command.body, io) : this.#script(command.body, io);
      case 'if':
        for (const [condition, body] of command.branches) if ((await this.#condition(condition, io)) === 0) return this.#script(body, io);
        return command.otherwise ? this.#script(command.otherwise, io) : 0;
      case 'loop': {
        let status = 0;
        await this.#loop(io, async () => {
          if (((await this.#condition(command.condition, io)) === 0) === command.until) return false;
          status = await this.#script(command.body, io);
          return true;
        });
        return status;
      }
      case 'for': {
        const values = (await Promise.all(command.words.map((word) => this.#expand(word, io)))).flat();
        let at = 0;
        await this.#loop(io, async () => {
          const value = values[at++];
          if (value === undefined) return false;
          this.#variables.set(command.name, value);
          await this.#script(command.body, io);
          return true;
        });
        return this.#variables.status;
      }
    }
  }

  /** `exit` ends only what is in the parentheses. */
  async #subshell(script: Script, io: ProcessIo): Promise<number> {
    const before = this.#workingDir;
    try {
      return await this.#script(script, io);
    } catch (error) {
      if (error instanceof Exit) return error.code;
      throw error;
    } finally {
      this.#workingDir = before;
    }
  }

  /** A command whose failure is an answer, not an error. */
  async #condition(script: Script, io: ProcessIo): Promise<number> {
    const strict = this.#exitOnError;
    this.#exitOnError = false;
    try {
      return await this.#script(script, io);
    } finally {
      this.#exitOnError = strict;
    }
  }

  async #loop(io: ProcessIo, turn: () => Promise<boolean>): Promise<void> {
    for (let turns = 0; ; turns++) {
      const startedAtMs = io.clock.now();
      try {
        if (!(await turn())) return;
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error;
        if (error.kind === 'break') return;
      }
      // A turn that waited for nothing held everybody else up: the others come first, whatever time it took.
      if (turns > 20) await delay(io.clock, io.clock.now() === startedAtMs ? IDLE_LOOP_MS : 1, io.killed);
    }
  }

  async #simple({ assignments, words }: Extract<Command, { kind: 'simple' }>, io: ProcessIo): Promise<number> {
    const argv = (await Promise.all(words.map((word) => this.#expand(word, io)))).flat();
    const assigned = await Promise.all(
      assignments.map(async ([name, word]): Promise<[string, string]> => [name, (await this.#expand(word, io, false)).join(' ')]),
    );
    const [name, ...args] = argv;
    if (name === undefined) {
      for (const [key, value] of assigned) this.#variables.set(key, value);
      return 0;
    }
    const builtin = this.#builtin(name, args, io);
    if (builtin !== undefined) return builtin;
    const env = assigned.length ? new Map([...io.env, ...assigned]) : io.env;
    const run = this.#host.run(argv, { ...io, env }, this.#replaces ? this.#signals : { handler: undefined });
    if (run) return run;
    io.error(`sh: ${name}: not found\n`);
    return NOT_FOUND;
  }

  #builtin(name: string, args: readonly string[], io: ProcessIo): number | Promise<number> | undefined {
    switch (name) {
      case ':':
        return 0;
      case 'exit':
      case 'return':
        throw new Exit(args[0] === undefined ? this.#variables.status : Number(args[0]) & 255);
      case 'break':
      case 'continue':
        throw new LoopJump(name);
      case 'cd':
        return this.#changeFolder(args[0] ?? io.env.get('HOME') ?? '/', io);
      case 'read':
        return this.#reads.into(args, io, this.#variables);
      case 'umask':
      case 'ulimit':
        return 0;
      case 'unset':
      case 'shift':
      case 'source':
      case '.':
      case 'local':
        io.error(`sh: ${name}: not simulated in this version\n`);
        return 1;
      case 'set':
        this.#exitOnError ||= args.some((arg) => /^-[a-z]*e/.test(arg));
        return 0;
      case 'export':
        for (const arg of args) {
          const [key = '', value] = arg.split(/=(.*)/s);
          io.env.set(key, value ?? this.#variables.get(key) ?? '');
        }
        return 0;
      case 'trap':
        this.#trap(args);
        return 0;
      case 'wait':
        return this.#wait();
      case 'exec':
        return (this.#host.run(args, io, this.#signals) ?? Promise.resolve(NOT_FOUND)).then((code) => {
          throw new Exit(code);
        });
      default:
        return undefined;
    }
  }

  #changeFolder(to: string, io: ProcessIo): number {
    const folder = folderFor(to, io);
    this.#workingDir = folder ?? this.#workingDir;
    return folder === undefined ? 2 : 0;
  }

  #trap([text = '', ...signals]: readonly string[]): void {
    for (const signal of signals) this.#traps.set(signal.replace(/^SIG/, ''), text);
    this.#signals.handler = (signal: SignalName) => {
      const handler = this.#traps.get(signal) ?? this.#traps.get({ TERM: '15', INT: '2', HUP: '1', QUIT: '3', KILL: '9' }[signal]);
      if (handler === undefined) return;
      this.#trapped = handler;
      this.#interrupt?.();
    };
  }

  async #runTrap(name: string): Promise<void> {
    const text = this.#traps.get(name);
    this.#traps.delete(name);
    if (text) await this.#script(parseShell(text), this.#io);
  }

  async #wait(): Promise<number> {
    await Promise.race([
      Promise.all(this.#jobs),
      new Promise<void>((resolve) => {
        this.#interrupt = resolve;
      }),
    ]);
    this.#interrupt = undefined;
    return 0;
  }

  async #redirected(redirects: readonly Redirect[], io: ProcessIo): Promise<ProcessIo | undefined> {
    let result = io;
    for (const { kind, descriptors, target } of redirects) {
      const name = (await this.#expand(target, io, false)).join('');
      if (kind === '>&') {
        const write = name === '2' ? result.error : result.out;
        result = descriptors.includes(2) ? { ...result, error: write } : { ...result, out: write };
        continue;
      }
      const path = name.startsWith('/') ? name : `${io.workingDir.replace(/\/$/, '')}/${name}`;
      if (kind === '<') {
        result = { ...result, stdin: textInput(io.files.read(path) ?? '') };
        continue;
      }
      const write = writerTo(path, result);
      if (kind === '>' && !isStandard(path) && !io.files.write(path, '')) {
        io.error(`sh: can't create ${name}: Read-only file system\n`);
        return undefined;
      }
      if (descriptors.includes(1)) result = { ...result, out: write };
      if (descriptors.includes(2)) result = { ...result, error: write };
    }
    return result;
  }

  /** The words that a word becomes: unquoted expansions fall apart at blanks. */
  async #expand(word: Word, io: ProcessIo, splits = true): Promise<string[]> {
    const words: string[] = [];
    let current: string | undefined;
    for (const part of word) {
      if (part.kind === 'text') {
        current = (current ?? '') + part.text;
        continue;
      }
      const value =
        part.kind === 'variable'
          ? this.#variables.get(part.name) || (part.fallback ?? '')
          : part.kind === 'arithmetic'
            ? String(this.#variables.arithmetic(part.expression))
            : await this.#output(part.script, io);
      if (part.kind === 'arithmetic' || part.quoted || !splits) {
        current = (current ?? '') + value;
        continue;
      }
      const pieces = value.split(/\s+/);
      const [first = '', ...rest] = pieces;
      if (first || current !== undefined) current = (current ?? '') + first;
      for (const piece of rest) {
        if (current !== undefined) words.push(current);
        current = piece || undefined;
      }
    }
    if (current !== undefined) words.push(current);
    return words;
  }

  async #output(script: Script, io: ProcessIo): Promise<string> {
    let text = '';
    const status = this.#variables.status;
    await this.#script(script, {
      ...io,
      out: (more) => {
        text += more;
      },
    });
    this.#variables.status = status;
    return text.replace(/\n+$/, '');
  }
}
