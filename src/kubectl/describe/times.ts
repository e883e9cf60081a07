// Points in time as descriptions show them, in the time zone of the machine. Models Go's time.RFC1123Z and time.Time.String

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

const clockOf = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

/** `+0200`. */
function offsetOf(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** `Sat, 28 Nov 2026 08:54:16 +0000`; Go's zero time for none. */
export function longTime(timestamp: string | null | undefined): string {
  if (!timestamp) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const at = new Date(timestamp);
  return `${DAYS[at.getDay()] ?? ''}, ${two(at.getDate())} ${MONTHS[at.getMonth()] ?? ''} ${at.getFullYear()} ${clockOf(at)} ${offsetOf(at)}`;
}

/** `2026-11-28 08:54:16 +0000 UTC`. */
export function plainTime(timestamp: string | null | undefined): string {
  if (!timestamp) return '0001-01-01 00:00:00 +0000 UTC';
  const at = new Date(timestamp);
  const zone = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clockOf(at)} ${offsetOf(at)} ${zone}`;
}

/** `2026-11-28T08:54:16Z`, or with the offset of another time zone. Models time.RFC3339 */
export function localTime(epochMs: number): string {
  const at = new Date(epochMs);
  const offset = offsetOf(at);
  const zone = offset === '+0000' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3)}`;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${clockOf(at)}${zone}`;
}
