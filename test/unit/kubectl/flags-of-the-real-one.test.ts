// The tree of commands against a record of kubectl 1.35: names, aliases, flags, short forms and defaults. What differs is declared, or wrong.
// scripts/record-kubectl-flags.ts made the record.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { own, recorded, withKubectlTable } from '../../../scripts/kubectl-table.ts';
import { GAPS } from '../../../src/kubectl/gaps.ts';

interface Difference {
  readonly command: string;
  readonly what: string;
  readonly real: string;
  readonly own: string;
}

async function differences(): Promise<readonly Difference[]> {
  const real = recorded();
  const ours = await own();
  return [...new Set([...real.keys(), ...ours.keys()])].flatMap((command) => {
    const [there, here] = [real.get(command), ours.get(command)];
    if (!there || !here) return [{ command, what: 'the command', real: there ? 'there' : '', own: here ? 'there' : '' }];
    const flags = [...new Set([...there.flags.keys(), ...here.flags.keys()])];
    return [
      { command, what: 'aliases', real: there.aliases, own: here.aliases },
      ...flags.map((flag) => ({ command, what: `--${flag}`, real: there.flags.get(flag) ?? '', own: here.flags.get(flag) ?? '' })),
    ].filter((each) => each.real !== each.own);
  });
}

const reasonFor = ({ command, what }: Difference): string | undefined => GAPS.find((gap) => (gap.command ?? 'options') === command && gap.what === what)?.why;

test('every difference from kubectl 1.35 has a reason', async () => {
  expect((await differences()).filter((each) => reasonFor(each) === undefined)).toEqual([]);
});

test('the record is whole', () => {
  const record = recorded();
  expect(record.size).toBeGreaterThan(100);
  expect(record.get('get')?.flags.get('output')).toBe("-o, --output=''");
  expect(record.get('create configmap')?.aliases).toBe('(cm)');
  expect(record.get('options')?.flags.size).toBe(29);
});

test('the table of the README is current', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
  expect(await withKubectlTable(readme)).toBe(readme);
});
