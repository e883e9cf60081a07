// Exit codes of the command, one per family of failure.
export const EXIT = {
  ok: 0,
  /** A grade below full marks, or a proof that did not hold. */
  failed: 1,
  usage: 2,
  invalidFile: 3,
  missingPrerequisite: 4,
  remoteCommand: 5,
  timeout: 6,
  bug: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
