// lab.yaml as a checked value; what is wrong is named by line and field. Pure.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod/mini';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { relations } from './relations.ts';
import { labSchema, type LabFile } from './lab-schema.ts';

/** Something wrong at a place of the file. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export function labFileError(
  file: string,
  problems: readonly { readonly line: number | undefined; readonly field: string; readonly message: string }[],
): AppError {
  const [first] = problems;
  return new AppError({
    code: 'LAB_INVALID',
    what: `${file}${first?.line === undefined ? '' : `, line ${first.line}`} is not right`,
    why: problems
      .map(({ line, field, message }) => `${line === undefined || problems.length === 1 ? '' : `line ${line}: `}${field ? `${field} ` : ''}${message}`)
      .join('\n'),
    next: ['ckadet lab new DOMAIN/ID makes a lab that is right, with comments', 'ckadet lab verify LAB --labs DIR proves one'],
    exitCode: EXIT.invalidFile,
  });
}

type Issue = z.core.$ZodIssue;

const UNKNOWN = 'is not known here';
const MISSING = 'is missing';

/** `checks[2].expect` */
const fieldOf = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i ? '.' : ''}${String(part)}`)).join('');

/** The innermost node on the way to a path: where a missing field should have been. */
function nodeAt(root: Node | null, path: readonly PropertyKey[]): Node | null {
  let node = root;
  for (const part of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      next = pair ? (pair.value ?? pair.key) : undefined;
      if (pair && part === path.at(-1)) return pair.key as Node;
    } else if (isSeq(node)) next = node.items[Number(part)];
    if (!next) return node;
    node = next as Node;
  }
  return node;
}

function problemsOf(issue: Issue, isThere: (path: readonly PropertyKey[]) => boolean): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...issue.path, key], message: UNKNOWN }));
  if (issue.code !== 'invalid_type') return [{ path: issue.path, message: issue.message }];
  return [{ path: issue.path, message: isThere(issue.path) ? `must be ${issue.expected === 'object' ? 'a mapping' : issue.expected}` : MISSING }];
}

/** An unknown field that looks like a missing one is that one, misspelt. */
function withoutMisspelt(problems: readonly Problem[]): readonly Problem[] {
  const found = new Set<Problem>();
  const told = problems.map((problem) => {
    if (problem.message !== UNKNOWN) return problem;
    const missing = problems.filter(({ path, message }) => message === MISSING && fieldOf(path.slice(0, -1)) === fieldOf(problem.path.slice(0, -1)));
    const near = nearestName(
      String(problem.path.at(-1)),
      missing.map(({ path }) => String(path.at(-1))),
    );
    const meant = missing.find(({ path }) => near !== undefined && path.at(-1) === near);
    if (!meant) return problem;
    found.add(meant);
    return { path: problem.path, message: `${UNKNOWN}; did you mean ${near}?` };
  });
  return told.filter((problem) => !found.has(problem));
}

/** Throws AppError LAB_INVALID with every problem. `file` is how the file is named in it. */
export function parseLabFile(source: string, file: string): LabFile {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax) throw labFileError(file, [{ line: lines.linePos(syntax.pos[0]).line, field: '', message: syntax.message.split('\n')[0] ?? '' }]);
  const result = labSchema.safeParse(document.toJS());
  const problems = result.success ? relations(result.data) : result.error.issues.flatMap((issue) => problemsOf(issue, (path) => document.hasIn(path)));
  if (!problems.length && result.success) return result.data;
  const placed = withoutMisspelt(problems).map(({ path, message }) => {
    const offset = nodeAt(document.contents as Node | null, path)?.range?.[0];
    return { line: offset === undefined ? undefined : lines.linePos(offset).line, field: fieldOf(path), message };
  });
  throw labFileError(
    file,
    placed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  );
}
