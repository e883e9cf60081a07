// The kubelet's port to a container runtime, one per node: images, containers, exec, and who answers on which port.
// Models kubernetes/staging/src/k8s.io/cri-api/pkg/apis/runtime/v1

/** What is mounted into containers: a mutable tree of files by path relative to its root, shared by all who mount it. */
export type VolumeFiles = Map<string, string>;

export interface Mount {
  readonly path: string;
  readonly readOnly: boolean;
  /** Below the volume's root; empty for the whole volume. */
  readonly subPath: string;
  readonly files: VolumeFiles;
}

export interface RuntimeImage {
  /** Normalised name: `docker.io/library/nginx:1.27`. */
  readonly name: string;
  /** `docker.io/library/nginx@sha256:…`, as pods report it in imageID. */
  readonly ref: string;
  readonly sizeBytes: number;
  /** Numeric user that the image asks for; root when 0. */
  readonly uid: number;
}

export interface ContainerConfig {
  readonly pod: {
    readonly uid: string;
    readonly name: string;
    readonly namespace: string;
    readonly hostname: string;
    readonly ip: string;
    readonly hostNetwork: boolean;
  };
  readonly name: string;
  /** Restarts before this one. */
  readonly attempt: number;
  /** As the pod spec names it. */
  readonly image: string;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string | undefined;
  readonly mounts: readonly Mount[];
  readonly ports: readonly number[];
  readonly uid: number;
  /** Its first process can be typed to, as long as the first one who does, or for ever. */
  readonly stdin: 'none' | 'once' | 'open';
  readonly tty: boolean;
  readonly terminationMessagePath: string;
  /** A failed container that left no message tells the end of its log instead. */
  readonly terminationMessageFromLog: boolean;
}

/** A container as the runtime knows it; a frozen snapshot. */
export interface RuntimeContainer {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly podUid: string;
  readonly attempt: number;
  /** As the pod spec named it when the container was created. */
  readonly specImage: string;
  readonly image: RuntimeImage;
  readonly uid: number;
  readonly state: 'created' | 'running' | 'exited';
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly exitCode?: number;
  /** Completed, Error, OOMKilled, StartError. */
  readonly reason?: string;
  /** What was written to the termination message file, or why it did not start. */
  readonly message?: string;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly output: string;
}

/** Who answers probes and lifecycle hooks over the network. Errors are texts as a dialer gives them: `dial tcp 10.244.1.5:80: connect: connection refused`. */
export interface ProbeTarget {
  httpGet(request: {
    readonly podUid: string;
    readonly host: string;
    readonly port: number;
    readonly path: string;
    readonly scheme: 'HTTP' | 'HTTPS';
    readonly timeoutMs: number;
  }): Promise<{ readonly status: number } | { readonly error: string }>;
  connect(request: { readonly podUid: string; readonly host: string; readonly port: number; readonly timeoutMs: number }): Promise<{ readonly error?: string }>;
}

export interface ContainerRuntime extends ProbeTarget {
  /** The image when it is on this machine. `image` is a reference with tag or digest. */
  image(image: string): RuntimeImage | undefined;
  /** Rejects with the registry's words when it does not have the image. */
  pullImage(image: string): Promise<RuntimeImage>;

  /** This and `startContainer` reject with an Error in the runtime's own words, which the kubelet passes on. */
  createContainer(config: ContainerConfig): Promise<RuntimeContainer>;
  /** When it rejects, the container has exited with code 128. */
  startContainer(id: string): Promise<void>;
  /** Asks the container to end and kills it after the grace period; resolves when it has ended. A second call with less time shortens the wait. */
  stopContainer(id: string, gracePeriodMs: number): Promise<void>;
  removeContainer(id: string): void;
  /** Takes over a container that ran before this process began, under its old identity. */
  adoptContainer(config: ContainerConfig, container: Pick<RuntimeContainer, 'id' | 'state' | 'createdAtMs'> & Partial<RuntimeContainer>): void;
  /** All containers of a pod, newest first. */
  containers(podUid: string): readonly RuntimeContainer[];

  /** Runs a command beside the container's own; rejects when it cannot start or takes longer than the timeout (0: none). */
  exec(id: string, command: readonly string[], timeoutMs: number): Promise<ExecResult>;
  /** Told whenever a container of the pod has changed state. One listener: the kubelet. */
  onChange(listener: (podUid: string) => void): void;
}
