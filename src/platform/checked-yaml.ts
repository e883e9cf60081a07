// A YAML file as a checked value; what is wrong is named by line and field. Pure.
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod/mini';
import { nearestName } from '../errors/nearest-name.ts';
import { aliasFlaw, excerpt, named, shortened, syntaxFlaw } from './yaml-words.ts';

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
  const syntax = syntaxFlaw(source, document, lines) ?? aliasFlaw(document, lines);
  if (syntax) return { problems: [{ ...syntax, field: '' }] };
  const value: unknown = document.toJS();
  const result = schema.safeParse(value);
  const problems = result.success ? relations(result.data) : result.error.issues.flatMap((issue) => problemsOf(issue, document, schema, value));
  if (!problems.length && result.success) return { value: result.data };
  const placed = withSuggestions(problems, schema, value).map(({ path, message }) => {
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
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i ? '.' : ''}${named(String(part))}`)).join('');

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

function problemsOf(issue: Issue, document: Document.Parsed, schema: Schema, value: unknown): readonly Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], message: UNKNOWN }));
  const isThere = document.hasIn(path);
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const known = discriminators(schema, path, issue.discriminator, value);
    if (known.length) return [oneOfThese(path, `must be one of ${known.join(', ')}`, known, document)];
  }
  if (issue.code === 'invalid_value') return [oneOfThese(path, issue.message, issue.values.map(String), document)];
  if (issue.code === 'invalid_type') return [{ path, message: isThere ? typeFlaw(issue.expected, path, document) : MISSING }];
  if (issue.message !== SILENT) return [{ path, message: issue.message }];
  if (issue.code === 'too_small') return [{ path, message: `must be at least ${issue.minimum}` }];
  if (issue.code === 'too_big') return [{ path, message: `must be at most ${issue.maximum}` }];
  return [{ path, message: 'is nothing that can stand here' }];
}

function oneOfThese(path: readonly PropertyKey[], message: string, known: readonly string[], document: Document.Parsed): Problem {
  if (!document.hasIn(path)) return { path, message: `${MISSING}: it ${message}` };
  const near = nearestName(String(document.getIn(path)), known);
  return { path, message: `${message}${near === undefined ? '' : `; did you mean ${near}?`}` };
}

/** What a schema without words of its own says. */
const SILENT = 'Invalid input';

/** What was expected, what stands there instead, and how it is written. */
function typeFlaw(expected: string, path: readonly PropertyKey[], document: Document.Parsed): string {
  const node = path.length ? document.getIn(path, true) : document.contents;
  const key = typeof path.at(-1) === 'string' ? `${named(String(path.at(-1)))}: ` : '';
  const source = isScalar(node) && typeof node.source === 'string' ? node.source : '';
  const asItStands = named(source);
  const isNothing = isScalar(node) && node.value === null;
  const is = isMap(node) ? 'a mapping' : isSeq(node) ? 'a list' : path.length ? `the text ${excerpt(source)}` : `one text of ${source.length} characters`;
  switch (expected) {
    case 'string':
      if (isNothing) return 'has no value: write one, or take the line away';
      return isScalar(node)
        ? `is ${typeof node.value === 'boolean' ? 'true or false' : 'a number'} as it stands: put it in quotes, ${key}"${asItStands}"`
        : `is ${is}, and must be a text`;
    case 'array':
      if (isNothing) return 'has no entries: write them below it, each after a dash, or take the line away';
      return `must be a list, and is ${scalarOr(is, node)}: put [ ] around it, or a dash before each entry`;
    case 'object':
    case 'record':
      if (isNothing) return 'has nothing below it: write its fields there, indented, or take the line away';
      return `must have fields, each written as \`key: value\`, and is ${scalarOr(is, node)}`;
    case 'boolean':
      return `must be true or false, without quotes${isNothing ? '' : `, and is ${scalarOr(is, node)}`}`;
    case 'number':
    case 'int':
      if (typeof (isScalar(node) && node.value) === 'string' && /^\d+$/.test(source)) return `must be a number: without quotes, ${key}${asItStands}`;
      return `must be a ${expected === 'int' ? 'whole ' : ''}number${isNothing ? '' : `, and is ${scalarOr(is, node)}`}`;
    default:
      return `must be ${expected}`;
  }
}

const scalarOr = (is: string, node: unknown): string => (isScalar(node) && typeof node.value !== 'string' ? shortened(String(node.source ?? node.value)) : is);

/** An unknown field that looks like a known one; where that one is missing, the two problems are one. */
function withSuggestions(problems: readonly Problem[], schema: Schema, value: unknown): readonly Problem[] {
  const found = new Set<Problem>();
  const told = problems.map((problem) => {
    if (problem.message !== UNKNOWN) return problem;
    const parent = problem.path.slice(0, -1);
    const near = nearestName(String(problem.path.at(-1)), keysAt(schema, parent, value));
    if (near === undefined) return problem;
    const missing = problems.find(({ path, message }) => message === MISSING && fieldOf(path) === fieldOf([...parent, near]));
    if (missing) found.add(missing);
    return { path: problem.path, message: `${UNKNOWN}; did you mean ${near}?` };
  });
  return told.filter((problem) => !found.has(problem));
}

/** The fields that the schema knows at a path; of several kinds of a thing, those of the one that `value` is. */
function keysAt(schema: Schema, path: readonly PropertyKey[], value: unknown): readonly string[] {
  return [...new Set(schemasAt(schema, path, value).flatMap(({ _zod: { def } }) => (def.type === 'object' ? Object.keys(def.shape) : [])))];
}

/** The words that tell the kinds of a thing apart, at the field `path` ends with. */
function discriminators(schema: Schema, path: readonly PropertyKey[], field: string, value: unknown): readonly string[] {
  const kinds = schemasAt(schema, path.slice(0, -1), value).flatMap(({ _zod: { def } }) => (def.type === 'object' ? [def.shape[field]] : []));
  return kinds.flatMap((kind) => (kind ? [...((kind as AnySchema)._zod.values ?? [])].map(String) : []));
}

type AnySchema = z.core.$ZodTypes;

/** What may stand at a path. */
function schemasAt(schema: Schema, path: readonly PropertyKey[], value: unknown): readonly AnySchema[] {
  const known = schema as AnySchema;
  const { def } = known._zod;
  const [first, ...rest] = path;
  const inner = first === undefined ? undefined : fieldOfValue(value, first);
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return schemasAt(def.innerType, path, value);
    case 'union': {
      const all = def.options.flatMap((option) => schemasAt(option, [], value));
      const chosen = 'discriminator' in def ? all.filter((option) => isOfKind(option, String(def.discriminator), value)) : [];
      return (chosen.length ? chosen : all).flatMap((option) => schemasAt(option, path, value));
    }
    case 'array':
      return first === undefined ? [known] : schemasAt(def.element, rest, inner);
    case 'record':
      return first === undefined ? [known] : schemasAt(def.valueType, rest, inner);
    case 'object': {
      const field = first === undefined ? undefined : def.shape[String(first)];
      return first === undefined ? [known] : field ? schemasAt(field, rest, inner) : [];
    }
    default:
      return first === undefined ? [known] : [];
  }
}

function isOfKind(option: AnySchema, field: string, value: unknown): boolean {
  const { def } = option._zod;
  const kind = def.type === 'object' ? (def.shape[field] as AnySchema | undefined) : undefined;
  return kind?._zod.values?.has(fieldOfValue(value, field) as z.core.util.Literal) ?? false;
}

const fieldOfValue = (value: unknown, field: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<PropertyKey, unknown>>)[field] : undefined;
