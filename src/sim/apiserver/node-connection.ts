// The API server's port to the nodes, for what only a kubelet can answer. The composition fills it.
import type { ByteDuplex } from '../../kube/streaming/byte-duplex.ts';

export interface NodeLogLine {
  readonly atMs: number;
  readonly text: string;
}
export interface NodeLog {
  /** What is kept, oldest first; a text may be a part of a line. */
  readonly lines: readonly NodeLogLine[];
  /** Tells everything from now on; returns the way to stop. */
  follow(follower: (line: NodeLogLine) => void): () => void;
  /** Resolves when nothing more will come. */
  readonly ended: Promise<void>;
}

/** In columns and rows. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The streams of a process that somebody at the other end of a connection works with. */
export interface ProcessStreams {
  /** Undefined for a process that gets no input. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  stdout(data: Uint8Array): void;
  /** With a terminal everything goes to stdout. */
  stderr(data: Uint8Array): void;
  /** Tells of every size of the terminal; returns the way to stop. */
  onResize(listener: (size: TerminalSize) => void): () => void;
  /** Aborts when nobody is there any longer. */
  readonly closed: AbortSignal;
}

export interface ProcessRequest {
  readonly node: string;
  /** As the pod's status has it. */
  readonly containerId: string;
  readonly tty: boolean;
}

/** Calls reject with an Error in the node's own words where it cannot do it. */
export interface NodeConnection {
  /** Undefined when the node no longer has the container. */
  log(node: string, containerId: string): NodeLog | undefined;
  /** Runs a program in a container; resolves with its exit code. */
  exec(request: ProcessRequest & { readonly command: readonly string[] }, streams: ProcessStreams): Promise<number>;
  /** Joins the container's own process; resolves with its exit code, or 0 when the other end has left. */
  attach(request: ProcessRequest, streams: ProcessStreams): Promise<number>;
  /** Opens a connection to a port of a pod. Rejects in the dialer's words. */
  dial(node: string, podUid: string, port: number): Promise<ByteDuplex>;
}
