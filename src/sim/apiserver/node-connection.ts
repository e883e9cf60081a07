// The API server's port to the nodes, for what only a kubelet can answer. The composition fills it.

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

export interface NodeConnection {
  /** By node name and container id as the pod's status has it; undefined when the node no longer has it. */
  log(node: string, containerId: string): NodeLog | undefined;
}
