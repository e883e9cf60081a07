// A terminal's line discipline, as somebody types at it.
import { expect, test } from 'vitest';
import { ByteQueue } from '../../../src/kube/streaming/byte-duplex.ts';
import { CookedTerminal } from '../../../src/sim/images/commands/terminal.ts';

async function typed(keys: string): Promise<{ readonly lines: readonly string[]; readonly shown: string; readonly interrupts: number }> {
  const input = new ByteQueue();
  let shown = '';
  let interrupts = 0;
  const terminal = new CookedTerminal({ input, write: (data) => (shown += Buffer.from(data).toString()), onInterrupt: () => interrupts++ });
  void input.push(Buffer.from(keys));
  input.end();
  const lines: string[] = [];
  for await (const line of terminal.lines()) lines.push(line);
  return { lines, shown, interrupts };
}

test.each([
  ['lines, echoed', 'ls\rpwd\r', { lines: ['ls\n', 'pwd\n'], shown: 'ls\r\npwd\r\n', interrupts: 0 }],
  ['backspace', 'lx\u007fs\r', { lines: ['ls\n'], shown: 'lx\b \bs\r\n', interrupts: 0 }],
  ['backspace on an empty line', '\u007f\u007fa\r', { lines: ['a\n'], shown: 'a\r\n', interrupts: 0 }],
  ['the whole line away', 'abc\u0015d\r', { lines: ['d\n'], shown: 'abc\b \b\b \b\b \bd\r\n', interrupts: 0 }],
  ['a word away', 'rm all \u0017it\r', { lines: ['rm it\n'], shown: `rm all ${'\b \b'.repeat(4)}it\r\n`, interrupts: 0 }],
  ['Ctrl-C drops the line', 'abc\u0003ls\r', { lines: ['ls\n'], shown: 'abc^C\r\nls\r\n', interrupts: 1 }],
  ['Ctrl-D on an empty line ends', 'a\r\u0004never\r', { lines: ['a\n'], shown: 'a\r\n', interrupts: 0 }],
  ['Ctrl-D within a line hands it over', 'ab\u0004c\r', { lines: ['ab', 'c\n'], shown: 'abc\r\n', interrupts: 0 }],
  ['other control keys are no text', '\u0001a\r', { lines: ['a\n'], shown: 'a\r\n', interrupts: 0 }],
])('%s', async (_what, keys, expected) => {
  expect(await typed(keys)).toEqual(expected);
});
