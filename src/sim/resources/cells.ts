// Pieces of table cells that several kinds share. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/duration and pkg/printers
import type { Container } from '../../kube/api/core-v1.ts';
import type { LabelSelector } from '../../kube/api/meta-v1.ts';
import { humanAge } from '../../kube/machinery/human-duration.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import { formatLabels, formatSelector, selectorOf } from '../../kube/machinery/selectors.ts';

export const age = (object: KubeObject, now: number): string => humanAge(object.metadata.creationTimestamp, now);

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
