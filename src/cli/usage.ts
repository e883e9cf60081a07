// How arguments and options are written: in help, in completion and for the parser.
import type { ArgumentSpec, OptionSpec } from './command.ts';

/** `[NAME]`, or `NAME` when it must be given. */
export function usageOf(name: string, spec: ArgumentSpec): string {
  const shown = `${name.toUpperCase()}${spec.variadic ? '…' : ''}`;
  return spec.required ? shown : `[${shown}]`;
}

/** `-w, --workers <count>`. */
export function flagsOf(name: string, spec: OptionSpec): string {
  return `${spec.short ? `-${spec.short}, ` : ''}--${name}${spec.value ? ` <${spec.value}>` : ''}`;
}
