// Tables as kubectl prints them; on a narrow terminal each row becomes a small block.
import stringWidth from 'fast-string-width';
import type { Style } from './style.ts';

const GAP = '   ';

/** `columns` are the headings; every row has a cell for each. Text without a newline at the end. */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { width, style }: { readonly width: number; readonly style: Style },
): string {
  const table = [columns.map(style.heading), ...rows];
  const widths = columns.map((_, i) => Math.max(...table.map((row) => stringWidth(row[i] ?? ''))));
  const lines = table.map((row) =>
    row
      .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - stringWidth(cell)))
      .join(GAP)
      .trimEnd(),
  );
  if (lines.every((line) => stringWidth(line) <= width)) return lines.join('\n');
  return rows.map((row) => columns.map((column, i) => `${i === 0 ? '' : '  '}${style.heading(column)} ${row[i] ?? ''}`.trimEnd()).join('\n')).join('\n');
}
