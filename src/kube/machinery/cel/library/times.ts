// What clocks and calendars show, in UTC or in a zone that is named. Models cel-go/common/types/{timestamp,duration}.go
import { calendarOf, floorDivide, HOUR, MINUTE, SECOND } from '../time-text.ts';
import { CelError, type Duration, type Timestamp, type Value } from '../values.ts';
import { failure, typed, type Implementations } from './implementation.ts';

const DAY_MS = 86_400_000;
const NUMBER = /^[+-]?\d+$/;

/** Minutes east of Greenwich at that time. */
function offsetOf(time: Timestamp, zone: string): number | CelError {
  const colon = zone.indexOf(':');
  if (colon === -1) return offsetOfName(time, zone);
  const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)];
  for (const part of [hours, minutes]) if (!NUMBER.test(part)) return failure(`strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`);
  return Number(hours) * 60 + (zone.startsWith('-') ? -Number(minutes) : Number(minutes));
}
function offsetOfName(time: Timestamp, zone: string): number | CelError {
  if (zone === '' || zone === 'UTC') return 0;
  const at = calendarOf(time, 0);
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at);
    const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
    const there = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return Math.round((there - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
  } catch {
    return failure(`unknown time zone ${zone}`);
  }
}

const PARTS: Readonly<Record<string, (at: Date) => number>> = {
  timestamp_to_year: (at) => at.getUTCFullYear(),
  timestamp_to_month: (at) => at.getUTCMonth(),
  timestamp_to_day_of_year: (at) => Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0)) / DAY_MS),
  timestamp_to_day_of_month: (at) => at.getUTCDate() - 1,
  timestamp_to_day_of_month_1_based: (at) => at.getUTCDate(),
  timestamp_to_day_of_week: (at) => at.getUTCDay(),
  timestamp_to_hours: (at) => at.getUTCHours(),
  timestamp_to_minutes: (at) => at.getUTCMinutes(),
  timestamp_to_seconds: (at) => at.getUTCSeconds(),
  timestamp_to_milliseconds: (at) => at.getUTCMilliseconds(),
};
const withZone = (id: string): string => (id === 'timestamp_to_seconds' ? `${id}_tz` : `${id}_with_tz`);

const whole = (value: Duration, unit: bigint): Value => value.nanoseconds / unit;

export const TIMES: Implementations = {
  ...Object.fromEntries(
    Object.entries(PARTS).flatMap(([id, read]) => [
      [id, typed((time: Timestamp) => BigInt(read(calendarOf(time, 0))))],
      [
        withZone(id),
        typed((time: Timestamp, zone: string) => {
          const offset = offsetOf(time, zone);
          return offset instanceof CelError ? offset : BigInt(read(calendarOf(time, offset)));
        }),
      ],
    ]),
  ),
  duration_to_hours: typed((value: Duration) => whole(value, HOUR)),
  duration_to_minutes: typed((value: Duration) => whole(value, MINUTE)),
  duration_to_seconds: typed((value: Duration) => whole(value, SECOND)),
  duration_to_milliseconds: typed(
    (value: Duration) => floorDivide(value.nanoseconds < 0n ? -value.nanoseconds : value.nanoseconds, 1_000_000n) * (value.nanoseconds < 0n ? -1n : 1n),
  ),
};
