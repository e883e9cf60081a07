// What is wrong with lines of TOML that a program on a host will read: found here, it is found before anything is changed. Pure.
import { parse, TomlError } from 'smol-toml';

/** Counted from 1 within the text. */
export interface TomlFlaw {
  readonly line: number;
  readonly message: string;
}

/** The first mistake. */
export function tomlFlaw(toml: string): TomlFlaw | undefined {
  try {
    parse(toml);
    return undefined;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The first line says what; below it the text is quoted.
    return { line: error.line, message: `cannot be read: ${error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? ''}` };
  }
}
