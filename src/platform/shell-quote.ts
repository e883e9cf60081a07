// Quoting for shells.

/** Safe inside any shell of the sh family. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
