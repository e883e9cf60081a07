// What a flag is: its type, its default and its help, declared as data. Models github.com/spf13/pflag

export interface FlagTypes {
  bool: boolean;
  string: string;
  tristate: string;
  /** A whole number. */
  int: number;
  /** A whole number of 32 bits. */
  int32: number;
  /** Milliseconds. */
  duration: number;
  /** `--x a,b --x c`: the words between commas, in order. */
  strings: readonly string[];
  /** `--x a,b`: each use as it stands. */
  array: readonly string[];
  /** `--x a=1,b=2`. */
  pairs: Readonly<Record<string, string>>;
  /** `--x file=2,other=4`: log levels of files. */
  levels: string;
}
export type FlagType = keyof FlagTypes;

export interface FlagSpec<T extends FlagType = FlagType> {
  readonly type: T;
  readonly preset: FlagTypes[T];
  readonly help: string;
  readonly short?: string;
  /** The value of the flag named without one (`--dry-run`); a bool has `true`. */
  readonly bare?: string;
  readonly hidden?: boolean;
  /** How the help writes its preset, where not as it writes others of its type. */
  readonly presetText?: string;
  /** Said when it is used, and a reason not to show it. */
  readonly deprecated?: string;
  /** What the shell offers for its value. */
  readonly completes?: readonly string[];
}
export type FlagSpecs = Readonly<Record<string, FlagSpec>>;
export type FlagValues<F extends FlagSpecs> = { readonly [K in keyof F]: F[K] extends FlagSpec<infer T> ? FlagTypes[T] : never };

type Extras = Omit<FlagSpec, 'type' | 'preset' | 'help'>;

const spec = <T extends FlagType>(type: T, help: string, preset: FlagTypes[T], extras: Extras): FlagSpec<T> => ({ type, preset, help, ...extras });

export const bool = (help: string, { preset = false, ...extras }: Extras & { readonly preset?: boolean } = {}): FlagSpec<'bool'> =>
  spec('bool', help, preset, extras);
export const string = (help: string, { preset = '', ...extras }: Extras & { readonly preset?: string } = {}): FlagSpec<'string'> =>
  spec('string', help, preset, extras);
/** A bool that knows whether it was given: its value is `true`, `false`, or its preset. */
export const tristate = (help: string, { preset = '' }: { readonly preset?: string } = {}): FlagSpec<'tristate'> =>
  spec('tristate', help, preset, { bare: 'true' });
export const int = (help: string, { preset = 0, ...extras }: Extras & { readonly preset?: number } = {}): FlagSpec<'int'> => spec('int', help, preset, extras);
export const duration = (help: string, { preset = 0, ...extras }: Extras & { readonly preset?: number } = {}): FlagSpec<'duration'> =>
  spec('duration', help, preset, extras);
export const strings = (help: string, { preset = [], ...extras }: Extras & { readonly preset?: readonly string[] } = {}): FlagSpec<'strings'> =>
  spec('strings', help, preset, extras);
export const array = (help: string, { preset = [], ...extras }: Extras & { readonly preset?: readonly string[] } = {}): FlagSpec<'array'> =>
  spec('array', help, preset, extras);
export const int32 = (help: string, { preset = 0, ...extras }: Extras & { readonly preset?: number } = {}): FlagSpec<'int32'> =>
  spec('int32', help, preset, extras);
export const levels = (help: string): FlagSpec<'levels'> => spec('levels', help, '', {});
export const pairs = (help: string, extras: Extras = {}): FlagSpec<'pairs'> => spec('pairs', help, {}, extras);
