// A kubectl command is data: how it is called, what its help says, which flags it takes, and what it does.
import { CommandError } from './failures.ts';
import type { FlagSpecs, FlagValues } from './flags/flag.ts';
import type { GivenFlag } from './flags/parse.ts';
import type { Kubectl } from './kubectl.ts';

/** What a command receives of the line it was called with. */
export interface Call<F extends FlagSpecs = FlagSpecs> {
  /** `kubectl rollout status`. */
  readonly path: string;
  readonly args: readonly string[];
  /** How many arguments came before `--`; -1 without one. */
  readonly dash: number;
  readonly flags: FlagValues<F>;
  /** Whether a flag was given, whatever its value; global flags too. */
  changed(flag: string): boolean;
  /** The flags with their values, as they came. */
  readonly given: readonly GivenFlag[];
}

interface FlagFailures {
  readonly exitCode: number;
  readonly hint: string;
}

interface Definition<F extends FlagSpecs> {
  /** Everything behind the path on its usage line: `NODE` for `kubectl cordon NODE [options]`. */
  readonly usage: string;
  /** What it is for, in paragraphs; the summary of the tree where left out. */
  readonly long?: string;
  /** Lines as they are shown: comments and commands. */
  readonly examples?: string;
  readonly flags?: F;
  /** Flags without which it cannot be called. */
  readonly required?: readonly (keyof F & string)[];
  /** Where a flag that is none ends otherwise than for other commands. */
  readonly flagFailures?: FlagFailures;
  /** Exit code after Ctrl-C; 130 for those that the signal ends. */
  readonly interruptedExit?: number;
  /** Resolves with the exit code where it is not 0. */
  readonly run: (call: Call<F>, kubectl: Kubectl) => Promise<number | void>;
}

/** A command with the types of its flags erased, as the tree holds it. */
export interface Command {
  readonly usage: string;
  readonly long: string;
  readonly examples: string;
  readonly flags: FlagSpecs;
  readonly required: readonly string[];
  readonly flagFailures: FlagFailures | undefined;
  readonly interruptedExit: number;
  readonly run: (call: Call, kubectl: Kubectl) => Promise<number | void>;
}

/** Declares a command; the flags that its action reads are typed by its declaration. Resolves with the exit code, 0 when it says none. */
export function defineCommand<const F extends FlagSpecs = Record<never, never>>(definition: Definition<F>): Command {
  return {
    usage: definition.usage,
    long: definition.long ?? '',
    examples: definition.examples ?? '',
    flags: definition.flags ?? {},
    required: definition.required ?? [],
    flagFailures: definition.flagFailures,
    interruptedExit: definition.interruptedExit ?? 130,
    // The parser builds the values from the same declaration, so their type holds.
    run: (call, kubectl) => definition.run(call as unknown as Call<F>, kubectl),
  };
}

/** A failure that sends the person to the help. Models cmdutil.UsageErrorf */
export const usageError = ({ path }: Pick<Call, 'path'>, message: string): CommandError =>
  new CommandError(`${message}\nSee '${path} -h' for help and examples`);
