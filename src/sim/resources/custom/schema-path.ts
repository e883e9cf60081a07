// The field that a rule or a selectable field names in a schema: `.spec.ports['x-y']`. Models ValidFieldPath of apiextensions-apiserver/pkg/apiserver/schema/cel
import { schemaOfValuesIn, propertiesOf } from '../../../kube/machinery/cel/declared-type.ts';
import type { Schema } from './schema.ts';

export interface SchemaPath {
  /** As messages write it: `spec.ports[x-y]`. */
  readonly text: string;
  readonly schema: Schema | undefined;
  /** Why there is no such field. */
  readonly problem?: string;
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', "'": "'", '\\': '\\' };
const TOKEN = /'(?:[^'\\]|\\.|\\)*?'|[.[\]]|[^.[\]']+(?:'[^.[\]]*)?|'[\s\S]*/gs;

/** `mayIndex`: whether brackets may be used. */
export function schemaPath(path: string, root: Schema, mayIndex = true): SchemaPath {
  const failed = (problem: string): SchemaPath => ({ text: '', schema: undefined, problem });
  const tokens = path.match(TOKEN) ?? [];
  let schema: Schema | undefined = root;
  let text = '';
  for (let i = 0; i < tokens.length;) {
    const token = tokens[i++] ?? '';
    if (token !== '.' && token !== '[') return failed(`expected [ or . but got: ${token}`);
    if (token === '[' && !mayIndex) return failed('array notation is not allowed');
    const written = tokens[i++];
    if (written === undefined) return failed('unexpected end of JSON path');
    let name = written;
    if (token === '[') {
      if (!/^'.*'$/s.test(written) || written.length < 2) return failed(`expected single quoted string but got ${written}`);
      const wrong = /\\([^abfnrtv'\\])/.exec(written);
      if (wrong) return failed(`invalid string literal: invalid escape char \\${wrong[1] ?? ''}`);
      name = written.slice(1, -1).replaceAll(/\\(.)/g, (_, each: string) => ESCAPES[each] ?? each);
    }
    const next: SchemaPath = step(schema, name, text);
    if (next.problem !== undefined) return next;
    ({ schema, text } = next);
    if (token !== '[') continue;
    const end = tokens[i++];
    if (end === undefined) return failed('unexpected end of JSON path');
    if (end !== ']') return failed(`expected ] but got ${end}`);
  }
  return { text, schema };
}

function step(schema: Schema | undefined, name: string, text: string): SchemaPath {
  const nowhere: SchemaPath = { text: '', schema: undefined, problem: 'does not refer to a valid field' };
  const properties = schema && propertiesOf(schema);
  if (properties) {
    if (!Object.hasOwn(properties, name)) return nowhere;
    return { text: text === '' ? name : `${text}.${name}`, schema: properties[name] };
  }
  if (!schema || schema.additionalProperties === undefined) return nowhere;
  return { text: `${text}[${name}]`, schema: schemaOfValuesIn(schema) };
}
