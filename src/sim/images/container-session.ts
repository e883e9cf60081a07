// A program that somebody runs in a container, or joins there: its terminal, its input, its end.
import { ByteQueue } from '../../kube/streaming/byte-duplex.ts';
import { CookedTerminal } from './commands/terminal.ts';
import { runInteractively } from './commands/interactive-shell.ts';
import { Killed, type ProcessIo, type SignalTarget } from './commands/process-io.ts';
import { NO_INPUT, type StandardInput } from './commands/standard-input.ts';
import type { ImagePrograms } from './image-programs.ts';

/** The far ends of a program's streams. */
export interface SessionStreams {
  /** Undefined for a program that gets no input. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  stdout(data: Uint8Array): void;
  stderr(data: Uint8Array): void;
  /** Aborts when nobody is there any longer. */
  readonly closed: AbortSignal;
}

export interface Session {
  readonly argv: readonly string[];
  readonly tty: boolean;
  /** Without its streams. */
  readonly io: ProcessIo;
  readonly programs: ImagePrograms;
  readonly signals: SignalTarget;
}

/** Undefined when there is no such program. Resolves with the exit code; rejects with Killed when it was ended from outside. */
export function runSession({ argv, tty, io: base, programs, signals }: Session, streams: SessionStreams): Promise<number> | undefined {
  let interrupted = new AbortController();
  const onInterrupt = (): void => {
    interrupted.abort(new Killed());
    interrupted = new AbortController();
    signals.handler?.('INT');
  };
  const input = streams.stdin;
  const terminal = tty ? new CookedTerminal({ input: input ?? new ByteQueue(), write: (data) => streams.stdout(data), onInterrupt }) : undefined;
  const stdin: StandardInput = input === undefined ? NO_INPUT : terminal ? terminal.lines() : decoded(input);
  const io: ProcessIo = {
    ...base,
    stdin,
    out: terminal?.out ?? ((text) => streams.stdout(Buffer.from(text))),
    error: terminal?.out ?? ((text) => streams.stderr(Buffer.from(text))),
    // Read anew for each command: Ctrl-C ends the one that runs, and no later one.
    get killed() {
      return AbortSignal.any([base.killed, streams.closed, interrupted.signal]);
    },
  };
  if (input === undefined || !programs.isShellAlone(argv)) return programs.run(argv, io, signals);
  return runInteractively({ io, host: programs, signals, lines: linesOf(stdin), prompt: tty ? programs.promptFor(io) : '' });
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
}

/** The commands that are typed: a line that ends in a backslash, or within quotes or a block, goes on. */
async function* linesOf(input: StandardInput): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of input) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line;
  }
  if (rest) yield rest;
}
