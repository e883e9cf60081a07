// Writes down the commands, aliases and flags of a real kubectl, read from its help pages: what the tree of src/kubectl is held against.
// usage: node scripts/record-kubectl-flags.ts KUBECTL > test/golden/kubectl-flags/1.35.txt
import { execFileSync } from 'node:child_process';

const [kubectl = 'kubectl'] = process.argv.slice(2);
const help = (...words: readonly string[]): readonly string[] => execFileSync(kubectl, words, { encoding: 'utf8', env: { HOME: '/home/someone' } }).split('\n');

/** The lines below a heading, up to the next empty one. */
const below = (lines: readonly string[], heading: RegExp): readonly string[] =>
  lines.flatMap((line, i) => (heading.test(line) ? lines.slice(i + 1, lines.indexOf('', i + 1)) : []));

const flagsIn = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => {
    const [, heading] = /^ {4}((?:-\w, )?--[\w-]+=.*):$/.exec(line) ?? [];
    return heading === undefined ? [] : [heading];
  });

function record(path: readonly string[]): void {
  const lines = help(...path, '--help');
  const [aliases = ''] = below(lines, /^Aliases:$/);
  if (path.length)
    console.log(
      [
        ['kubectl', ...path].join(' '),
        ...aliases
          .split(', ')
          .slice(1)
          .map((each) => `(${each})`),
      ].join(' '),
    );
  for (const flag of flagsIn(lines)) console.log(`  ${flag}`);
  for (const line of below(lines, / ?[Cc]ommands.*:$/)) {
    const [, name] = /^ {2}([a-z][\w-]*) +\S/.exec(line) ?? [];
    if (name !== undefined) record([...path, name]);
  }
}

record([]);
console.log('kubectl options');
for (const flag of flagsIn(help('options'))) console.log(`  ${flag}`);
