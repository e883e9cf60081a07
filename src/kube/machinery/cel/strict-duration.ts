// Durations of the OpenAPI format: Go's, and counts of units with longer names. Models kube-openapi/pkg/validation/strfmt/duration.go
import { parseGoDuration } from './time-text.ts';

const DAY = 86_400_000_000_000n;
const UNITS: readonly (readonly [readonly string[], bigint])[] = [
  [['ns', 'nano'], 1n],
  [['us', 'µs', 'micro'], 1000n],
  [['ms', 'milli'], 1_000_000n],
  [['s', 'sec'], 1_000_000_000n],
  [['m', 'min'], 60_000_000_000n],
  [['h', 'hr', 'hour'], 3_600_000_000_000n],
  [['d', 'day'], DAY],
  [['w', 'wk', 'week'], 7n * DAY],
];

/** Nanoseconds; undefined for what is no duration. */
export function parseStrictDuration(text: string): bigint | undefined {
  const plain = parseGoDuration(text);
  if (plain !== undefined) return plain;
  let total = 0n;
  let isAny = false;
  for (const [, count = '', unit = ''] of text.matchAll(/((?:\d+)|(?:\d+\.\d+))\s*([A-Za-zµ]+)/g)) {
    const scale = UNITS.find(([names]) => names.some((name) => name === unit || (name.length > 1 && unit.toLowerCase().startsWith(name))))?.[1];
    if (scale === undefined) return undefined;
    total += BigInt(Math.trunc(Number(count))) * scale;
    isAny = true;
  }
  return isAny ? total : undefined;
}
