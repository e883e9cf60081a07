// Tables as kubectl prints them, drawn by cli-table3 without borders; on a narrow terminal each row becomes a small block.
import Table from 'cli-table3';
import type { Style } from './style.ts';
import { stripVTControlCharacters } from 'node:util';

const GAP = '   ';
const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

/** `columns` are the headings; every row has a cell for each. Text without a newline at the end. */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { width, style }: { readonly width: number; readonly style: Style },
): string {
  const table = new Table({ chars: NO_BORDERS, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  table.push(columns.map(style.heading), ...rows.map((row) => [...row]));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  if (lines.every((line) => stripVTControlCharacters(line).length <= width)) return lines.join('\n');
  return rows.map((row) => columns.map((column, i) => `${i === 0 ? '' : '  '}${style.heading(column)} ${row[i] ?? ''}`.trimEnd()).join('\n')).join('\n');
}
