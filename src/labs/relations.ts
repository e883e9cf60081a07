// What a schema alone cannot say of a lab.yaml: one kind per check and step, ids that fit together, expressions and kinds that exist, variables that are declared. Pure.
import { AppError } from '../errors/app-error.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { expressionProblem } from './expectation.ts';
import { resourceOf } from './kinds.ts';
import { CHECK_KINDS, type Check, type LabFile, type SetupStep, STEP_KINDS } from './lab-schema.ts';
import type { Problem } from '../platform/checked-yaml.ts';

type Path = readonly PropertyKey[];

export function relations(file: LabFile): readonly Problem[] {
  const { checks, setup = [], cleanup = [] } = file;
  const problems = [...undeclared(file, Object.keys(file.variables ?? {}))];
  const earlier = new Set<string>();
  for (const [i, check] of checks.entries()) {
    problems.push(...ofCheck(check, ['checks', i], earlier));
    earlier.add(check.id);
  }
  for (const [i, step] of setup.entries()) problems.push(...ofStep(step, ['setup', i]));
  for (const [i, { kind, apiVersion }] of cleanup.entries()) problems.push(...ofKind(kind, apiVersion, ['cleanup', i, 'kind']));
  return problems;
}

function ofCheck(check: Check, at: Path, earlier: ReadonlySet<string>): readonly Problem[] {
  const problems = [...exactlyOne(check, CHECK_KINDS, at)];
  const { get, list, behaviour, expect, nearMiss = [] } = check;
  const query = get ?? list;
  if (query && expect === undefined) problems.push({ path: at, message: 'needs expect, a CEL expression over what was read' });
  if (!query && expect !== undefined) problems.push({ path: [...at, 'expect'], message: 'belongs to get and list alone' });
  if (!query && nearMiss.length > 0) problems.push({ path: [...at, 'nearMiss'], message: 'belongs to get and list alone' });
  if (query) problems.push(...ofKind(query.kind, query.apiVersion, [...at, get ? 'get' : 'list', 'kind']));
  const names = list ? ['items'] : ['object'];
  if (expect !== undefined) problems.push(...ofExpression(expect, names, [...at, 'expect']));
  if (behaviour) problems.push(...ofExpression(behaviour.expect, names, [...at, 'behaviour', 'expect']));
  for (const [i, { when }] of nearMiss.entries()) problems.push(...ofExpression(when, names, [...at, 'nearMiss', i, 'when']));
  if (earlier.has(check.id)) problems.push({ path: [...at, 'id'], message: `${JSON.stringify(check.id)} is used twice` });
  for (const before of [check.after ?? []].flat())
    if (!earlier.has(before)) problems.push({ path: [...at, 'after'], message: `names ${JSON.stringify(before)}, which is no check above this one` });
  return problems;
}

function ofStep(step: SetupStep, at: Path): readonly Problem[] {
  const { wait, label, patch } = step;
  const problems = [...exactlyOne(step, STEP_KINDS, at)];
  for (const [name, named] of Object.entries({ label, patch })) if (named) problems.push(...ofKind(named.kind, undefined, [...at, name, 'kind']));
  if (!wait) return problems;
  problems.push(...exactlyOne(wait, ['get', 'list', 'for'], [...at, 'wait']));
  const query = wait.get ?? wait.list;
  if (query) problems.push(...ofKind(query.kind, query.apiVersion, [...at, 'wait', wait.get ? 'get' : 'list', 'kind']));
  if (wait.expect !== undefined) problems.push(...ofExpression(wait.expect, wait.list ? ['items'] : ['object'], [...at, 'wait', 'expect']));
  return problems;
}

function exactlyOne(object: object, kinds: readonly string[], path: Path): readonly Problem[] {
  const there = kinds.filter((kind) => (object as Readonly<Record<string, unknown>>)[kind] !== undefined);
  return there.length === 1 ? [] : [{ path, message: `needs exactly one of ${kinds.join(', ')}${there.length ? ` and has ${there.join(' and ')}` : ''}` }];
}

function ofKind(kind: string, apiVersion: string | undefined, path: Path): readonly Problem[] {
  if (/\$\{/.test(`${kind}${apiVersion ?? ''}`)) return [];
  try {
    resourceOf(kind, apiVersion);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ path, message: `${JSON.stringify(kind)} is no kind that labs can look at${error.why ? `; ${error.why}` : ''}` }];
  }
}

/** Any value may stand for a variable; 1 fits between quotes and outside of them. */
function ofExpression(expression: string, names: readonly string[], path: Path): readonly Problem[] {
  const problem = expressionProblem(expression.replaceAll(/\$\{[a-z][A-Za-z0-9]*\}/g, '1'), names);
  return problem === undefined ? [] : [{ path, message: `is no expression over ${names.join(', ')}: ${problem}` }];
}

/** Nothing but a variable looks like `${name}` in this file, so one that is not declared is misspelt. */
function undeclared(value: unknown, declared: readonly string[], path: Path = []): readonly Problem[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, each]) => undeclared(each, declared, [...path, Array.isArray(value) ? Number(key) : key]));
  if (typeof value !== 'string') return [];
  return [...value.matchAll(/\$\{([a-z][A-Za-z0-9]*)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !declared.includes(name))
    .map((name) => ({ path, message: `names the variable \${${name}}, which is not declared${meant(name, declared)}` }));
}

function meant(name: string, declared: readonly string[]): string {
  const near = nearestName(name, declared);
  return near === undefined ? '' : `; did you mean \${${near}}?`;
}
