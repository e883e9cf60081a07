// The one error family that reaches a person: what failed, why, and what to do next.
import { EXIT, type ExitCode } from './exit-codes.ts';

export interface AppErrorFields {
  /** Stable identifier such as `CLUSTER_NOT_FOUND`; shown in brackets and in `--json`. */
  readonly code: string;
  readonly what: string;
  readonly why?: string;
  /** Commands or steps to try, most helpful first. */
  readonly next?: readonly string[];
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

export class AppError extends Error {
  readonly code: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly next: readonly string[];
  readonly exitCode: ExitCode;

  constructor({ code, what, why, next = [], exitCode = EXIT.bug, cause }: AppErrorFields) {
    super(why ? `${what}: ${why}` : what, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.what = what;
    this.why = why;
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
