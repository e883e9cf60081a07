// The port to a Linux host, wherever it is: commands run there by its shell, and nothing else; files go through commands too (host-files.ts).
import type { Readable } from 'node:stream';

export interface CommandResult {
  /** 0–255; 128 + number for one that a signal ended, as shells tell it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Whose rights: the user one logs in as, or root by way of sudo. Left out: the user's. */
  readonly as?: 'user' | 'root';
  /** What the command reads on its standard input; left out, it reads an empty one. A stream is read to its end, with back-pressure. */
  readonly input?: string | Uint8Array | Readable;
  /** Left out: as long as it takes. Rejects with HOST_TIMEOUT and ends the command. */
  readonly timeoutMs?: number;
  /** Ends the command and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of each line of both streams as it arrives, for those who wait. */
  readonly onLine?: (line: string) => void;
}

/** A command that goes on beside others until it is let go: a lock, a watch. */
export interface Held {
  /** What it printed until it was held. */
  readonly said: string;
  /** Resolves with how it ended, whoever ended it: also when the connection broke. */
  readonly ended: Promise<CommandResult>;
  /** Closes its standard input and waits for its end. */
  release(): Promise<void>;
}

export interface Host {
  /** As the cluster file calls it. */
  readonly name: string;
  readonly kind: 'ssh' | 'local';
  /** For people: `debian@192.168.2.11:22`, `this machine`. */
  readonly where: string;
  /**
   * Runs a script by `/bin/sh -c`. Resolves with how it ended, whatever the exit code; rejects with an AppError when it could not be run:
   * HOST_UNREACHABLE, HOST_TIMEOUT, SSH_AUTHENTICATION, HOST_KEY_CHANGED, HOST_KEY_UNKNOWN, NO_SUDO, SUDO_PASSWORD, CONNECTION_LOST,
   * SESSION_REFUSED, HOST_OUTPUT (exit code 5 or 6).
   * The first call connects, and the first after the connection was lost connects again; commands may run at the same time, over SSH four.
   * A script is one argument of a command: longer ones than 100 KiB belong into `input`.
   */
  run(script: string, options?: RunOptions): Promise<CommandResult>;
  /**
   * Starts a script that prints `marker` alone on a line when it holds what it should, and then reads its standard input to the end.
   * Resolves at the marker; rejects with HOLD_REFUSED and what it printed when it ends before.
   * Time limit and signal count until then; what holds counts as one of the commands at the same time.
   */
  hold(script: string, marker: string, options?: Omit<RunOptions, 'input'>): Promise<Held>;
  /** Gives the terminal of this process to a login shell, or to `command`, there; resolves with its exit code. */
  interactive(command?: string): Promise<number>;
  close(): Promise<void>;
}
