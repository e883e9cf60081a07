// This machine as the local providers see it: what runs on it, and its programs; a port, so that tests can have any machine.
import { isOnPath, type ProgramOptions, type ProgramResult, runProgram } from '../../../platform/processes.ts';

export interface MachineRun extends Partial<Pick<ProgramOptions, 'signal' | 'onLine'>> {
  readonly timeoutMs: number;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  has(program: string): Promise<boolean>;
  /** Runs a program to its end; undefined where there is no such program. */
  run(program: string, args: readonly string[], options: MachineRun): Promise<ProgramResult | undefined>;
}

export function thisMachine(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform = process.platform): Machine {
  return {
    platform,
    has: (program) => isOnPath(program, env),
    run: (program, args, { env: more, ...options }) => runProgram(program, args, { ...options, env: { ...env, ...more } }),
  };
}
