// Numbers and durations as Go reads and writes them, with Go's complaints. Models strconv and time.ParseDuration
import { goQuote } from '../go-quote.ts';

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Throws with Go's sentence. */
export function parseGoBool(text: string): boolean {
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
}

/** Whole numbers in any of Go's bases. Throws with Go's sentence. */
export function parseGoInt(text: string, bits: 32 | 64 = 64): number {
  if (!/^[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[1-9][0-9_]*|0)$/.test(text))
    throw new Error(`strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`);
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = BigInt(octal) * (text.startsWith('-') ? -1n : 1n);
  const limit = 1n << BigInt(bits - 1);
  if (value >= limit || value < -limit) throw new Error(`strconv.ParseInt: parsing ${goQuote(text)}: value out of range`);
  return Number(value);
}

const UNITS_NS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Milliseconds of `1h15m30.5s`. Throws with Go's sentence. */
export function parseGoDuration(text: string): number {
  const invalid = (): Error => new Error(`time: invalid duration ${goQuote(text)}`);
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0;
  if (rest === '') throw invalid();
  let ns = 0;
  while (rest !== '') {
    const [whole = '', number = ''] = /^(\d*\.?\d*)/.exec(rest) ?? [];
    if (!/\d/.test(number)) throw invalid();
    rest = rest.slice(whole.length);
    const [unit = ''] = /^[^\d.]+/.exec(rest) ?? [];
    if (unit === '') throw new Error(`time: missing unit in duration ${goQuote(text)}`);
    const scale = UNITS_NS[unit];
    if (scale === undefined) throw new Error(`time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    ns += Number(number) * scale;
    rest = rest.slice(unit.length);
  }
  return (sign * ns) / 1e6;
}

/** As Go prints a duration: `1m30s`, `500ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 0) return `-${formatGoDuration(-ms)}`;
  if (ms < 1000) {
    if (ms >= 1) return `${trimmed(ms)}ms`;
    return ms * 1000 >= 1 ? `${trimmed(ms * 1000)}µs` : `${Math.round(ms * 1e6)}ns`;
  }
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = trimmed((ms % 60_000) / 1000);
  return `${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}
const trimmed = (value: number): string => String(Number(value.toFixed(9)));
