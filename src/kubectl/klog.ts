// The head of a log line as klog writes it: `I1128 07:52:54.123456   12345 round_trippers.go:632]`.
import type { Ports } from './ports.ts';

type Means = Pick<Ports, 'clock' | 'processId'>;

/** `place` is the file and line of upstream's that says it. */
export function klogLine(severity: 'I' | 'W' | 'E' | 'F', place: string, message: string, { clock, processId }: Means): string {
  const at = new Date(clock.now());
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}000`;
  return `${severity}${two(at.getMonth() + 1)}${two(at.getDate())} ${time} ${String(processId).padStart(7)} ${place}] ${message}\n`;
}
