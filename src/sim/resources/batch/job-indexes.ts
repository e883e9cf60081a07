// Lists of indexes such as `1,3-5,7`. Models kubernetes/pkg/apis/batch/validation/validation.go (validateIndexesFormat)

interface Interval {
  readonly first: number;
  readonly last: number;
}
class IndexError extends Error {}

function numberOf(text: string, completions: number): number {
  if (!/^[+-]?\d+$/.test(text)) throw new IndexError(`cannot convert string to integer for index: ${JSON.stringify(text)}`);
  if (Number(text) >= completions) throw new IndexError(`too large index: ${JSON.stringify(text)}`);
  return Number(text);
}

function parseInterval(text: string, completions: number): Interval {
  const limits = text.split('-');
  if (limits.length > 2)
    throw new IndexError(`the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`);
  const first = numberOf(limits[0] ?? '', completions);
  if (limits.length === 1) return { first, last: first };
  const last = numberOf(limits[1] ?? '', completions);
  if (first >= last) throw new IndexError(`non-increasing order, previous: ${first}, current: ${last}`);
  return { first, last };
}

export interface ParsedIndexes {
  readonly total: number;
  /** What is wrong with the list, if anything. */
  readonly problem?: string;
}

export function parseIndexes(text: string, completions: number): ParsedIndexes {
  if (text === '') return { total: 0 };
  let previous: number | undefined;
  let total = 0;
  try {
    for (const part of text.split(',')) {
      const { first, last } = parseInterval(part, completions);
      if (previous !== undefined && previous >= first) throw new IndexError(`non-increasing order, previous: ${previous}, current: ${first}`);
      total += last - first + 1;
      previous = last;
    }
  } catch (error) {
    if (error instanceof IndexError) return { total: 0, problem: error.message };
    throw error;
  }
  return { total };
}

function intervalsOf(text: string, completions: number): Interval[] {
  if (text === '') return [];
  return text.split(',').flatMap((part) => {
    try {
      return [parseInterval(part, completions)];
    } catch (error) {
      // What cannot be read is told about elsewhere.
      if (error instanceof IndexError) return [];
      throw error;
    }
  });
}

/** The first index that is in both lists. */
export function firstOverlap(completed: string, failed: string, completions: number): number | undefined {
  const others = intervalsOf(failed, completions);
  for (const a of intervalsOf(completed, completions)) {
    const b = others.find((each) => a.first <= each.last && each.first <= a.last);
    if (b) return Math.max(a.first, b.first);
  }
  return undefined;
}
