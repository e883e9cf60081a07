// What is broken on purpose is mended, whatever happens in between: an abort, a host that does not answer, a bug.
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Fault } from './faults.ts';

export interface Breaking<T> {
  /** Runs a script on the host as root; not ended by an abort of the drill. */
  run(script: string, doing: 'break' | 'mend'): Promise<unknown>;
  /** What is done while it is broken. */
  work(): Promise<T>;
}

/** Resolves with what `work` found, when all is mended again. Rejects with NOT_MENDED where that was not possible. */
export async function whileBroken<T>({ says, breaks, mends }: Fault, host: string, { run, work }: Breaking<T>): Promise<T> {
  const mend = async (): Promise<void> => {
    if (mends === undefined) return;
    try {
      await run(mends, 'mend');
    } catch (error) {
      throw new AppError({
        code: 'NOT_MENDED',
        what: `${host} is still broken: ${says}`,
        why: messageOf(error),
        next: [`mend it: ckadet cluster ssh ${host}, then: sudo ${mends}`],
        exitCode: EXIT.remoteCommand,
        cause: error,
      });
    }
  };
  let found: T;
  try {
    // Also a command that failed, or whose answer was lost, may have broken it.
    await run(breaks, 'break');
    found = await work();
  } catch (error) {
    await mend();
    throw error;
  }
  await mend();
  return found;
}
