// Tables: with colours, wrapped in the last column, and as blocks where there is no room.
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadStyle, plainStyle } from '../../../src/cli/output/style.ts';
import { renderGroups, renderTable } from '../../../src/cli/output/table.ts';

const columns = ['LAB', 'MIN', 'TITLE'];
const rows = [
  ['drain-node', '6', 'Drain a node for maintenance'],
  ['affinity', '10', 'Require a node with fast disks, or only prefer it'],
];

describe('a table', () => {
  it('is the same with colour as without', async () => {
    const coloured = renderTable(columns, rows, { width: 80, style: await loadStyle(true) });
    const plain = renderTable(columns, rows, { width: 80, style: plainStyle });
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    expect(plain.split('\n')[0]).toBe('LAB          MIN   TITLE');
  });

  it('wraps its last column', () => {
    expect(renderTable(columns, rows, { width: 46, style: plainStyle })).toBe(`LAB          MIN   TITLE
drain-node   6     Drain a node for
                   maintenance
affinity     10    Require a node with fast
                   disks, or only prefer it`);
  });

  it.each([10, 24, 38])('becomes blocks of lines on a terminal of %i columns', (width) => {
    const text = renderTable(columns, rows, { width, style: plainStyle });
    expect(text).toContain('LAB');
    const words = columns.concat(rows.flat()).join(' ').split(' ');
    const longest = Math.max(...words.map((word) => word.length));
    expect(text.split('\n').filter((line) => line.length > Math.max(width, longest + 6))).toEqual([]);
  });

  it('has its groups below one line of headings', () => {
    expect(
      renderGroups(
        ['A', 'B'],
        [
          { title: 'One', rows: [['a', 'b']] },
          { title: 'Two', rows: [['aa', 'bb']] },
        ],
        { width: 80, style: plainStyle },
      ),
    ).toBe('A    B\n\nOne\na    b\n\nTwo\naa   bb');
  });
});
