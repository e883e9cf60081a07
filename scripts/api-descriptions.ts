// Derives the prose of API types and fields from packages of the registry, for `kubectl explain`; run by the build, never committed.
// cdk8s-plus-34 has what users write, with paragraphs kept; @kubernetes/client-node has the rest, such as status types.
import fs from 'node:fs';
import path from 'node:path';
import facts from '../src/sim/resources/facts/types.json' with { type: 'json' };

/** Type → its text and those of its fields. */
export type Texts = Record<string, [string, Record<string, string>]>;
interface TypeFacts {
  readonly fields: Readonly<Record<string, { readonly e?: readonly string[]; readonly l?: 1 }>>;
}
const types = facts as unknown as Readonly<Record<string, TypeFacts>>;

const root = path.join(import.meta.dirname, '..');

/** The text of a JSDoc block without its stars and tags. */
function proseOf(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .filter((line) => !/^@(schema|default|deprecated|stability)/.test(line))
    .join('\n')
    .replace(/\\(['"])/g, '$1')
    .trim();
}

function fromCdk8s(texts: Texts): void {
  const source = fs.readFileSync(path.join(root, 'node_modules/cdk8s-plus-34/lib/imports/k8s.d.ts'), 'utf8');
  for (const [, comment = ''] of source.matchAll(/\/\*\*([\s\S]*?)\*\//g)) {
    const schema = /@schema (\S+)/.exec(comment)?.[1];
    if (!schema) continue;
    const [type = '', field] = schema.split('#');
    if (!types[type]) continue;
    const entry = (texts[type] ??= ['', {}]);
    const text = proseOf(comment);
    if (field === undefined) entry[0] ||= text;
    else entry[1][field] ||= text;
  }
}

/** client-node puts the group in front of a model's name where names clash. */
function modelNames(type: string): string[] {
  const parts = type.split('.');
  const kind = parts.pop() ?? '';
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const version = capital(parts.pop() ?? '');
  const group = capital(parts.pop() ?? '');
  return [`${group}${version}${kind}`, `${version}${kind}`];
}

function fromClientNode(texts: Texts): void {
  const folder = path.join(root, 'node_modules/@kubernetes/client-node/dist/gen/models');
  for (const type of Object.keys(types)) {
    const file = modelNames(type)
      .map((name) => path.join(folder, `${name}.d.ts`))
      .find((each) => fs.existsSync(each));
    if (!file) continue;
    const source = fs.readFileSync(file, 'utf8');
    const entry = (texts[type] ??= ['', {}]);
    const own = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export declare class/.exec(source)?.[1];
    if (own) entry[0] ||= proseOf(own);
    for (const [, comment = '', field = ''] of source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*'_?([\w$-]+)'\??:/g)) entry[1][field] ||= proseOf(comment);
  }
}

/** Upstream ends the text of an enumeration with its values. */
function addEnumerations(texts: Texts): void {
  for (const [type, { fields }] of Object.entries(types))
    for (const [field, { e, l }] of Object.entries(fields)) {
      // Of a list, upstream tells nothing of the values.
      if (l) continue;
      const entry = texts[type];
      const text = entry?.[1][field];
      if (entry && e?.length && text !== undefined && !text.includes('Possible enum values:'))
        entry[1][field] = `${text}${text ? '\n\n' : ''}Possible enum values:\n${e.map((value) => ` - \`${JSON.stringify(value)}\``).join('\n')}`;
    }
}

export function apiDescriptions(): Texts {
  const texts: Texts = {};
  fromCdk8s(texts);
  fromClientNode(texts);
  addEnumerations(texts);
  return texts;
}
