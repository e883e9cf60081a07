// The port to the log: one line per entry, structured fields last.

export interface Logger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Writes `time LEVEL message key=value …` lines to `write`. */
export function lineLogger(write: (line: string) => void, now: () => number): Logger {
  const line =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      const rest = Object.entries(fields)
        .map(([key, value]) => ` ${key}=${typeof value === 'string' ? JSON.stringify(value) : String(value)}`)
        .join('');
      write(`${new Date(now()).toISOString()} ${level} ${message}${rest}\n`);
    };
  return { info: line('INFO'), warn: line('WARN'), error: line('ERROR') };
}

/** How often within a minute the same is told before the rest is only counted. */
const TOLD_ALOUD = 1;
const FORGET_MS = 60_000;
const MOST_MESSAGES = 200;

/** Tells a message that comes again and again once a minute, with how often it came: a retry must not fill the log. Messages are told apart by their text and error. */
export function withoutRepeats(logger: Logger, now: () => number): Logger {
  const seen = new Map<string, { since: number; times: number }>();
  const telling =
    (level: keyof Logger) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void => {
      const key = `${level} ${message} ${String(fields?.['error'] ?? '')}`;
      const before = seen.get(key);
      if (before && now() - before.since < FORGET_MS) {
        before.times += 1;
        if (before.times > TOLD_ALOUD) return;
      }
      const unsaid = (before?.times ?? 0) - TOLD_ALOUD;
      logger[level](message, unsaid > 0 ? { ...fields, unsaid } : fields);
      if (seen.size >= MOST_MESSAGES) seen.clear();
      seen.set(key, { since: now(), times: 1 });
    };
  return { info: telling('info'), warn: telling('warn'), error: telling('error') };
}

export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
