// Labels, annotations and what else stands in a column of its own, one below the other.
import type { ObjectMeta } from '../../kube/api/meta-v1.ts';
import { formatLabels, formatSelector, selectorOf, SelectorSyntaxError } from '../../kube/machinery/selectors.ts';
import type { LabelSelector } from '../../kube/api/meta-v1.ts';
import type { DescribeWriter } from './writer.ts';

type Pairs = Readonly<Record<string, string>>;

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** In bytes, as Go counts. */
const LONGEST_LINE = 140;
const bytesOf = (text: string): number => Buffer.byteLength(text);

export const NONE = '<none>';
export const UNSET = '<unset>';

export function cut(text: string, longest: number): string {
  return bytesOf(text) > longest ? `${Buffer.from(text).subarray(0, longest).toString('utf8')}...` : text;
}

/** Sorted keys, one line each; `title` may bring its own indentation. */
export function writePairs(w: DescribeWriter, title: string, pairs: Pairs | undefined, indent = ''): void {
  w.write(0, `${indent}${title}:\t`);
  const keys = Object.keys(pairs ?? {}).sort();
  if (!keys.length) w.line(0, NONE);
  keys.forEach((key, i) => {
    if (i > 0) {
      w.write(0, indent);
      w.write(0, '\t');
    }
    w.line(0, `${key}=${pairs?.[key] ?? ''}`);
  });
}

/** Long values and those of several lines stand below their key. What apply keeps there is left out. */
export function writeAnnotations(w: DescribeWriter, title: string, annotations: Pairs | undefined): void {
  w.write(0, `${title}:\t`);
  const keys = Object.keys(annotations ?? {})
    .filter((key) => key !== LAST_APPLIED)
    .sort();
  if (!keys.length) w.line(0, NONE);
  keys.forEach((key, i) => {
    if (i > 0) w.write(0, '\t');
    const value = (annotations?.[key] ?? '').replace(/\n$/, '');
    if (bytesOf(value) + bytesOf(key) + 2 <= LONGEST_LINE && !value.includes('\n')) {
      w.line(0, `${key}: ${value}`);
      return;
    }
    w.line(0, `${key}:`);
    for (const line of value.split('\n')) w.line(0, `\t  ${cut(line, LONGEST_LINE - 2)}`);
  });
}

export function writeLabelsAndAnnotations(w: DescribeWriter, { labels, annotations }: ObjectMeta): void {
  writePairs(w, 'Labels', labels);
  writeAnnotations(w, 'Annotations', annotations);
}

/** Each on a line of its own behind a common title. */
export function writeColumn(w: DescribeWriter, title: string, items: readonly string[]): void {
  w.write(0, `${title}:\t`);
  if (!items.length) w.line(0, NONE);
  items.forEach((item, i) => {
    if (i > 0) w.write(0, '\t');
    w.line(0, item);
  });
}

export const pairsText = (pairs: Pairs | undefined): string => formatLabels(pairs ?? {}) || NONE;

/** Empty for one that selects everything. */
export function selectorText(selector: LabelSelector | undefined): string {
  return formatSelector(selectorOf(selector) ?? []);
}
/** `<none>` for none and for one that selects everything. */
export function selectorOrNone(selector: LabelSelector | undefined): string {
  try {
    return selectorText(selector) || NONE;
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return '<error>';
    throw error;
  }
}

/** `ReplicaSet/web-5d4f`; empty for what nobody controls. */
export function controllerText({ ownerReferences = [] }: ObjectMeta): string {
  const owner = ownerReferences.find(({ controller }) => controller);
  return owner ? `${owner.kind}/${owner.name}` : '';
}
