// The unified diff inside messages about what may not change. Models apimachinery/pkg/util/diff and github.com/pmezard/go-difflib
import type { JsonValue } from '../../../kube/machinery/json.ts';

const CONTEXT = 3;
const POPULAR_FROM = 200;

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}
interface Change {
  readonly tag: 'equal' | 'replace' | 'delete' | 'insert';
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** Where each line of b stands; lines that are everywhere do not count. */
function positions(b: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const where = new Map<string, number[]>();
  for (const [i, line] of b.entries()) {
    const known = where.get(line);
    if (known) known.push(i);
    else where.set(line, [i]);
  }
  if (b.length >= POPULAR_FROM) {
    const most = Math.floor(b.length / 100) + 1;
    for (const [line, found] of where) if (found.length > most) where.delete(line);
  }
  return where;
}

class Matcher {
  readonly #a: readonly string[];
  readonly #b: readonly string[];
  readonly #where: ReadonlyMap<string, readonly number[]>;

  constructor(a: readonly string[], b: readonly string[]) {
    this.#a = a;
    this.#b = b;
    this.#where = positions(b);
  }

  #longest(aFrom: number, aTo: number, bFrom: number, bTo: number): Block {
    let best: Block = { a: aFrom, b: bFrom, size: 0 };
    let lengths = new Map<number, number>();
    for (let i = aFrom; i < aTo; i++) {
      const next = new Map<number, number>();
      for (const j of this.#where.get(this.#a[i] ?? '') ?? []) {
        if (j < bFrom) continue;
        if (j >= bTo) break;
        const size = (lengths.get(j - 1) ?? 0) + 1;
        next.set(j, size);
        if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
      }
      lengths = next;
    }
    let { a, b, size } = best;
    while (a > aFrom && b > bFrom && this.#a[a - 1] === this.#b[b - 1]) {
      a -= 1;
      b -= 1;
      size += 1;
    }
    while (a + size < aTo && b + size < bTo && this.#a[a + size] === this.#b[b + size]) size += 1;
    return { a, b, size };
  }

  #blocks(aFrom: number, aTo: number, bFrom: number, bTo: number): Block[] {
    const match = this.#longest(aFrom, aTo, bFrom, bTo);
    if (match.size === 0) return [];
    return [
      ...(aFrom < match.a && bFrom < match.b ? this.#blocks(aFrom, match.a, bFrom, match.b) : []),
      match,
      ...(match.a + match.size < aTo && match.b + match.size < bTo ? this.#blocks(match.a + match.size, aTo, match.b + match.size, bTo) : []),
    ];
  }

  changes(): Change[] {
    const joined: Block[] = [];
    for (const block of this.#blocks(0, this.#a.length, 0, this.#b.length)) {
      const last = joined.at(-1);
      if (last && last.a + last.size === block.a && last.b + last.size === block.b) joined[joined.length - 1] = { ...last, size: last.size + block.size };
      else joined.push(block);
    }
    const changes: Change[] = [];
    let i = 0;
    let j = 0;
    for (const { a, b, size } of [...joined, { a: this.#a.length, b: this.#b.length, size: 0 }]) {
      const tag = i < a && j < b ? 'replace' : i < a ? 'delete' : 'insert';
      if (i < a || j < b) changes.push({ tag, a: [i, a], b: [j, b] });
      i = a + size;
      j = b + size;
      if (size > 0) changes.push({ tag: 'equal', a: [a, i], b: [b, j] });
    }
    return changes;
  }
}

/** Changes with three lines around them. */
function grouped(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  let group: Change[] = [];
  for (const [at, change] of changes.entries()) {
    let { a, b } = change;
    if (change.tag === 'equal' && at === 0) {
      a = [Math.max(a[0], a[1] - CONTEXT), a[1]];
      b = [Math.max(b[0], b[1] - CONTEXT), b[1]];
    }
    if (change.tag === 'equal' && at === changes.length - 1) {
      a = [a[0], Math.min(a[1], a[0] + CONTEXT)];
      b = [b[0], Math.min(b[1], b[0] + CONTEXT)];
    }
    if (change.tag === 'equal' && a[1] - a[0] > 2 * CONTEXT) {
      group.push({ tag: 'equal', a: [a[0], Math.min(a[1], a[0] + CONTEXT)], b: [b[0], Math.min(b[1], b[0] + CONTEXT)] });
      groups.push(group);
      group = [];
      a = [Math.max(a[0], a[1] - CONTEXT), a[1]];
      b = [Math.max(b[0], b[1] - CONTEXT), b[1]];
    }
    group.push({ tag: change.tag, a, b });
  }
  if (group.length && !(group.length === 1 && group[0]?.tag === 'equal')) groups.push(group);
  return groups;
}

function rangeOf(start: number, stop: number): string {
  const length = stop - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

/** Both values in the form that messages show, as one unified diff. */
export function unifiedDiff(before: JsonValue, after: JsonValue): string {
  const a = JSON.stringify(before, null, 1)
    .split('\n')
    .map((line) => `${line}\n`);
  const b = JSON.stringify(after, null, 1)
    .split('\n')
    .map((line) => `${line}\n`);
  let text = '';
  for (const group of grouped(new Matcher(a, b).changes())) {
    const first = group[0];
    const last = group.at(-1);
    if (!first || !last) continue;
    text += `@@ -${rangeOf(first.a[0], last.a[1])} +${rangeOf(first.b[0], last.b[1])} @@\n`;
    for (const { tag, a: ours, b: theirs } of group) {
      if (tag === 'equal') for (const line of a.slice(...ours)) text += ` ${line}`;
      else {
        for (const line of a.slice(...ours)) text += `-${line}`;
        for (const line of b.slice(...theirs)) text += `+${line}`;
      }
    }
  }
  return text;
}
