// Label and field selectors: parsing with upstream's errors, matching, and the text form. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/labels/selector.go
import type { LabelSelector } from '../api/meta-v1.ts';
import { validateLabelKey, validateLabelValue } from './names.ts';

export type Labels = Readonly<Record<string, string>>;
export type Operator = 'in' | 'notin' | '=' | '!=' | 'exists' | '!' | 'gt' | 'lt';
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}
export type Selector = readonly Requirement[];

export class SelectorSyntaxError extends Error {}

const TOKEN = /\s*(!=|==|=|!|,|\(|\)|>|<|[^\s!=,()<>]+)\s*/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match?.[1]) break;
    tokens.push(match[1]);
  }
  return tokens;
}

const isIdentifier = (token: string | undefined): token is string => token !== undefined && !/^(!=|==|=|!|,|\(|\)|>|<)$/.test(token);
const found = (token: string | undefined): string => `found '${token ?? ''}'`;

/** Parses `app=web,tier in (a, b),!old`. Throws SelectorSyntaxError with upstream's message. */
export function parseSelector(text: string): Selector {
  const tokens = tokenize(text);
  const requirements: Requirement[] = [];
  let at = 0;
  const fail = (message: string): never => {
    throw new SelectorSyntaxError(`unable to parse requirement: ${message}`);
  };
  const failBetween = (message: string): never => {
    throw new SelectorSyntaxError(message);
  };
  while (at < tokens.length) {
    const negated = tokens[at] === '!';
    if (negated) at += 1;
    const key = tokens[at++];
    if (!isIdentifier(key) && negated) fail(`${found(key)}, expected: identifier`);
    if (!isIdentifier(key)) failBetween(`${found(key)}, expected: !, identifier, or 'end of string'`);
    const name = key as string;
    checkKey(name);
    const operator = tokens[at];
    if (negated || operator === undefined || operator === ',') {
      if (negated && operator !== undefined && operator !== ',') failBetween(`${found(operator)}, expected: ',' or 'end of string'`);
      requirements.push({ key: name, operator: negated ? '!' : 'exists', values: [] });
    } else if (operator === '=' || operator === '==' || operator === '!=' || operator === '>' || operator === '<') {
      at += 1;
      const value = isIdentifier(tokens[at]) ? (tokens[at++] as string) : '';
      if (value === '' && tokens[at] !== undefined && tokens[at] !== ',') fail(`${found(tokens[at])}, expected: identifier`);
      const kind: Operator = operator === '!=' ? '!=' : operator === '>' ? 'gt' : operator === '<' ? 'lt' : '=';
      if ((kind === 'gt' || kind === 'lt') && !/^[+-]?\d+$/.test(value))
        fail(`values[0][${name}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`);
      checkValue(name, value);
      requirements.push({ key: name, operator: kind, values: [value] });
    } else if (operator === 'in' || operator === 'notin') {
      at += 1;
      if (tokens[at] !== '(') fail(`${found(tokens[at])} expected: '('`);
      at += 1;
      const values: string[] = [];
      let expectValue = true;
      while (at < tokens.length && tokens[at] !== ')') {
        if (tokens[at] === ',') {
          if (expectValue) values.push('');
          expectValue = true;
          at += 1;
          continue;
        }
        if (!isIdentifier(tokens[at]) || !expectValue) fail(`${found(tokens[at])}, expected: ',', or ')'`);
        values.push(tokens[at++] as string);
        expectValue = false;
      }
      if (tokens[at] !== ')') fail(`${found(tokens[at])}, expected: ',', ')' or identifier`);
      if (expectValue) values.push('');
      at += 1;
      for (const value of values) checkValue(name, value);
      requirements.push({ key: name, operator, values: [...new Set(values)].sort() });
    } else fail(`${found(operator)}, expected: in, notin, =, ==, !=, gt, lt`);
    if (at < tokens.length) {
      if (tokens[at] !== ',') failBetween(`${found(tokens[at])}, expected: ',' or 'end of string'`);
      at += 1;
      if (at === tokens.length) failBetween("found '', expected: identifier after ','");
    }
  }
  return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function checkKey(key: string): void {
  const errors = validateLabelKey(key);
  if (errors.length) throw new SelectorSyntaxError(`unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${errors.join('; ')}`);
}
function checkValue(key: string, value: string): void {
  const errors = validateLabelValue(value);
  if (errors.length)
    throw new SelectorSyntaxError(`unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${errors.join('; ')}`);
}

const asInteger = (text: string | undefined): bigint | undefined => (text !== undefined && /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined);

export function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '=':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'gt':
    case 'lt': {
      const left = asInteger(value);
      const right = asInteger(values[0]);
      if (left === undefined || right === undefined) return false;
      return operator === 'gt' ? left > right : left < right;
    }
  }
}

const NO_LABELS: Labels = {};
/** An empty selector matches everything. */
export const matchesSelector = (selector: Selector, labels: Labels | undefined): boolean =>
  selector.every((requirement) => matchesRequirement(requirement, labels ?? NO_LABELS));

const OPERATORS: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!', Gt: 'gt', Lt: 'lt' };

/** The requirements of matchLabels and matchExpressions; undefined selects nothing, as a nil LabelSelector does. */
export function selectorOf(selector: LabelSelector | undefined): Selector | undefined {
  if (!selector) return undefined;
  const byLabels = Object.entries(selector.matchLabels ?? {}).map(([key, value]): Requirement => ({ key, operator: 'in', values: [value] }));
  const byExpressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }): Requirement => ({
    key,
    operator: OPERATORS[operator] ?? 'in',
    values: [...values].sort(),
  }));
  return [...byLabels, ...byExpressions].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** True when the LabelSelector selects these labels; an absent one selects nothing, an empty one everything. */
export function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  const requirements = selectorOf(selector);
  return requirements !== undefined && matchesSelector(requirements, labels);
}

/** `app=web,tier in (a,b)`: the form that messages and queries use. */
export function formatSelector(selector: Selector): string {
  return selector
    .map(({ key, operator, values }) => {
      switch (operator) {
        case 'exists':
          return key;
        case '!':
          return `!${key}`;
        case '=':
          return `${key}=${values[0] ?? ''}`;
        case '!=':
          return `${key}!=${values[0] ?? ''}`;
        case 'gt':
          return `${key}>${values[0] ?? ''}`;
        case 'lt':
          return `${key}<${values[0] ?? ''}`;
        case 'in':
          return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
        case 'notin':
          return `${key} notin (${values.join(',')})`;
      }
    })
    .join(',');
}

/** The query text of a plain label map, sorted by key. */
export const formatLabels = (labels: Labels): string =>
  Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key] ?? ''}`)
    .join(',');

export interface FieldRequirement {
  readonly field: string;
  readonly equals: boolean;
  readonly value: string;
}

/** Parses `metadata.name=web,status.phase!=Running`; backslash escapes comma, equals sign and itself. */
export function parseFieldSelector(text: string): readonly FieldRequirement[] {
  const terms: string[] = [];
  let term = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') {
      term += text.slice(i, i + 2);
      i += 1;
    } else if (text[i] === ',') {
      terms.push(term);
      term = '';
    } else term += text[i];
  }
  terms.push(term);
  return terms
    .filter((each) => each !== '')
    .map((each) => {
      const match = /^((?:[^\\=!]|\\.)*)(!=|==|=)((?:[^\\]|\\.)*)$/s.exec(each);
      if (!match) throw new SelectorSyntaxError(`invalid selector: '${text}'; can't understand '${each}'`);
      const [, field = '', operator, value = ''] = match;
      return { field, equals: operator !== '!=', value: value.replace(/\\(.)/gs, '$1') };
    });
}
