// Columns as Go's tabwriter lays them out.
import { expect, test } from 'vitest';
import { TabWriter } from '../../../src/kubectl/printers/tab-writer.ts';

function written(...parts: readonly (readonly (readonly string[])[])[]): string {
  let text = '';
  const writer = new TabWriter((part) => (text += part), { remembersWidths: true });
  for (const lines of parts) {
    for (const line of lines) writer.line(line);
    writer.flush();
  }
  return text;
}

test('columns are as wide as their widest cell and three more, six at least', () => {
  expect(
    written([
      ['NAME', 'A', 'B'],
      ['a-long-name', '1', 'x'],
    ]),
  ).toBe('NAME          A     B\na-long-name   1     x\n');
});
test('a part that follows is as wide as the one before', () => {
  expect(written([['a-long-name', 'x']], [['b', 'y']])).toBe('a-long-name   x\nb             y\n');
});
test('a line without a column ends it', () => {
  expect(written([['a', 'b'], ['a line of its own'], ['cccccc', 'd']])).toBe('a     b\na line of its own\ncccccc   d\n');
});
