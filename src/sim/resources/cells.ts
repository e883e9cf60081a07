// Pieces of table cells that several kinds share. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/duration and pkg/printers
import type { Container } from '../../kube/api/core-v1.ts';
import type { LabelSelector } from '../../kube/api/meta-v1.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import { formatLabels, formatSelector, selectorOf } from '../../kube/machinery/selectors.ts';
import { parseTime } from '../../kube/machinery/time.ts';

/** `45s`, `3m12s`, `5d2h`: how kubectl and the server write durations. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return pair(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  if (days < 2920) return pair(years, 'y', days % 365, 'd');
  return `${years}y`;
}

/** Time since a timestamp, `<unknown>` without one. */
export function since(timestamp: string | null | undefined, now: number): string {
  return timestamp ? humanDuration(now - parseTime(timestamp)) : '<unknown>';
}
export const age = (object: KubeObject, now: number): string => since(object.metadata.creationTimestamp, now);

export const containerNames = (containers: readonly Container[] = []): string => containers.map((each) => each.name).join(',');
export const containerImages = (containers: readonly Container[] = []): string => containers.map((each) => each.image ?? '').join(',');
export const labelsCell = (labels: Readonly<Record<string, string>> | undefined): string =>
  labels && Object.keys(labels).length ? formatLabels(labels) : '<none>';

/** `<none>` for an absent selector, as FormatLabelSelector. */
export function selectorCell(selector: LabelSelector | undefined): string {
  return formatSelector(selectorOf(selector) ?? []) || '<none>';
}

/** The first three, and how many more there are. */
export function firstThree(items: readonly string[]): string {
  if (!items.length) return '<unset>';
  return items.length > 3 ? `${items.slice(0, 3).join(',')} + ${items.length - 3} more...` : items.join(',');
}
