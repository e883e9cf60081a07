// Help pages: complete, plain when piped, and never wider than the terminal.
import { describe, expect, it } from 'vitest';
import { isHidden, nodesOf } from '../../../src/cli/command-tree.ts';
import { renderCommandHelp, renderGroupHelp } from '../../../src/cli/output/help.ts';
import { plainStyle } from '../../../src/cli/output/style.ts';
import { tree } from '../../../src/cli/tree.ts';
import { allCommands } from '../../fixtures/all-commands.ts';

const commands = await allCommands(tree);

describe('every command', () => {
  it.each(commands)('$name has a description and an example', ({ command }) => {
    expect(command.description.length).toBeGreaterThan(40);
    expect(command.examples.length).toBeGreaterThan(0);
  });

  it.each([40, 60, 80, 200])('fits %i columns', (width) => {
    const pages = [
      renderGroupHelp(['ckadet'], tree, { width, style: plainStyle }),
      ...commands.map(({ path, summary, command }) => renderCommandHelp(path, summary, command, { width, style: plainStyle })),
    ];
    // Examples are broken where a shell goes on reading; a single word is too long by itself.
    const isOneWord = (line: string): boolean => !line.trim().replace(/ \\$/, '').includes(' ');
    const tooLong = pages.flatMap((page) => page.split('\n')).filter((line) => line.length > Math.min(width, 96) && !isOneWord(line));
    expect(tooLong).toEqual([]);
  });

  it('is listed on the first page unless hidden', () => {
    const page = renderGroupHelp(['ckadet'], tree, { width: 80, style: plainStyle });
    for (const node of nodesOf(tree)) expect(page.includes(`\n  ${node.name} `)).toBe(!isHidden(node));
  });
});

it('a page reads like this', () => {
  const command = {
    description: 'Makes a thing.\n\nThen rests.',
    arguments: { name: { summary: 'its name', preset: 'a' } },
    options: { fast: { summary: 'do not wait', short: 'f' } },
    examples: [{ command: 'ckadet make b', says: 'make b' }],
    next: [{ command: 'ckadet show', says: 'look at it' }],
    run: async () => {},
  };
  expect(renderCommandHelp(['ckadet', 'make'], 'make a thing', command, { width: 80, style: plainStyle })).toBe(`ckadet make: make a thing

Makes a thing.

Then rests.

Usage
  ckadet make [NAME] [options]

Arguments
  NAME  its name (default a)

Options
  -f, --fast  do not wait
  -h, --help  show this page

Examples
  # make b
  ckadet make b

What next
  ckadet show  look at it
`);
});
