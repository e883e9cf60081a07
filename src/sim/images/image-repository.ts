// What a simulated image repository is, as data: which tags exist, how large the image is, what runs in it.

/** How a program that serves behaves. */
export interface ServerProgram {
  /** As it names itself in answers; nginx where left out. */
  readonly name?: string;
  /** Of its own page. */
  readonly title?: string;
  /** Ports it listens on when nothing else is asked for. */
  readonly ports: readonly number[];
  /** Paths that answer 200, by port; `'any'` for all. Ports that are left out do not speak HTTP. */
  readonly http?: Readonly<Record<number, readonly string[] | 'any'>>;
  readonly tls?: readonly number[];
  /** Files below this directory are served as well. */
  readonly webRoot?: string;
  /** Exit code after a polite signal; left out: it ignores the signal and has to be killed. */
  readonly stopCode?: number;
  /** Until it listens; default 20. */
  readonly readyAfterMs?: number;
  /** It ends at once unless one of these variables is set. */
  readonly needsEnv?: { readonly anyOf: readonly string[]; readonly exitCode: number; readonly complaint: string };
  readonly greeting?: readonly string[];
}

/** `none` for images without a shell. */
export type BaseSystem = 'none' | 'busybox' | 'alpine' | 'debian';

export interface ImageRepository {
  /** Normalised, without tag: `docker.io/library/nginx`. */
  readonly name: string;
  /** Matches whole tags. */
  readonly tags: RegExp;
  /** Compressed, in units of 10⁶ bytes. */
  readonly sizeMb: number;
  readonly base: BaseSystem;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** Beyond what the base system has. */
  readonly servers?: Readonly<Record<string, ServerProgram>>;
  /** Programs that print these lines and end well. */
  readonly tools?: Readonly<Record<string, readonly string[]>>;
  /** Numeric user; default root. */
  readonly uid?: number;
}

/** An image with a tag. */
export interface ImageFacts {
  readonly repository: ImageRepository;
  readonly base: BaseSystem;
  readonly sizeBytes: number;
  readonly digest: string;
}
