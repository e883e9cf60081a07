// The table of events below a description.
import type { Event } from '../../kube/api/core-v1.ts';
import { goSort } from '../../kube/machinery/go-sort.ts';
import { humanAge } from '../../kube/machinery/human-duration.ts';
import { parseTime } from '../../kube/machinery/time.ts';
import type { DescribeWriter } from './writer.ts';

/** Events without a time come first. */
const whenOf = ({ lastTimestamp }: Event): number => (lastTimestamp ? parseTime(lastTimestamp) : Number.NEGATIVE_INFINITY);

/** `3m`, or `10s (x4 over 3m)` for what happened several times. */
export function eventAge({ eventTime, firstTimestamp, lastTimestamp, series, count = 0 }: Event, now: number): string {
  const first = humanAge(eventTime || firstTimestamp, now);
  if (series) return `${humanAge(series.lastObservedTime, now)} (x${series.count ?? 0} over ${first})`;
  return count > 1 ? `${humanAge(lastTimestamp, now)} (x${count} over ${first})` : first;
}

export function writeEvents(w: DescribeWriter, events: readonly Event[], now: number): void {
  if (!events.length) {
    w.field(0, 'Events', '<none>');
    return;
  }
  w.line(0, 'Events:');
  w.row(1, ['Type', 'Reason', 'Age', 'From', 'Message']);
  w.row(1, ['----', '------', '----', '----', '-------']);
  for (const event of goSort(events, (a, b) => whenOf(a) < whenOf(b))) {
    const { type = '', reason = '', source, reportingComponent = '', involvedObject, message = '' } = event;
    const text = message.trim();
    w.row(1, [
      type,
      reason,
      eventAge(event, now),
      source?.component || reportingComponent,
      involvedObject.fieldPath ? `${involvedObject.fieldPath}: ${text}` : text,
    ]);
  }
}
