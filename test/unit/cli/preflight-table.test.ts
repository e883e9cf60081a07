// The checks before a run as a table: all of them where they were asked for, in a dry run only what is not green.
import { expect, it } from 'vitest';
import { preflightTable } from '../../../src/cli/preflight-table.ts';
import { plainStyle } from '../../../src/cli/output/style.ts';
import { renderTable } from '../../../src/cli/output/table.ts';
import type { Output } from '../../../src/cli/output/output.ts';
import type { Finding } from '../../../src/provision/preflight/check.ts';

const page = { width: 80, style: plainStyle };
const out = {
  ...page,
  table: (columns: readonly string[], rows: readonly (readonly string[])[]) => Promise.resolve(renderTable(columns, rows, page)),
} as Output;
const finding = (check: Finding['check'], host: string, colour: Finding['colour'] = 'green'): Finding => ({
  check,
  host,
  colour,
  says: `${check} is ${colour}`,
});
const green = [finding('os', 'n1'), finding('os', 'n2'), finding('cpus', 'n1'), finding('cpus', 'n2')];
const findings = [...green, finding('swap', 'n1'), finding('swap', 'n2', 'yellow')];

it('has a row for each check', async () => {
  expect((await preflightTable(findings, out)).split('\n').map((line) => line.split(/ +/)[0])).toEqual(['CHECK', 'os', 'cpus', 'swap', '', 'yellow']);
});

it('counts the checks that all hosts pass', async () => {
  const text = await preflightTable(findings, out, { withGreen: false });
  expect(text).toBe('CHECK   n1      n2\nswap    green   yellow\n2 checks are green on every host.\n\nyellow swap, n2: swap is yellow');
  expect(await preflightTable(green, out, { withGreen: false })).toBe('2 checks are green on every host.');
});
