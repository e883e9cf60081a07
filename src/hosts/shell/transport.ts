// What a host is made of: something that starts a command line by a shell over there, or here. Everything else is the same for all kinds.
import type { Readable, Writable } from 'node:stream';

export interface RunningCommand {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its exit code, once it has ended and both streams have; rejects with CONNECTION_LOST. Both streams have to be read. */
  readonly ended: Promise<number>;
  /** Stops waiting for it; what it started may go on. */
  abandon(): void;
}

export interface Transport {
  /** Starts a line of a POSIX shell. `urgent` does not wait for its turn: for what ends others. Rejects with an AppError. */
  start(commandLine: string, options?: { readonly urgent?: boolean }): Promise<RunningCommand>;
  /** Gives it the terminal; left out, a login shell. */
  interactive(commandLine?: string): Promise<number>;
  close(): Promise<void>;
}
