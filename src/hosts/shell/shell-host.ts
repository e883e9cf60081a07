// A host over any transport: input, output, time limits, and root by way of sudo are the same here and over SSH.
import { Readable } from 'node:stream';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import { uniqueSuffix } from '../../platform/files.ts';
import type { Asker } from '../asker.ts';
import type { CommandResult, Held, Host, RunOptions } from '../host.ts';
import { endingScript, launch, type RootMeans } from './command-line.ts';
import { Output, type Stream } from './output.ts';
import { Sudo } from './sudo.ts';
import type { RunningCommand, Transport } from './transport.ts';

/** How long ending a command may take; a host that hangs is not waited for. */
const ENDING_MS = 6_000;

export interface ShellHostOptions {
  readonly name: string;
  readonly kind: Host['kind'];
  readonly where: string;
  /** Whom one logs in as. */
  readonly user: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly asker: Asker;
}

/** A command on its way, with what it printed so far. */
interface Launched {
  readonly command: RunningCommand;
  readonly output: Output;
  /** Settles when it ended, or for what ends it early: an input that breaks, too much output, the time limit, the signal. */
  readonly over: Promise<number>;
  /** Time limit and signal no longer end it. */
  release(): void;
}

type Started = Pick<RunOptions, 'timeoutMs' | 'signal' | 'as'> & {
  readonly input: RunOptions['input'] | 'open';
  readonly onLine?: ((line: string, stream: Stream) => void) | undefined;
};

export class ShellHost implements Host {
  readonly name: string;
  readonly kind: Host['kind'];
  readonly where: string;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #sudo: Sudo;

  constructor({ name, kind, where, user, transport, clock, asker }: ShellHostOptions) {
    this.name = name;
    this.kind = kind;
    this.where = where;
    this.#transport = transport;
    this.#clock = clock;
    this.#sudo = new Sudo({ where, user, asker, run: (script, input) => this.run(script, { input }) });
  }

  async run(script: string, { input, onLine, ...options }: RunOptions = {}): Promise<CommandResult> {
    const { output, over } = await this.#launch(script, { ...options, input, onLine });
    const exitCode = await over;
    return { exitCode, stdout: output.text('stdout'), stderr: output.text('stderr') };
  }

  async hold(script: string, marker: string, { onLine, ...options }: Omit<RunOptions, 'input'> = {}): Promise<Held> {
    const isHeld = Promise.withResolvers<void>();
    const launched = await this.#launch(script, {
      ...options,
      input: 'open',
      onLine: (line, stream) => {
        if (stream === 'stdout' && line === marker) isHeld.resolve();
        else onLine?.(line);
      },
    });
    const { command, output, over } = launched;
    const result = (exitCode: number): CommandResult => ({ exitCode, stdout: output.text('stdout'), stderr: output.text('stderr') });
    const first = await Promise.race([isHeld.promise, over.then(result)]);
    if (first) throw refused(this.where, first);
    launched.release();
    const ended = over.then(result, (error: unknown) => {
      const { stdout, stderr } = result(255);
      return { exitCode: 255, stdout, stderr: `${stderr}${error instanceof Error ? error.message : String(error)}\n` };
    });
    const text = output.text('stdout');
    return {
      said: text.slice(0, `\n${text}`.indexOf(`\n${marker}\n`)),
      ended,
      async release() {
        command.stdin.end();
        await ended;
      },
    };
  }

  interactive(command?: string): Promise<number> {
    return this.#transport.interactive(command);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #launch(script: string, { as = 'user', input, timeoutMs, signal, onLine }: Started): Promise<Launched> {
    const token = uniqueSuffix();
    const means = as === 'root' ? await abortable(this.#sudo.means(), signal) : undefined;
    const { commandLine, preamble } = launch(script, token, means);
    const end = (command: RunningCommand): Promise<void> => this.#end(command, token, means);
    const starting = this.#transport.start(commandLine);
    const command = await abortable(starting, signal).catch((error: unknown) => {
      starting.then(end, () => {}); // nobody waits for it any more; when it starts all the same, it is ended
      throw error;
    });

    const early = Promise.withResolvers<never>();
    const output = new Output(command, {
      onLine,
      onTooMuch: () => early.reject(tooMuch(this.where)),
    });
    const onAbort = (): void => early.reject(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });
    let timer: Timer | undefined;
    if (timeoutMs !== undefined) timer = this.#clock.after(timeoutMs, () => early.reject(tooSlow(this.where, script, timeoutMs)));
    const release = (): void => {
      timer?.cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    const source = feed(command, preamble, input, early.reject);
    let isOver = false;
    void command.ended.finally(() => (isOver = true)).catch(() => {}); // `over` tells
    const over = Promise.race([command.ended, early.promise])
      .catch(async (error: unknown) => {
        if (!isOver) await end(command);
        throw error;
      })
      .finally(() => {
        release();
        source?.destroy();
      });
    over.catch(() => {}); // whoever launched it looks at it when it comes to that
    return { command, output, over, release };
  }

  async #end(command: RunningCommand, token: string, means: RootMeans | undefined): Promise<void> {
    const { commandLine, preamble } = launch(endingScript(token), uniqueSuffix(), means);
    const tooLong = Promise.withResolvers<void>();
    const timer = this.#clock.after(ENDING_MS, tooLong.resolve);
    const ending = async (): Promise<void> => {
      const killer = await this.#transport.start(commandLine, { urgent: true });
      killer.stdout.resume();
      killer.stderr.resume();
      killer.stdin.on('error', () => {}); // its end says what happened
      killer.stdin.end(preamble);
      await killer.ended;
    };
    // When the host cannot be told, all that is left is to stop waiting.
    await Promise.race([ending().catch(() => {}), tooLong.promise]);
    timer.cancel();
    command.abandon();
  }
}

/** Gives the command its input; what breaks while it is read ends the command, so that half an input is never taken for the whole. */
function feed({ stdin }: RunningCommand, preamble: string, input: Started['input'], onBroken: (error: unknown) => void): Readable | undefined {
  stdin.on('error', () => {}); // a command may end without having read all
  if (preamble !== '') stdin.write(preamble);
  if (input === 'open') return undefined;
  if (input instanceof Readable) {
    input.on('error', onBroken);
    input.pipe(stdin);
    return input;
  }
  stdin.end(input ?? '');
  return undefined;
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const tooSlow = (where: string, script: string, timeoutMs: number): AppError =>
  new AppError({
    code: 'HOST_TIMEOUT',
    what: `a command on ${where} took longer than ${timeoutMs / 1000} s and was ended`,
    why: `it was: ${script.trim().split('\n')[0]?.slice(0, 200)}`,
    exitCode: EXIT.timeout,
  });

const tooMuch = (where: string): AppError =>
  new AppError({ code: 'HOST_OUTPUT', what: `a command on ${where} printed more than 64 MiB and was ended`, exitCode: EXIT.remoteCommand });

const refused = (where: string, { exitCode, stdout, stderr }: CommandResult): AppError =>
  new AppError({
    code: 'HOLD_REFUSED',
    what: `what should have been held on ${where} was not`,
    why: `${stdout}${stderr}`.trim() || `the command ended with exit code ${exitCode} and printed nothing`,
    exitCode: EXIT.remoteCommand,
  });
