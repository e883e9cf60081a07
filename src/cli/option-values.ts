// Readers of option values: each turns text into a value or says what it expects.

export const wholeNumber =
  ({ min, max }: { readonly min: number; readonly max: number }): ((text: string) => number) =>
  (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new Error(`it takes a whole number from ${min} to ${max}`);
    return value;
  };

/** A comma-separated list of known words. */
export const setOf =
  <T extends string>(known: readonly T[]): ((text: string) => ReadonlySet<T>) =>
  (text) => {
    const words = text
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean);
    const isKnown = (word: string): word is T => known.some((each) => each === word);
    const unknown = words.find((word) => !isKnown(word));
    if (unknown !== undefined) throw new Error(`${JSON.stringify(unknown)} is none of ${known.join(', ')}`);
    return new Set(words.filter(isKnown));
  };
