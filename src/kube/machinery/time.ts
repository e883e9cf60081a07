// Kubernetes' two wire forms of time.

/** `2026-01-02T03:04:05Z`: seconds only, as metav1.Time is written. */
export const formatTime = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;

/** `2026-01-02T03:04:05.678901Z`, as metav1.MicroTime is written. */
export const formatMicroTime = (epochMs: number): string => {
  const whole = Math.floor(epochMs);
  const micros = Math.floor((epochMs - whole) * 1000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
};

/** Milliseconds since the epoch, NaN for what is no time. */
export const parseTime = (text: string | undefined): number => (text === undefined ? Number.NaN : Date.parse(text));

const NANOS = 1_000_000_000n;
/** So many seconds that nanoseconds of them no longer fit 64 bits. */
const MANY_SECONDS = 9_000_000_000;

/** Milliseconds of a number of seconds from an int64 field: too many of them overflow as Go's time.Duration does. */
export function secondsToMs(seconds: number | bigint): number {
  if (typeof seconds === 'number' && Math.abs(seconds) < MANY_SECONDS) return seconds * 1000;
  return Number(BigInt.asIntN(64, BigInt(seconds) * NANOS) / 1_000_000n);
}
