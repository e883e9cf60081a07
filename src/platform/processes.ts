// Processes of the real machine: background servers that tell when they are ready, programs run in the foreground, and their end.
import { spawn } from 'node:child_process';
import { access, constants, open } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { AppError, messageOf } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { type Clock, type Timer, delay } from './clock.ts';
import { errnoOf, fileError } from './files.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const LOOK_AGAIN_MS = 10;
const FAILED_GRACE_MS = 2_000;

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Its output is appended here. */
  readonly logFile: string;
  readonly signal?: AbortSignal;
  readonly clock: Clock;
  /** How long it may take to be ready. */
  readonly timeoutMs: number;
}

/** What a background server says to whoever started it; exactly one `ready` or `failed`, any number of `progress` before. */
export type ServerMessage =
  { readonly type: 'progress'; readonly detail: string } | { readonly type: 'ready' } | { readonly type: 'failed'; readonly error: ServerFailure };
export interface ServerFailure {
  readonly code: string;
  readonly what: string;
  readonly why?: string;
  readonly next: readonly string[];
  readonly exitCode: number;
  /** For the log of a failure that nobody foresaw: the error with its stack. */
  readonly detail?: string;
}

/**
 * Starts a program in a session of its own and resolves once it says `ready` over its IPC channel; from then on it lives without us.
 * Rejects with what it says in `failed`, or when it ends before; after an abort it is ended first.
 */
export async function startServer(command: ServerCommand, onProgress: (detail: string) => void): Promise<ProcessIdentity> {
  const log = await open(command.logFile, 'a', 0o600).catch((error: unknown) => {
    throw fileError('write', command.logFile, error);
  });
  const child = spawn(command.program, [...command.args], {
    cwd: command.cwd,
    env: { ...command.env },
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`));
    child.once('error', (error) => resolve(messageOf(error)));
  });
  let lastSaid = '';
  let timer: Timer | undefined;
  const readiness = new Promise<void>((resolve, reject) => {
    child.on('message', (message: ServerMessage) => {
      if (message.type === 'progress') onProgress((lastSaid = message.detail));
      else if (message.type === 'ready') resolve();
      else reject(failureOf(message.error));
    });
    ended.then((how) => reject(new AppError({ code: 'SERVER_ENDED', what: 'the background process did not start', why: how, exitCode: EXIT.bug })), reject);
    timer = command.clock.after(command.timeoutMs, () =>
      reject(
        new AppError({
          code: 'SERVER_SLOW',
          what: `the background process was not ready within ${command.timeoutMs / 1000} s`,
          ...(lastSaid ? { why: `it was ${lastSaid}` } : {}),
          exitCode: EXIT.timeout,
        }),
      ),
    );
    command.signal?.addEventListener('abort', () => reject(command.signal?.reason as Error), { once: true });
    if (command.signal?.aborted) reject(command.signal.reason as Error);
  });
  try {
    await readiness;
  } catch (error) {
    // One that has told why it fails is about to end by itself, and may still be writing its log.
    if (!command.signal?.aborted && !(error instanceof AppError && error.code === 'SERVER_SLOW'))
      await Promise.race([ended, delay(command.clock, FAILED_GRACE_MS)]);
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      child.kill('SIGKILL');
      await ended;
    }
    throw error;
  } finally {
    timer?.cancel();
    await log.close();
    if (child.connected) child.disconnect();
    child.unref();
  }
  const identity = child.pid === undefined ? undefined : await identify(child.pid);
  if (!identity) throw new AppError({ code: 'SERVER_ENDED', what: 'the background process ended as soon as it was ready' });
  return identity;
}

function failureOf({ detail, exitCode, ...fields }: ServerFailure): AppError {
  return new AppError({ ...fields, exitCode: knownExitCode(exitCode), ...(detail === undefined ? {} : { cause: detail }) });
}

const knownExitCode = (code: number): (typeof EXIT)[keyof typeof EXIT] => Object.values(EXIT).find((known) => known === code) ?? EXIT.bug;

/** The server's side of `startServer`: how it reports; `onOrphaned` runs when the starter goes away before it was told. */
export function reportToStarter(onOrphaned: () => void): { progress(detail: string): void; ready(): void; failed(error: ServerFailure): Promise<void> } {
  let told = false;
  const send = (message: ServerMessage): Promise<void> =>
    new Promise((resolve) => {
      if (process.send && process.connected) process.send(message, undefined, undefined, () => resolve());
      else resolve();
    });
  const onDisconnect = (): void => {
    if (!told) onOrphaned();
  };
  process.once('disconnect', onDisconnect);
  return {
    progress: (detail) => void send({ type: 'progress', detail }),
    ready() {
      told = true;
      void send({ type: 'ready' });
    },
    async failed(error) {
      told = true;
      await send({ type: 'failed', error });
    },
  };
}

/** Asks a process to end, and ends it by force when it has not within `graceMs`. Resolves when it is gone; false if force was needed. */
export async function terminate(identity: ProcessIdentity, { clock, graceMs }: { readonly clock: Clock; readonly graceMs: number }): Promise<boolean> {
  if (!(await isAlive(identity))) return true;
  signalProcess(identity.pid, 'SIGTERM');
  const until = clock.now() + graceMs;
  while (await isAlive(identity)) {
    if (clock.now() >= until) {
      signalProcess(identity.pid, 'SIGKILL');
      while (await isAlive(identity)) await delay(clock, LOOK_AGAIN_MS);
      return false;
    }
    await delay(clock, LOOK_AGAIN_MS);
  }
  return true;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return; // ended on its own in between
    throw new AppError({
      code: 'SIGNAL_REFUSED',
      what: `cannot end process ${pid}`,
      why: messageOf(error),
      next: ['it belongs to another user: end it as that user'],
      exitCode: EXIT.missingPrerequisite,
      cause: error,
    });
  }
}

/** Whether a program of that name could be run. */
export async function isOnPath(program: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const isThere = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** Ends the program; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of each line of both streams as it arrives, for those who wait. */
  readonly onLine?: (line: string) => void;
}

/** Runs a program to its end and collects what it prints; undefined when there is no such program. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { env, timeoutMs, signal, onLine }: ProgramOptions,
): Promise<ProgramResult | undefined> {
  const { execa } = await import('execa');
  const running = execa(program, args, {
    env: { ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (onLine)
    for (const stream of [running.stdout, running.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = `${rest}${chunk}`.split(/\r?\n|\r/);
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
    }
  const result = await running;
  if (signal?.aborted) throw signal.reason;
  if (result.code === 'ENOENT') return undefined;
  return { exitCode: result.exitCode ?? EXIT.timeout, stdout: result.stdout, stderr: result.stderr };
}

/** Gives the terminal to a program and resolves with its exit code (128 + number of the signal that ended it). When `signal` aborts, it is hung up on. */
export async function runInForeground(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<number> {
  const { execa } = await import('execa');
  const { constants: numbers } = await import('node:os');
  const ending = signal ? { cancelSignal: signal, killSignal: 'SIGHUP' as const } : {}; // an interactive shell ignores SIGTERM
  const result = await execa(program, args, { env: { ...env }, extendEnv: false, reject: false, stdio: 'inherit', ...ending });
  if (result.code === 'ENOENT' || result.code === 'EACCES')
    throw new AppError({
      code: 'PROGRAM_NOT_FOUND',
      what: `cannot run ${program}`,
      ...(result.shortMessage ? { why: result.shortMessage } : {}),
      next: ['check the SHELL variable: echo $SHELL'],
      exitCode: EXIT.missingPrerequisite,
    });
  return result.exitCode ?? 128 + (result.signal ? numbers.signals[result.signal] : 0);
}
