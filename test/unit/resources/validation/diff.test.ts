// The unified diff inside upstream's refusals: three lines around each change, as Go's difflib groups them.
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../../src/sim/resources/validation/diff.ts';

describe('unifiedDiff', () => {
  it('is empty for what is equal', () => {
    expect(unifiedDiff({ A: 1 }, { A: 1 })).toBe('');
  });
  it('shows a changed line with what is around it', () => {
    expect(unifiedDiff({ A: 1, B: 2 }, { A: 1, B: 3 })).toBe('@@ -1,4 +1,4 @@\n {\n  "A": 1,\n- "B": 2\n+ "B": 3\n }\n');
  });
  it('leaves out what is far from any change', () => {
    const long = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`K${String(i)}`, i]));
    const text = unifiedDiff(long, { ...long, K2: 'x', K25: 'y' });
    expect(text.match(/^@@/gm)).toHaveLength(2);
    expect(text).not.toContain('K12');
  });
});
