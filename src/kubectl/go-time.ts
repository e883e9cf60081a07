// Times as Go reads them (RFC 3339), with its sentences for what is none. Models Go's time.Parse
import { goQuote } from './go-quote.ts';

/** The parts of a time as Go names them by example, with the largest number that each may be. */
const PARTS: readonly (readonly [pattern: RegExp, example: string, name?: string, most?: number])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01', 'month', 12],
  [/^-/, '-'],
  [/^\d\d/, '02', 'day', 31],
  [/^T/, 'T'],
  [/^\d\d?/, '15', 'hour', 23],
  [/^:/, ':'],
  [/^\d\d/, '04', 'minute', 59],
  [/^:/, ':'],
  [/^\d\d(?:[.,]\d+)?/, '05', 'second', 60],
  [/^(?:Z|[+-]\d\d:\d\d)/, 'Z07:00'],
];

/** What Go's time package has against a time, part by part. */
export function timeProblem(text: string): string | undefined {
  const failed = `parsing time ${goQuote(text)}`;
  let rest = text;
  for (const [pattern, example, name, most = 0] of PARTS) {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) return `${failed} as "2006-01-02T15:04:05Z07:00": cannot parse ${goQuote(rest)} as ${goQuote(example)}`;
    const isTooSmall = (name === 'month' || name === 'day') && Number(found) === 0;
    if (name && (isTooSmall || Number.parseInt(found, 10) > most)) return `${failed}: ${name} out of range`;
    rest = rest.slice(found.length);
  }
  return rest ? `${failed}: extra text: ${goQuote(rest)}` : undefined;
}
