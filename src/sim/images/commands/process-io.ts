// What a running command sees of its container: files, environment, output, time, signals.
import type { Clock } from '../../../platform/clock.ts';
import type { StandardInput } from './standard-input.ts';
import type { Mount } from '../../kubelet/ports/container-runtime.ts';

/** The files of a container: its own, and those of the volumes mounted into it. */
export class ContainerFiles {
  readonly #own = new Map<string, string>();
  readonly #mounts: readonly Mount[];

  constructor(mounts: readonly Mount[]) {
    this.#mounts = [...mounts].sort((a, b) => b.path.length - a.path.length);
  }

  read(path: string): string | undefined {
    const { files, key } = this.#locate(path);
    return files.get(key);
  }

  /** False where the volume is mounted read-only. */
  write(path: string, text: string, append = false): boolean {
    const { files, key, readOnly } = this.#locate(path);
    if (readOnly) return false;
    files.set(key, append ? (files.get(key) ?? '') + text : text);
    return true;
  }

  remove(path: string): boolean {
    const { files, key } = this.#locate(path);
    return files.delete(key);
  }

  isDirectory(path: string): boolean {
    const clean = tidy(path);
    return (
      SYSTEM_DIRECTORIES.has(clean) ||
      this.#mounts.some((mount) => tidy(mount.path) === clean || tidy(mount.path).startsWith(`${clean}/`)) ||
      this.list(clean).length > 0
    );
  }

  /** Names directly below a directory. */
  list(path: string): readonly string[] {
    const clean = tidy(path);
    const prefix = clean === '/' ? '/' : `${clean}/`;
    const all = [
      ...this.#own.keys(),
      ...this.#mounts.flatMap((mount) =>
        [...mount.files.keys()].map((key) => `${tidy(mount.path)}/${mount.subPath ? key.slice(mount.subPath.length + 1) : key}`),
      ),
    ];
    return [...new Set(all.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length).split('/')[0] ?? ''))].sort();
  }

  #locate(path: string): { readonly files: Map<string, string>; readonly key: string; readonly readOnly: boolean } {
    const clean = tidy(path);
    for (const { path: at, subPath, files, readOnly } of this.#mounts) {
      const root = tidy(at);
      if (clean === root && subPath) return { files, key: subPath, readOnly };
      if (clean.startsWith(`${root}/`)) return { files, key: (subPath ? `${subPath}/` : '') + clean.slice(root.length + 1), readOnly };
    }
    return { files: this.#own, key: clean, readOnly: false };
  }
}

const SYSTEM_DIRECTORIES: ReadonlySet<string> = new Set([
  '/',
  '/tmp',
  '/etc',
  '/var',
  '/var/log',
  '/usr',
  '/usr/bin',
  '/bin',
  '/home',
  '/root',
  '/opt',
  '/dev',
  '/proc',
  '/sys',
  '/run',
  '/mnt',
  '/srv',
  '/data',
]);
const tidy = (path: string): string =>
  `/${path
    .split('/')
    .filter((part) => part && part !== '.')
    .join('/')}`;

/** Thrown into commands whose container is killed. */
export class Killed extends Error {}

export interface ProcessIo {
  readonly clock: Clock;
  readonly files: ContainerFiles;
  readonly env: Map<string, string>;
  readonly hostname: string;
  readonly podIP: string;
  readonly uid: number;
  readonly workingDir: string;
  readonly stdin: StandardInput;
  /** Aborts, with Killed, when the container is killed. */
  readonly killed: AbortSignal;
  out(text: string): void;
  error(text: string): void;
}

export type SignalName = 'TERM' | 'INT' | 'QUIT' | 'KILL' | 'HUP';
/** Where signals for the container's first process go; the kernel gives it only those it has asked for. */
export interface SignalTarget {
  handler: ((signal: SignalName) => void) | undefined;
}
