// Tables as kubectl prints them. The last column may be wrapped; on a narrow terminal each row becomes a small block.
import stringWidth from 'fast-string-width';
import type { Style } from './style.ts';
import { wrap, wrapLine } from './wrap.ts';

const GAP = '   ';
/** A last column narrower than this is not worth wrapping. */
const NARROWEST = 20;

interface Page {
  readonly width: number;
  readonly style: Style;
}

const widthsOf = (rows: readonly (readonly string[])[]): readonly number[] =>
  (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => stringWidth(row[i] ?? ''))));
const padded = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));

/** `columns` are the headings; every row has a cell for each. Text without a newline at the end. */
export function renderTable(columns: readonly string[], rows: readonly (readonly string[])[], page: Page): string {
  return renderGroups(columns, [{ rows }], page);
}

export interface RowGroup {
  /** A line above the rows. */
  readonly title?: string;
  readonly rows: readonly (readonly string[])[];
}

/** Several groups of rows below one line of headings, with the same columns. */
export function renderGroups(columns: readonly string[], groups: readonly RowGroup[], { width, style }: Page): string {
  const table = [columns, ...groups.flatMap(({ rows }) => rows)];
  const widths = widthsOf(table);
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + GAP.length, 0);
  const last = Math.min(widths.at(-1) ?? 0, width - before);
  const longestWord = Math.max(...table.flatMap((row) => (row.at(-1) ?? '').split(' ')).map((word) => stringWidth(word)));
  const fits = last === widths.at(-1) || (last >= NARROWEST && longestWord <= last);
  const inColumns = (row: readonly string[]): string => {
    const [first = '', ...more] = wrapLine(row.at(-1) ?? '', last);
    const start = row.slice(0, -1).map((cell, i) => padded(cell, widths[i] ?? 0));
    return [[...start, first].join(GAP).trimEnd(), ...more.map((line) => ' '.repeat(before) + line)].join('\n');
  };
  const asBlock = (row: readonly string[]): string =>
    columns
      .map((column, i) => {
        const [start = '', ...more] = wrap(`${column} ${row[i] ?? ''}`.trimEnd(), width - 4).split('\n');
        return [`${i === 0 ? '' : '  '}${style.heading(column)}${start.slice(column.length)}`, ...more.map((line) => `    ${line}`)].join('\n');
      })
      .join('\n');
  return [
    ...(fits ? [inColumns(columns.map((column) => style.heading(column)))] : []),
    ...groups.flatMap(({ title, rows }) => [
      ...(title ? ['', wrap(title, width).replace(/.+/g, (line) => style.heading(line))] : []),
      ...rows.map(fits ? inColumns : asBlock),
    ]),
  ]
    .join('\n')
    .replace(/^\n/, '');
}
