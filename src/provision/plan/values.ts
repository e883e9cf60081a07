// Values that are known only while a plan is carried out, written `@{name}` in its texts. Pure.
const MARKER = /@\{([a-z0-9-]+)\}/g;

export const valueRef = (name: string): string => `@{${name}}`;

/** The names of the values that a text waits for, each once. */
export function valuesIn(...texts: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => [...(text ?? '').matchAll(MARKER)].map(([, name = '']) => name)))];
}

/** The text with its values; `valueOf` must know each of them. */
export function filled(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(MARKER, (marker, name: string) => {
    const value = valueOf(name);
    if (value === undefined) throw new Error(`a plan uses ${marker} and says nowhere what it is`);
    return value;
  });
}
