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

export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
