// A shell that somebody types into: a prompt, one line after the other, until `exit` or the end of the input.
import { Killed, type ProcessIo, type SignalTarget } from './process-io.ts';
import { Shell, type ProgramHost } from './shell-runner.ts';

export interface InteractiveShell {
  readonly io: ProcessIo;
  readonly host: ProgramHost;
  readonly signals: SignalTarget;
  readonly lines: AsyncIterable<string>;
  /** Empty where nobody sees it. */
  readonly prompt: string;
}

/** Resolves with the exit code. */
export async function runInteractively({ io, host, signals, lines, prompt }: InteractiveShell): Promise<number> {
  const shell = new Shell(io, host, signals, []);
  io.out(prompt);
  for await (const line of lines) {
    const { exited } = await shell.line(line).catch((error: unknown) => {
      // Ctrl-C ends the command, not the shell; a container that is killed ends both.
      if (!(error instanceof Killed) || io.killed.aborted) throw error;
      return { exited: undefined };
    });
    if (exited !== undefined) return exited;
    io.out(prompt);
  }
  io.out(prompt ? '\n' : '');
  return 0;
}
