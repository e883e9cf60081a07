// A command is data: what it is called with, what its help says, and what it does. Parsing, help and completion derive from it.
import type { CommandContext } from './context.ts';

export interface ArgumentSpec {
  readonly summary: string;
  readonly required?: boolean;
  /** Takes all remaining words; allowed on the last argument only. */
  readonly variadic?: boolean;
  readonly choices?: readonly string[];
  /** Used when the word is left out; shown in the help. */
  readonly preset?: string;
  readonly completes?: Completes;
}

export interface OptionSpec {
  readonly summary: string;
  readonly short?: string;
  /** The placeholder of its value, `count` for `--workers <count>`; an option without one is a switch. */
  readonly value?: string;
  /** Turns the text into the value; throws an Error whose message says what is expected. */
  readonly parse?: (text: string) => unknown;
  /** The text used when the option is left out; shown in the help. */
  readonly preset?: string;
  readonly completes?: Completes;
  readonly hidden?: boolean;
}

/** What the shell offers for a word. */
export type Completes = 'clusters' | 'simulated' | 'made' | 'contexts' | 'files' | 'labs' | 'checks';

export interface Example {
  readonly command: string;
  readonly says: string;
}

type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>;
type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type ArgumentValue<A extends ArgumentSpec> = A extends { readonly variadic: true }
  ? readonly string[]
  : A extends { readonly required: true } | { readonly preset: string }
    ? string
    : string | undefined;
type OptionValue<O extends OptionSpec> = O extends { readonly value: string }
  ? (O extends { readonly parse: (text: string) => infer V } ? V : string) | (O extends { readonly preset: string } ? never : undefined)
  : boolean;

/** What the action receives: one property per argument and option, named as declared. */
export type Input<A extends ArgumentSpecs, O extends OptionSpecs> = { readonly [K in keyof A]: ArgumentValue<A[K]> } & {
  readonly [K in keyof O]: OptionValue<O[K]>;
};

/** Resolves with the exit code, 0 when it says none; failures are thrown as AppError. */
type Result = Promise<number | void>;

interface Definition<A extends ArgumentSpecs, O extends OptionSpecs> {
  /** Paragraphs below the summary, separated by empty lines. */
  readonly description: string;
  /** In order; the key is the name the action reads, shown in capitals. */
  readonly arguments?: A;
  /** The key is the long option in kebab-case as typed: `dry-run` for `--dry-run`. */
  readonly options?: O;
  readonly examples: readonly Example[];
  /** Commands that usually come after this one. */
  readonly next?: readonly Example[];
  readonly run: (input: Input<A, O>, context: CommandContext) => Result;
}

/** A command with its types erased, as the tree holds it. */
export interface Command {
  readonly description: string;
  readonly arguments: ArgumentSpecs;
  readonly options: OptionSpecs;
  readonly examples: readonly Example[];
  readonly next: readonly Example[];
  readonly run: (input: Readonly<Record<string, unknown>>, context: CommandContext) => Result;
}

/** Declares a command; the input of its action is typed by its arguments and options. */
export function defineCommand<const A extends ArgumentSpecs = Record<never, never>, const O extends OptionSpecs = Record<never, never>>(
  definition: Definition<A, O>,
): Command {
  return {
    description: definition.description,
    arguments: definition.arguments ?? {},
    options: definition.options ?? {},
    examples: definition.examples,
    next: definition.next ?? [],
    // The parser builds the input from the same declaration, so its type holds.
    run: (input, context) => definition.run(input as Input<A, O>, context),
  };
}

/** The option that every command which prints data offers. */
export const jsonOption = { summary: 'print JSON, for scripts' } as const satisfies OptionSpec;
