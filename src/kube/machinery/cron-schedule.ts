// Schedules of CronJobs: five fields, `@hourly` and its like, `@every 5m`, `TZ=` in front; croner does the reckoning. Models github.com/robfig/cron/v3 (ParseStandard)
import { Cron } from 'croner';

export interface CronSchedule {
  /** The first time after this one, in milliseconds; undefined when there is none within five years. */
  next(afterMs: number): number | undefined;
}

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Field[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 6, names: DAYS },
];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000001 };
const HORIZON_MS = 5 * 366 * 86_400_000;

/** Undefined for text that is no duration of Go's: `1h30m`. */
function durationMs(text: string): number | undefined {
  if (!/^[+-]?((\d+\.?\d*|\.\d+)(h|ms|us|µs|ns|m|s))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+\.?\d*|\.\d+)(h|ms|us|µs|ns|m|s)/g)) total += Number(amount) * (UNITS_MS[unit] ?? 0);
  return text.startsWith('-') ? -total : total;
}

function numberOf(text: string, { least, most, names }: Field): number {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + least;
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (value < 0) throw new Error(`negative number (${value}) not allowed: ${text}`);
  return Math.min(value, most + 1_000_000);
}

/** One range in the form that croner takes. Throws with upstream's sentence. */
function range(expression: string, field: Field): string {
  const parts = expression.split('/');
  const [bounds = '', step] = parts;
  const limits = bounds.split('-');
  const [from = '', to] = limits;
  const star = from === '*' || from === '?';
  let start = field.least;
  let end = field.most;
  if (!star) {
    start = numberOf(from, field);
    if (limits.length > 2) throw new Error(`too many hyphens: ${expression}`);
    // A single number with a step runs to the end.
    end = to === undefined ? (step === undefined ? start : field.most) : numberOf(to, field);
  }
  if (parts.length > 2) throw new Error(`too many slashes: ${expression}`);
  const by = step === undefined ? 1 : numberOf(step, { ...field, names: [] });
  if (start < field.least) throw new Error(`beginning of range (${start}) below minimum (${field.least}): ${expression}`);
  if (end > field.most) throw new Error(`end of range (${end}) above maximum (${field.most}): ${expression}`);
  if (start > end) throw new Error(`beginning of range (${start}) beyond end of range (${end}): ${expression}`);
  if (by === 0) throw new Error(`step of range should be a positive number: ${expression}`);
  if (star) return by === 1 ? '*' : `*/${by}`;
  return start === end ? `${start}` : `${start}-${end}${by === 1 ? '' : `/${by}`}`;
}

const durationProblem = (text: string): string => `${/^[+-]?[\d.]+$/.test(text) ? 'missing unit in' : 'invalid'} duration ${JSON.stringify(text)}`;

/**
 * Throws with the library's sentence for what is no schedule, and for a time zone that is unknown.
 * `timeZone` counts where the text names none; left out it is UTC.
 */
export function parseCronSchedule(text: string, timeZone = 'UTC'): CronSchedule {
  if (text === '') throw new Error('empty spec string');
  const zoned = /^(?:CRON_)?TZ=(\S*)\s+(.*)$/s.exec(text);
  const timezone = zoned?.[1] ?? timeZone;
  const spec = (zoned?.[2] ?? text).trim();
  checkTimeZone(timezone, zoned ? `provided bad location ${timezone}: ` : '');
  if (spec.startsWith('@every ')) {
    const every = durationMs(spec.slice('@every '.length));
    if (every === undefined) throw new Error(`failed to parse duration ${spec}: time: ${durationProblem(spec.slice('@every '.length))}`);
    const periodMs = Math.max(1000, Math.floor(every / 1000) * 1000);
    return { next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + periodMs };
  }
  if (spec.startsWith('@') && !DESCRIPTORS[spec]) throw new Error(`unrecognized descriptor: ${spec}`);
  const fields = (DESCRIPTORS[spec] ?? spec).split(/\s+/).filter(Boolean);
  if (fields.length !== FIELDS.length) throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  const pattern = FIELDS.map((field, i) =>
    (fields[i] ?? '')
      .split(',')
      .filter(Boolean)
      .map((each) => range(each, field))
      .join(','),
  ).join(' ');
  const cron = new Cron(pattern, { timezone, paused: true, mode: '5-part' });
  return {
    next(afterMs) {
      const found = cron.nextRun(new Date(afterMs))?.getTime();
      return found === undefined || found > afterMs + HORIZON_MS ? undefined : found;
    },
  };
}

/** Throws with Go's sentence: `unknown time zone Mars/Base`. */
export function checkTimeZone(name: string, where = ''): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: name === 'Local' ? 'UTC' : name });
  } catch {
    throw new Error(`${where}unknown time zone ${name}`);
  }
}
