// JSON as text, without losing digits: integers that a double cannot hold are read as bigint, and written digit by digit.
// Nearly every number stays a number: only texts with a long run of digits are read the slow way.

interface Source {
  readonly source?: string;
}
const MAYBE_WIDE = /\d{16}/;
const INTEGER = /^-?\d+$/;
const SMALLEST = -(2n ** 63n);
const LARGEST = 2n ** 63n - 1n;

/** As Go reads numbers into interfaces: what fits 64 bits is an integer, what does not is a float. */
function wide(_key: string, value: unknown, context?: Source): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined || !INTEGER.test(context.source)) return value;
  const exact = BigInt(context.source);
  return exact >= SMALLEST && exact <= LARGEST ? exact : value;
}

/** Throws SyntaxError. */
export function parseJsonText(text: string): unknown {
  return MAYBE_WIDE.test(text) ? JSON.parse(text, wide) : JSON.parse(text);
}

/** Whether reading a text may give integers that are no numbers. */
export const mayHaveWideIntegers = (text: string): boolean => MAYBE_WIDE.test(text);

// JSON.stringify asks every value how it is written; so all of it writes wide integers right, at no cost to what has none.
// oxlint-disable-next-line no-extend-native -- the language has this hook for exactly this, and every other way forgets some writer.
Object.defineProperty(BigInt.prototype, 'toJSON', {
  configurable: true,
  writable: true,
  value(this: bigint): unknown {
    return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(this));
  },
});
