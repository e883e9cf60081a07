// What kubectl needs of the machine it runs on; a real one and a simulated host fill it alike. Nothing in this room reaches past it.
import type { TransportOptions } from '../kube/client/http-transport.ts';
import type { Transport } from '../kube/client/transport.ts';
import type { Clock } from '../platform/clock.ts';

export interface OutputStream {
  readonly isTerminal: boolean;
  /** In columns and rows, where it is a terminal. */
  size(): { readonly columns: number; readonly rows: number } | undefined;
  /** Tells of every change of the size; returns the way to stop. */
  onResize(listener: () => void): () => void;
  write(data: string | Uint8Array): void;
  /** Resolves when there is room for more, so that a slow reader holds back whoever has much to say; undefined where there is. */
  room(): Promise<void> | undefined;
}

export interface InputStream {
  readonly isTerminal: boolean;
  /** What is typed or piped in. Whoever stops reading leaves the rest to the next reader. */
  bytes(): AsyncIterable<Uint8Array>;
  /** A terminal that passes on every key as it is typed, without echo; no effect elsewhere. Returns the way back. */
  raw(): () => void;
}

export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  readonly mode: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedMs: number;
}

/** Paths are relative to the working folder. Calls reject with an Error that carries the system's `code` (ENOENT …). */
export interface FileSystem {
  readonly cwd: string;
  /** Follows links. */
  stat(path: string): Promise<FileStatus>;
  /** Does not follow links. */
  lstat(path: string): Promise<FileStatus>;
  read(path: string): Promise<Uint8Array>;
  /** The names in a folder, in order. */
  list(path: string): Promise<readonly string[]>;
  /** Makes or replaces the file. */
  write(path: string, data: string | Uint8Array, mode?: number): Promise<void>;
  /** Makes the folder and those above it. */
  makeFolder(path: string, mode?: number): Promise<void>;
  readLink(path: string): Promise<string>;
  /** Where it lies with all links followed. */
  realPath(path: string): Promise<string>;
  makeLink(target: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file, or a folder with all that is in it; nothing to remove is fine. */
  remove(path: string): Promise<void>;
  /** A new file for passing use, with a number of its own in its name. Resolves with its path. */
  makeTemporaryFile(prefix: string, suffix: string, data: string): Promise<string>;
  /** A new folder for passing use. */
  makeTemporaryFolder(prefix: string): Promise<string>;
}

export interface ProgramOutput {
  /** 128 and the number of the signal for a program that was ended by one. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Programs {
  /** The file that a name stands for on the PATH; undefined without one. */
  find(name: string): Promise<string | undefined>;
  /** All executable files on the PATH whose names begin so, as paths in the order of the PATH. */
  findAll(prefix: string): Promise<readonly string[]>;
  /** Gives the terminal to a program; resolves with its exit code. Rejects when it cannot be started. */
  foreground(program: string, args: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<number>;
  /** Runs a program to its end and collects what it prints. Rejects when it cannot be started. */
  output(
    program: string,
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Readonly<Record<string, string | undefined>> },
  ): Promise<ProgramOutput>;
}

/** One connection that came in at a listener. */
export interface IncomingConnection {
  readonly bytes: AsyncIterable<Uint8Array>;
  write(data: Uint8Array): Promise<void>;
  /** No more will be written. */
  end(): void;
  destroy(): void;
}
export interface Listener {
  readonly address: string;
  readonly port: number;
  close(): void;
}

/** One request that came in over HTTP. */
export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Aborts when who asked has gone. */
  readonly closed: AbortSignal;
}
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Ports {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly files: FileSystem;
  readonly programs: Programs;
  /** Aborts when the person wants to stop (Ctrl-C). */
  readonly interrupted: AbortSignal;
  /** The user's home folder, and the system's word for it: `linux/amd64`. */
  readonly home: string;
  readonly platform: string;
  readonly processId: number;
  /** A whole number from 0, below the limit, that nobody can foretell. */
  random(below: number): number;
  openTransport(options: TransportOptions): Promise<Transport>;
  /** Whether a private key belongs to a certificate, both PEM. */
  compareKeyPair(certificate: Uint8Array, key: Uint8Array): 'fits' | 'bad certificate' | 'bad key' | 'other key' | 'other type';
  /** Port 0 takes any. Rejects with the system's `code` (EADDRINUSE …). */
  listen(address: string, port: number, onConnection: (connection: IncomingConnection) => void): Promise<Listener>;
  /** Answers HTTP at a port, or at a socket file for this user alone. Rejects as `listen` does. */
  serveHttp(at: string | { readonly address: string; readonly port: number }, handle: (request: HttpRequest) => Promise<HttpAnswer>): Promise<Listener>;
}
