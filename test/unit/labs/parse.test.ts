// lab.yaml: what is wrong is named by line and field.
import { globSync, readFileSync } from 'node:fs';
import { format } from 'prettier';
import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { parseLabFile } from '../../../src/labs/parse.ts';
import { labSchema } from '../../../src/labs/lab-schema.ts';
import { newLabFiles } from '../../../src/labs/scaffold.ts';

const GOOD = `title: A lab
objectives: [Manage role based access control (RBAC)]
minutes: 5
difficulty: 2
variables:
  node: {from: nodes, where: worker}
setup:
  - cordon: \${node}
checks:
  - id: first
    points: 1
    says: node \${node} is well
    get: {kind: Node, name: '\${node}'}
    expect: object.spec.unschedulable == true
`;

function refusal(text: string): string {
  try {
    parseLabFile(text, 'lab.yaml');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'LAB_INVALID' || error.exitCode !== 3) throw error;
    return `${error.what}: ${error.why ?? ''}`;
  }
  throw new Error('it was accepted');
}

describe('lab.yaml', () => {
  it('is read', () => {
    expect(parseLabFile(GOOD, 'lab.yaml')).toMatchObject({ title: 'A lab', checks: [{ id: 'first', get: { kind: 'Node' } }] });
  });

  const wrong: readonly (readonly [what: string, from: string, to: string, line: number, why: string])[] = [
    ['no YAML', 'minutes: 5', 'minutes: [5', 3, 'a bracket that is opened here is not closed'],
    ['an unknown key', 'minutes: 5', 'minuts: 5', 3, 'minuts is not known here; did you mean minutes?'],
    ['a missing key', 'minutes: 5\n', '', 1, 'minutes is missing'],
    ['a wrong type', 'difficulty: 2', 'difficulty: hard', 4, 'difficulty must be a number'],
    [
      'what is no bullet',
      '(RBAC)]',
      '(RBACs)]',
      2,
      'objectives[0] is no bullet of the curriculum, word for word; did you mean "Manage role based access control (RBAC)"?',
    ],
    ['an unknown need', 'minutes: 5', 'minutes: 5\nneeds: {worker: 2}', 4, 'needs.worker is nothing a cluster can have; did you mean "workers"?'],
    ['an unknown source', 'where: worker', 'where: workers', 6, 'variables.node'],
    [
      'two kinds of set-up in a step',
      '- cordon: ${node}',
      '- cordon: ${node}\n    apply: files/a.yaml',
      8,
      'setup[0] needs exactly one of apply, wait, label, taint, cordon, patch and has apply and cordon',
    ],
    ['no kind of check', "    get: {kind: Node, name: '${node}'}\n", '', 10, 'checks[0] needs exactly one of get, list, canI, behaviour'],
    ['no expectation', '    expect: object.spec.unschedulable == true\n', '', 10, 'checks[0] needs expect'],
    ['an unknown kind', 'kind: Node', 'kind: Nod', 13, 'checks[0].get.kind "Nod" is no kind that labs can look at; did you mean: Node'],
    [
      'a misspelt variable',
      'says: node ${node}',
      'says: node ${nod}',
      12,
      'checks[0].says names the variable ${nod}, which is not declared; did you mean ${node}?',
    ],
    ['an expression that is none', '== true', '= true', 14, 'checks[0].expect is no expression over object: Unexpected character'],
    ['an expression over something else', 'object.spec', 'items.spec', 14, 'checks[0].expect is no expression over object: Unknown variable: items'],
    ['an expression that is no question', 'unschedulable == true', 'a.size()', 14, 'gives int where it should be true or false'],
    ['what comes after nothing', '    points: 1', '    points: 1\n    after: zeroth', 12, 'checks[0].after names "zeroth", which is no check above this one'],
  ];
  it.each(wrong)('with %s is refused', (_what, from, to, line, why) => {
    expect(GOOD).toContain(from);
    const said = refusal(GOOD.replace(from, to));
    expect(said).toContain(`lab.yaml, line ${line} is not right`);
    expect(said).toContain(why);
  });

  it('names every problem, in order', () => {
    const said = refusal(GOOD.replace('object.', 'objct.').replace('kind: Node', 'kind: Nodee').replace('minutes: 5', 'minutes: 5'));
    expect(said).toMatch(/line 13: checks\[0\]\.get\.kind.*\nline 14: checks\[0\]\.expect/);
  });

  it('refuses an id that is used twice', () => {
    const again = GOOD.slice(GOOD.indexOf('  - id: first'));
    expect(refusal(`${GOOD}${again}`)).toContain('line 15 is not right: checks[1].id "first" is used twice');
  });

  it('is valid as the scaffold makes it', () => {
    expect(parseLabFile(newLabFiles('storage', 'mine')['lab.yaml'] ?? '', 'lab.yaml').title).toBe('A short title in the imperative');
  });
});

describe('the labs of the package', () => {
  const root = new URL('../../../labs/', import.meta.url);
  it.each(globSync('*/*/lab.yaml', { cwd: root.pathname }))('%s is right', (file) => {
    expect(parseLabFile(readFileSync(new URL(file, root), 'utf8'), file).checks.length).toBeGreaterThan(1);
  });

  it('have a JSON Schema for editors, generated from the same source', async () => {
    const schema = { ...z.toJSONSchema(labSchema, { unrepresentable: 'any' }), title: "A lab of ckadet's: lab.yaml" };
    await expect(await format(JSON.stringify(schema), { parser: 'json', printWidth: 160 })).toMatchFileSnapshot('../../../labs/lab.schema.json');
  });
});
