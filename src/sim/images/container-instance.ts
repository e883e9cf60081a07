// One simulated container: its process, its files, its log, and how it ended.
import type { Clock, Timer } from '../../platform/clock.ts';
import type { ContainerConfig, ExecResult, RuntimeContainer, RuntimeImage } from '../kubelet/ports/container-runtime.ts';
import { ContainerFiles, Killed, type ProcessIo, type SignalTarget } from './commands/process-io.ts';
import type { ImageFacts, ServerProgram } from './image-repository.ts';
import { ByteQueue } from '../../kube/streaming/byte-duplex.ts';
import { NO_INPUT } from './commands/standard-input.ts';
import { runSession, type SessionStreams } from './container-session.ts';
import { ImagePrograms } from './image-programs.ts';

export interface LogLine {
  readonly atMs: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface ContainerParts {
  readonly id: string;
  readonly config: ContainerConfig;
  readonly image: RuntimeImage;
  readonly facts: ImageFacts;
  readonly clock: Clock;
  isPortTaken(port: number, by: ContainerInstance): boolean;
  /** Its state has changed. */
  changed(): void;
}

const LOG_LIMIT = 64 * 1024;
const MESSAGE_LIMIT = 4096;
const MESSAGE_LOG_LIMIT = 2048;
const MESSAGE_LOG_LINES = 80;
const KILLED = 137;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export class ContainerInstance {
  readonly #parts: ContainerParts;
  readonly #files: ContainerFiles;
  readonly #kill = new AbortController();
  readonly #signals: SignalTarget = { handler: undefined };
  readonly #ended = Promise.withResolvers<void>();
  readonly #listening = new Map<number, ServerProgram>();
  #state: RuntimeContainer;
  #log: LogLine[] = [];
  #logSize = 0;
  /** Where it can be typed to. */
  #input: ByteQueue | undefined;
  readonly #followers = new Set<(line: LogLine) => void>();
  #killTimer: Timer | undefined;
  #killAtMs = Number.POSITIVE_INFINITY;

  constructor(parts: ContainerParts, known: Partial<RuntimeContainer> = {}) {
    this.#parts = parts;
    this.#files = new ContainerFiles(parts.config.mounts);
    const { id, config, image } = parts;
    this.#state = Object.freeze({
      id,
      name: config.name,
      podUid: config.pod.uid,
      attempt: config.attempt,
      specImage: config.image,
      image,
      uid: config.uid,
      state: 'created' as const,
      createdAtMs: parts.clock.now(),
      ...known,
    });
    if (this.#state.state === 'exited') this.#ended.resolve();
  }

  get state(): RuntimeContainer {
    return this.#state;
  }
  get config(): ContainerConfig {
    return this.#parts.config;
  }
  get log(): readonly LogLine[] {
    return this.#log;
  }
  /** Tells every line from now on; returns the way to stop. */
  follow(follower: (line: LogLine) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
  /** Resolves when the container has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }
  get isRunning(): boolean {
    return this.#state.state === 'running';
  }
  listener(port: number): ServerProgram | undefined {
    return this.isRunning ? this.#listening.get(port) : undefined;
  }
  file(path: string): string | undefined {
    return this.#files.read(path);
  }
  hasFilesAt(path: string): boolean {
    return this.#parts.config.mounts.some((mount) => mount.path === path);
  }

  /** Throws in runc's words when the command cannot be started. `since` for one that has been running before. */
  start(since?: number): void {
    const argv = commandOf(this.#parts.config, this.#parts.facts);
    const startedAtMs = since ?? this.#parts.clock.now();
    const io = this.#io();
    const run = this.#runFirst(argv, io);
    if (!run) {
      const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${cannotExec(argv[0] ?? '')}`;
      this.#change({ state: 'exited', startedAtMs: 0, finishedAtMs: this.#parts.clock.now(), exitCode: 128, reason: 'StartError', message });
      this.#ended.resolve();
      throw new Error(message);
    }
    this.#change({ state: 'running', startedAtMs });
    void run.then(
      (code) => this.#end(code),
      (error: unknown) => {
        if (!(error instanceof Killed)) {
          io.error(`${error instanceof Error ? error.message : String(error)}\n`);
          this.#end(1);
        } else this.#end(KILLED);
      },
    );
  }

  /** The container's own process: with an input where its configuration says so. */
  #runFirst(argv: readonly string[], io: ProcessIo): Promise<number> | undefined {
    const { stdin, tty } = this.#parts.config;
    const programs = this.#programs();
    if (stdin === 'none' && !tty) return programs.run(argv, io, this.#signals);
    this.#input = stdin === 'none' ? undefined : new ByteQueue();
    return runSession(
      { argv, tty, io, programs, signals: this.#signals },
      {
        stdin: this.#input,
        stdout: (data) => this.#write('stdout', Buffer.from(data).toString('utf8')),
        stderr: (data) => this.#write('stderr', Buffer.from(data).toString('utf8')),
        closed: this.#kill.signal,
      },
    );
  }

  /** Runs a program beside the container's own. Rejects in the runtime's words when it cannot start. */
  async run(command: readonly string[], tty: boolean, streams: SessionStreams): Promise<number> {
    if (!this.isRunning) throw new Error('container is not running');
    const io = { ...this.#io(), env: new Map(this.#environment()) };
    const run = runSession({ argv: command, tty, io, programs: this.#programs(), signals: { handler: undefined } }, streams);
    if (!run)
      throw new Error(
        `failed to exec in container: failed to start exec "${this.#state.id}": OCI runtime exec failed: exec failed: unable to start container process: ${cannotExec(command[0] ?? '')}`,
      );
    return run.catch((error: unknown) => {
      if (error instanceof Killed) return KILLED;
      throw error;
    });
  }

  /** Joins the container's own process; resolves with its exit code, or 0 when the other end has left first. */
  async attach(streams: SessionStreams): Promise<number> {
    if (!this.isRunning) throw new Error('container is not running');
    const leave = this.follow(({ stream, text }) => (stream === 'stdout' ? streams.stdout : streams.stderr)(Buffer.from(text)));
    const left = Promise.withResolvers<void>();
    streams.closed.addEventListener('abort', () => left.resolve(), { once: true });
    if (streams.stdin && this.#input) void this.#type(streams.stdin, this.#input);
    await Promise.race([this.ended, left.promise]);
    leave();
    return this.#state.exitCode ?? 0;
  }

  async #type(from: AsyncIterable<Uint8Array>, input: ByteQueue): Promise<void> {
    for await (const chunk of from) await input.push(chunk);
    if (this.#parts.config.stdin === 'once') input.end();
  }

  /** Resolves when it has ended. */
  async stop(gracePeriodMs: number): Promise<void> {
    if (!this.isRunning) return;
    this.#signals.handler?.('TERM');
    const killAtMs = this.#parts.clock.now() + gracePeriodMs;
    if (killAtMs < this.#killAtMs) {
      this.#killAtMs = killAtMs;
      this.#killTimer?.cancel();
      this.#killTimer = this.#parts.clock.after(gracePeriodMs, () => this.kill());
    }
    await this.#ended.promise;
  }

  kill(): void {
    this.#kill.abort(new Killed());
    if (this.isRunning) this.#end(KILLED);
  }

  async exec(command: readonly string[], timeoutMs: number): Promise<ExecResult> {
    if (!this.isRunning) throw new Error(`rpc error: code = Unknown desc = container is not running`);
    let output = '';
    const over = new AbortController();
    const take = (text: string): void => {
      output += text;
    };
    const io = { ...this.#io(), env: new Map(this.#environment()), killed: AbortSignal.any([this.#kill.signal, over.signal]), out: take, error: take };
    const run = this.#programs().run(command, io, { handler: undefined });
    if (!run)
      throw new Error(
        `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${this.#state.id}": OCI runtime exec failed: exec failed: unable to start container process: ${cannotExec(command[0] ?? '')}`,
      );
    const timeout = Promise.withResolvers<never>();
    const timer =
      timeoutMs > 0
        ? this.#parts.clock.after(timeoutMs, () => {
            over.abort(new Killed());
            timeout.reject(new Error(`command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`));
          })
        : undefined;
    try {
      return { exitCode: await Promise.race([run, timeout.promise]), output };
    } catch (error) {
      if (error instanceof Killed) return { exitCode: KILLED, output };
      throw error;
    } finally {
      timer?.cancel();
    }
  }

  #programs(): ImagePrograms {
    return new ImagePrograms(this.#parts.facts, {
      isTaken: (port) => this.#parts.isPortTaken(port, this),
      listen: (ports, program) => {
        for (const port of ports) this.#listening.set(port, program);
      },
    });
  }

  #end(exitCode: number): void {
    if (!this.isRunning) return;
    this.#killTimer?.cancel();
    this.#kill.abort(new Killed());
    this.#listening.clear();
    const message = this.#terminationMessage(exitCode);
    this.#change({
      state: 'exited',
      finishedAtMs: this.#parts.clock.now(),
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      ...(message ? { message } : {}),
    });
    this.#ended.resolve();
  }

  #terminationMessage(exitCode: number): string | undefined {
    const { terminationMessagePath, terminationMessageFromLog } = this.#parts.config;
    const written = this.#files.read(terminationMessagePath);
    if (written || !terminationMessageFromLog || exitCode === 0) return written?.slice(0, MESSAGE_LIMIT);
    const log = this.#log.map(({ text }) => text).join('');
    return log
      .split('\n')
      .slice(-MESSAGE_LOG_LINES - 1)
      .join('\n')
      .slice(-MESSAGE_LOG_LIMIT);
  }

  #change(change: Partial<RuntimeContainer>): void {
    this.#state = Object.freeze({ ...this.#state, ...change });
    this.#parts.changed();
  }

  #environment(): readonly (readonly [string, string])[] {
    const { env, pod } = this.#parts.config;
    return [['PATH', PATH], ['HOSTNAME', pod.hostname], ...Object.entries(env)];
  }

  #io(): ProcessIo {
    const { config, clock } = this.#parts;
    return {
      clock,
      files: this.#files,
      env: new Map(this.#environment()),
      hostname: config.pod.hostname,
      podIP: config.pod.ip,
      uid: config.uid,
      workingDir: config.workingDir ?? '/',
      stdin: NO_INPUT,
      killed: this.#kill.signal,
      out: (text) => this.#write('stdout', text),
      error: (text) => this.#write('stderr', text),
    };
  }

  #write(stream: LogLine['stream'], text: string): void {
    if (!text) return;
    const line: LogLine = { atMs: this.#parts.clock.now(), stream, text };
    this.#log.push(line);
    for (const follower of this.#followers) follower(line);
    this.#logSize += text.length;
    while (this.#logSize > LOG_LIMIT && this.#log.length > 1) this.#logSize -= this.#log.shift()?.text.length ?? 0;
  }
}

/** Command and arguments of the pod replace entry point and command of the image. */
export function commandOf({ command, args }: ContainerConfig, { repository }: ImageFacts): readonly string[] {
  if (command?.length) return [...command, ...(args ?? [])];
  return [...(repository.entrypoint ?? []), ...(args?.length ? args : (repository.command ?? []))];
}

const cannotExec = (name: string): string =>
  name.includes('/') ? `exec: "${name}": stat ${name}: no such file or directory` : `exec: "${name}": executable file not found in $PATH`;
