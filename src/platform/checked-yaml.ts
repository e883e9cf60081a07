// A YAML file as a checked value; what is wrong is named by line and field. Pure.
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod/mini';
import { nearestName } from '../errors/nearest-name.ts';

/** Something wrong at a place of the file. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A problem as a person finds it. */
export interface PlacedProblem {
  /** Counted from 1; undefined where the file has no such place. */
  readonly line: number | undefined;
  /** `hosts[2].address`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
}

export type Checked<T> = { readonly value: T } | { readonly problems: readonly PlacedProblem[] };

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

const UNKNOWN = 'is not known here';
const MISSING = 'is missing';

/**
 * Reads one YAML document and holds it against `schema`; `relations` says what is wrong between fields that are right by themselves.
 * Every problem is told, in the order of the file. A field that is not known comes with the name that was probably meant.
 */
export function parseChecked<T>(source: string, schema: z.ZodMiniType<T>, relations: (value: T) => readonly Problem[]): Checked<T> {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax) return { problems: [{ line: lines.linePos(syntax.pos[0]).line, field: '', message: syntax.message.split('\n')[0] ?? '' }] };
  const result = schema.safeParse(document.toJS());
  const problems = result.success ? relations(result.data) : result.error.issues.flatMap((issue) => problemsOf(issue, document));
  if (!problems.length && result.success) return { value: result.data };
  const placed = withSuggestions(problems, schema).map(({ path, message }) => {
    const offset = nodeAt(document.contents as Node | null, path)?.range?.[0];
    return { line: offset === undefined ? undefined : lines.linePos(offset).line, field: fieldOf(path), message };
  });
  return { problems: placed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

/** `line 3: hosts[0].adress is not known here`, one a line; the line of a lone problem is left to the headline. */
export function problemLines(problems: readonly PlacedProblem[]): string {
  return problems
    .map(({ line, field, message }) => `${line === undefined || problems.length === 1 ? '' : `line ${line}: `}${field ? `${field} ` : ''}${message}`)
    .join('\n');
}

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

function problemsOf(issue: Issue, document: Pick<Document, 'hasIn' | 'getIn'>): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...issue.path, key], message: UNKNOWN }));
  if (issue.code === 'invalid_value') {
    if (!document.hasIn(issue.path)) return [{ path: issue.path, message: `${MISSING}: it ${issue.message}` }];
    const near = nearestName(String(document.getIn(issue.path)), issue.values.map(String));
    return [{ path: issue.path, message: `${issue.message}${near === undefined ? '' : `; did you mean ${near}?`}` }];
  }
  if (issue.code !== 'invalid_type') return [{ path: issue.path, message: issue.message }];
  return [{ path: issue.path, message: document.hasIn(issue.path) ? `must be ${issue.expected === 'object' ? 'a mapping' : issue.expected}` : MISSING }];
}

/** An unknown field that looks like a known one; where that one is missing, the two problems are one. */
function withSuggestions(problems: readonly Problem[], schema: Schema): readonly Problem[] {
  const found = new Set<Problem>();
  const told = problems.map((problem) => {
    if (problem.message !== UNKNOWN) return problem;
    const parent = problem.path.slice(0, -1);
    const near = nearestName(String(problem.path.at(-1)), keysAt(schema, parent));
    if (near === undefined) return problem;
    const missing = problems.find(({ path, message }) => message === MISSING && fieldOf(path) === fieldOf([...parent, near]));
    if (missing) found.add(missing);
    return { path: problem.path, message: `${UNKNOWN}; did you mean ${near}?` };
  });
  return told.filter((problem) => !found.has(problem));
}

/** The fields that the schema knows at a path. */
function keysAt(schema: Schema, path: readonly PropertyKey[]): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
      return keysAt(def.innerType, path);
    case 'union':
      return def.options.flatMap((option) => keysAt(option, path));
    case 'array':
      return path.length ? keysAt(def.element, path.slice(1)) : [];
    case 'record':
      return path.length ? keysAt(def.valueType, path.slice(1)) : [];
    case 'object': {
      const [first, ...rest] = path;
      if (first === undefined) return Object.keys(def.shape);
      const inner = def.shape[String(first)];
      return inner ? keysAt(inner, rest) : [];
    }
    default:
      return [];
  }
}
