// Completion indexes of Indexed Jobs, kept as ordered intervals: `0-2,5`. Models kubernetes/pkg/controller/job/indexed_job_utils.go
import type { Pod } from '../../../kube/api/core-v1.ts';

export interface Interval {
  readonly first: number;
  readonly last: number;
}
export type Intervals = readonly Interval[];

export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** Undefined for a pod without a valid index. */
export function completionIndexOf({ metadata }: Pick<Pod, 'metadata'>): number | undefined {
  const text = metadata.annotations?.[COMPLETION_INDEX];
  return text !== undefined && /^\+?\d+$/.test(text) ? Number(text) : undefined;
}

/** Reads the text of a status; what lies beyond the completions is cut off, what is no number left out. */
export function parseIndexes(text: string | undefined, completions: number): Intervals {
  const result: Interval[] = [];
  for (const part of text ? text.split(',') : []) {
    const [from = '', to = from] = part.split('-');
    if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) continue;
    const first = Number(from);
    if (first >= completions) break;
    const last = Math.min(Number(to), completions - 1);
    const before = result.at(-1);
    if (before?.last === first - 1) result[result.length - 1] = { first: before.first, last };
    else result.push({ first, last });
  }
  return result;
}

export const formatIndexes = (intervals: Intervals): string =>
  intervals.map(({ first, last }) => (last === first ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`)).join(',');

export const countIndexes = (intervals: Intervals): number => intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
export const hasIndex = (intervals: Intervals, index: number): boolean => intervals.some(({ first, last }) => first <= index && index <= last);

/** The union, with neighbours joined. */
export function mergeIntervals(...lists: readonly Intervals[]): Intervals {
  const result: Interval[] = [];
  for (const each of lists.flat().sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (!before || each.first > before.last + 1) result.push(each);
    else if (each.last > before.last) result[result.length - 1] = { first: before.first, last: each.last };
  }
  return result;
}

export const withIndexes = (intervals: Intervals, indexes: Iterable<number>): Intervals =>
  mergeIntervals(
    intervals,
    [...indexes].map((index) => ({ first: index, last: index })),
  );

/** The first `count` indexes below `completions` that nobody has. */
export function pendingIndexes(taken: Intervals, count: number, completions: number): readonly number[] {
  const result: number[] = [];
  let candidate = 0;
  for (const { first, last } of [...taken, { first: completions, last: completions }]) {
    for (; candidate < Math.min(first, completions) && result.length < count; candidate++) result.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return result;
}

/** How many indexes both have. */
export function countCommon(a: Intervals, b: Intervals): number {
  let common = 0;
  for (const left of a) for (const right of b) common += Math.max(0, Math.min(left.last, right.last) - Math.max(left.first, right.first) + 1);
  return common;
}

/** `name-3-`, the name shortened where the generated one would become too long. */
export function indexedPrefix(jobName: string, index: number): string {
  const suffix = `-${index}-`;
  return jobName.length + suffix.length > 58 ? `${jobName.slice(0, 58 - suffix.length)}${suffix}` : `${jobName}${suffix}`;
}
