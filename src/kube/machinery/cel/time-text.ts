// Points in time and durations as CEL reads and writes them: RFC 3339, and Go's durations.
import { fixedDouble } from './number-text.ts';
import { Timestamp } from './values.ts';

export const SECOND = 1_000_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;
const MILLISECOND = 1_000_000n;
const MAX_INT = 2n ** 63n - 1n;

const UNITS: Readonly<Record<string, bigint>> = { ns: 1n, us: 1000n, µs: 1000n, μs: 1000n, ms: MILLISECOND, s: SECOND, m: MINUTE, h: HOUR };

/** Nanoseconds of `1h30m`, undefined for what is no duration of Go. */
export function parseGoDuration(text: string): bigint | undefined {
  const sign = /^[+-]/.exec(text)?.[0];
  const rest = sign ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/u.test(rest)) return undefined;
  let total = 0n;
  for (const [, number = '', unit = ''] of rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gu)) {
    const [whole = '', fraction = ''] = number.split('.');
    const scale = UNITS[unit] ?? 0n;
    total += BigInt(whole || '0') * scale;
    if (fraction) total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  const value = sign === '-' ? -total : total;
  return value > MAX_INT || value < -MAX_INT - 1n ? undefined : value;
}

/** `5.5` of seconds. */
export const secondsText = (nanoseconds: bigint): string => fixedDouble(Number(nanoseconds / SECOND) + Number(nanoseconds % SECOND) / 1e9);

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Undefined for what is no time of RFC 3339. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const found = RFC3339.exec(text);
  if (!found) return undefined;
  const [, year = '', month = '', day = '', hours = '', minutes = '', seconds = '', fraction = '', zone = 'Z'] = found;
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  at.setUTCHours(Number(hours), Number(minutes), Number(seconds));
  const isReal =
    at.getUTCMonth() + 1 === Number(month) &&
    at.getUTCDate() === Number(day) &&
    at.getUTCHours() === Number(hours) &&
    at.getUTCMinutes() === Number(minutes) &&
    at.getUTCSeconds() === Number(seconds);
  if (!isReal) return undefined;
  const offset = zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const nanoseconds = BigInt(at.getTime()) * MILLISECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0')) - BigInt(offset) * MINUTE;
  return new Timestamp(nanoseconds, offset);
}

/** Rounds down, as clocks do before 1970 too. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** The parts of a clock and calendar `offsetMinutes` east of Greenwich, as a date that reads them in UTC. */
export const calendarOf = ({ nanoseconds }: Timestamp, offsetMinutes: number): Date =>
  new Date(Number(floorDivide(nanoseconds + BigInt(offsetMinutes) * MINUTE, MILLISECOND)));

/** RFC 3339 with as many fractions of a second as there are. */
export function timestampText(time: Timestamp): string {
  const { nanoseconds, offsetMinutes } = time;
  const at = calendarOf(time, offsetMinutes);
  const fraction = String(((nanoseconds % SECOND) + SECOND) % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const year = at.getUTCFullYear();
  const date = `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}-${at.toISOString().slice(-19, -5)}`;
  const away = Math.abs(offsetMinutes);
  const zone =
    offsetMinutes === 0 ? 'Z' : `${offsetMinutes < 0 ? '-' : '+'}${String(Math.floor(away / 60)).padStart(2, '0')}:${String(away % 60).padStart(2, '0')}`;
  return `${date}${fraction && `.${fraction}`}${zone}`;
}
