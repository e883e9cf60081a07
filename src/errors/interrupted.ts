// Thrown when a person or the system asks the command to stop: not a failure, so it carries only the exit code.

/** 128 plus the signal's number, as shells report it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type StopSignal = keyof typeof EXIT_CODES;

export class Interrupted extends Error {
  readonly exitCode: number;
  readonly signal: StopSignal;

  constructor(signal: StopSignal = 'SIGINT') {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
    this.exitCode = EXIT_CODES[signal];
  }
}
