// When a CronJob is due, and what it has missed. Models kubernetes/pkg/controller/cronjob/utils.go
import type { CronJob } from '../../../kube/api/batch-v1.ts';
import type { CronSchedule } from '../../../kube/machinery/cron-schedule.ts';
import { parseTime, secondsToMs } from '../../../kube/machinery/time.ts';

/** So that the clock has surely passed the scheduled time. */
const DELTA_MS = 100;
const NEVER_MS = 5 * 366 * 86_400_000;

interface MostRecent {
  readonly earliest: number;
  /** The last time that has passed; undefined when none has. */
  readonly time: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
}

/** Throws when the schedule leaves no second between two runs. */
export function mostRecentTime({ metadata, status, spec }: CronJob, nowMs: number, schedule: CronSchedule, withDeadline: boolean): MostRecent {
  let earliest = parseTime(status?.lastScheduleTime ?? metadata.creationTimestamp);
  if (withDeadline && spec.startingDeadlineSeconds !== undefined) earliest = Math.max(earliest, nowMs - secondsToMs(spec.startingDeadlineSeconds));
  const first = schedule.next(earliest);
  if (first === undefined || nowMs < first) return { earliest, time: undefined, missed: 'none' };
  const second = schedule.next(first);
  if (second === undefined || nowMs < second) return { earliest, time: first, missed: 'none' };
  const between = Math.round((second - first) / 1000);
  if (between < 1) throw new Error('time difference between two schedules is less than 1 second');
  const count = Math.floor(Math.floor((nowMs - first) / 1000) / between) + 1;
  let time: number | undefined;
  for (let at = schedule.next(first + (count - 2) * between * 1000); at !== undefined && at <= nowMs; at = schedule.next(at)) time = at;
  return { earliest, time, missed: count > 100 ? 'many' : count > 0 ? 'few' : 'none' };
}

/** Milliseconds until the next look. */
export function nextLookMs(cronJob: CronJob, nowMs: number, schedule: CronSchedule): number {
  let from = nowMs;
  try {
    const { earliest, time, missed } = mostRecentTime(cronJob, nowMs, schedule, false);
    from = time ?? (missed === 'none' ? earliest : nowMs);
  } catch {
    // The next time counts from now where the past ones cannot be told.
  }
  return (schedule.next(from) ?? nowMs + NEVER_MS) + DELTA_MS - nowMs;
}

const OFFSET = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/;

/** `2026-01-01T05:00:00+01:00`: the scheduled time as the annotation of a Job has it. */
export function formatInZone(timeMs: number, timeZone: string): string {
  const name = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(timeMs).find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = '00', minutes = '00'] = OFFSET.exec(name ?? '') ?? [];
  if (!sign || (hours === '00' && minutes === '00')) return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
  const shift = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return `${new Date(timeMs + shift).toISOString().slice(0, 19)}${sign}${hours}:${minutes}`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu, 01 Jan 2026 00:05:00 +0000` */
export function formatRfc1123(timeMs: number): string {
  const at = new Date(timeMs);
  const day = String(at.getUTCDate()).padStart(2, '0');
  return `${WEEKDAYS[at.getUTCDay()] ?? ''}, ${day} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()} ${at.toISOString().slice(11, 19)} +0000`;
}
