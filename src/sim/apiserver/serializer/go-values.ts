// Values in URLs, as Go's strconv and time read them, with their complaints.
import { badRequest } from '../../../kube/machinery/status-error.ts';

const INTEGER = /^[+-]?\d+$/;

/** Undefined for an absent or empty one. Throws StatusError 400. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!INTEGER.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (Math.abs(value) > 2 ** 63) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  return value;
}

const UNITS_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `1h15m`. */
export function parseDuration(text: string): number | { readonly problem: string } {
  if (text === '0') return 0;
  const match = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))*$/.exec(text);
  if (!match) return { problem: `time: ${durationProblem(text)} ${JSON.stringify(text)}` };
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) total += Number(amount) * (UNITS_MS[unit] ?? 0);
  return text.startsWith('-') ? -total : total;
}

function durationProblem(text: string): string {
  if (/^[+-]?[\d.]+$/.test(text)) return 'missing unit in duration';
  const unit = /^[+-]?(?:\d+\.?\d*|\.\d+)([^\d.]+)/.exec(text)?.[1];
  return unit !== undefined && UNITS_MS[unit] === undefined ? `unknown unit ${JSON.stringify(unit)} in duration` : 'invalid duration';
}
