// Facts of the types that clients may encode although no server of this release serves them (alpha and beta versions, options, results),
// read from the struct tags of k8s.io/api and apimachinery; the served ones come from OpenAPI (generate-facts.ts).
// usage: node scripts/generate-unserved-facts.ts GO-MODULES-FOLDER/k8s.io
import fs from 'node:fs';
import path from 'node:path';
import served from '../src/sim/resources/facts/types.json' with { type: 'json' };
import version from '../src/sim/resources/facts/version.json' with { type: 'json' };

interface GoField {
  readonly type: string;
  readonly json: string;
  readonly flags: string;
  readonly number: number | undefined;
  readonly embedded: boolean;
  readonly file: GoFile;
}
interface GoFile {
  readonly prefix: string;
  readonly imports: ReadonlyMap<string, string>;
}
type GoType = { readonly fields: readonly GoField[] } | { readonly alias: string; readonly file: GoFile };
interface FieldFact {
  t: string;
  l?: 1;
  m?: 1;
  p?: 1;
  o?: 1;
  z?: 1;
  n?: number[];
}

const [modules] = process.argv.slice(2);
if (!modules) throw new Error('usage: node scripts/generate-unserved-facts.ts GO-MODULES-FOLDER/k8s.io');
const release = `v0.${version.gitVersion.replace(/^v1\./, '')}`;
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const known = served as unknown as Record<string, { gvk?: string[] }>;

const SCALARS: Readonly<Record<string, string>> = {
  [`${META}.Time`]: 'time',
  [`${META}.MicroTime`]: 'microtime',
  [`${META}.FieldsV1`]: 'fields',
  [`${META}.Duration`]: 'int64',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intorstr',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'raw',
  'io.k8s.apimachinery.pkg.types.UID': 'string',
  'io.k8s.apimachinery.pkg.types.NodeName': 'string',
};
const BASIC: Readonly<Record<string, string>> = { string: 'string', bool: 'bool', int32: 'int32', int64: 'int64', float64: 'double', '[]byte': 'bytes' };

// --- Go ---------------------------------------------------------------------------------------------------------------
const types = new Map<string, GoType>();
const groups = new Map<string, string>();
const prefixOf = (importPath: string): string => importPath.replace(/^k8s\.io\//, 'io.k8s.').replaceAll('/', '.');

function readPackage(folder: string, importPath: string): void {
  const prefix = prefixOf(importPath);
  for (const name of fs.readdirSync(folder).filter((each) => each.endsWith('.go') && !each.includes('generated') && !each.endsWith('_test.go'))) {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    const group = /const GroupName = "([^"]*)"/.exec(text)?.[1];
    if (group !== undefined) groups.set(prefix, group);
    const imports = new Map(
      [...text.matchAll(/^\t(?:(\w+) )?"([^"]+)"$/gm)].map(([, alias, target = '']) => [alias ?? path.basename(target), target] as const),
    );
    const file: GoFile = { prefix, imports };
    for (const [, type = '', body = ''] of text.matchAll(/^type (\w+) struct ?\{(?:\}|\n([\s\S]*?)^\})/gm))
      types.set(`${prefix}.${type}`, { fields: fieldsOf(body, file) });
    for (const [, type = '', alias = ''] of text.matchAll(/^type (\w+) (?:= )?(string|bool|int32|int64|\[\]\w+|map\[\S+\]\S+|(?:\w+\.)\w+)$/gm))
      types.set(`${prefix}.${type}`, { alias, file });
  }
}

function fieldsOf(body: string, file: GoFile): GoField[] {
  const fields: GoField[] = [];
  for (const line of body.split('\n')) {
    const match = /^\t(?!\/\/)(?:(\w+)\s+)?(\S+)\s+`(.*)`/.exec(line);
    if (!match) continue;
    const [, name, type = '', tags = ''] = match;
    const [json = '', ...flags] = (/json:"([^"]*)"/.exec(tags)?.[1] ?? '').split(',');
    if (json === '-') continue;
    const number = /protobuf:"\w+,(\d+)/.exec(tags)?.[1];
    fields.push({
      type,
      json,
      flags: flags.join(','),
      number: number ? Number(number) : undefined,
      embedded: name === undefined || flags.includes('inline'),
      file,
    });
  }
  return fields;
}

const api = path.join(modules, `api@${release}`);
for (const group of fs.readdirSync(api)) {
  const folder = path.join(api, group);
  if (!fs.statSync(folder).isDirectory()) continue;
  for (const each of fs.readdirSync(folder)) if (/^v\d/.test(each)) readPackage(path.join(folder, each), `k8s.io/api/${group}/${each}`);
}
readPackage(path.join(modules, `apimachinery@${release}/pkg/apis/meta/v1`), 'k8s.io/apimachinery/pkg/apis/meta/v1');

// --- facts ------------------------------------------------------------------------------------------------------------
function qualified(type: string, { prefix, imports }: GoFile): string {
  const [alias = '', name] = type.split('.');
  return name === undefined ? `${prefix}.${type}` : `${prefixOf(imports.get(alias) ?? alias)}.${name}`;
}

function factOf(type: string, file: GoFile): FieldFact {
  if (BASIC[type]) return { t: BASIC[type] };
  if (type.startsWith('*')) return { ...factOf(type.slice(1), file), p: 1 };
  const list = /^\[\](.*)$/.exec(type);
  if (list) return { ...factOf(list[1] ?? '', file), l: 1 };
  const map = /^map\[[^\]]+\](.*)$/.exec(type);
  if (map) {
    const value = factOf(map[1] ?? '', file);
    return value.l ? { t: 'stringlist', m: 1 } : { ...value, m: 1 };
  }
  const name = qualified(type, file);
  if (SCALARS[name]) return { t: SCALARS[name] };
  const found = types.get(name);
  return found && 'alias' in found ? factOf(found.alias, found.file) : { t: name };
}

function allFields(name: string, path: number[]): [string, FieldFact][] {
  const type = types.get(name);
  if (type && 'alias' in type) return allFields(qualified(type.alias, type.file), path);
  if (!type) throw new Error(`no struct ${name}`);
  return type.fields.flatMap(({ type: go, json, flags, number, embedded, file }): [string, FieldFact][] => {
    if (embedded && json === '') return allFields(qualified(go.replace('*', ''), file), number === undefined ? path : [...path, number]);
    const fact = factOf(go, file);
    if (flags.includes('omitempty')) fact.o = 1;
    if (flags.includes('omitzero')) fact.z = 1;
    if (number !== undefined && !name.endsWith('.TypeMeta')) fact.n = [...path, number];
    return [[json, fact]];
  });
}

const output = new Map<string, { fields: Record<string, FieldFact>; gvk?: string[] }>();
function add(name: string): void {
  if (known[name] || output.has(name)) return;
  const fields = Object.fromEntries(allFields(name, []));
  const isRoot = fields['apiVersion'] !== undefined && fields['kind'] !== undefined && !fields['kind'].n;
  const prefix = name.slice(0, name.lastIndexOf('.'));
  const group = groups.get(prefix);
  const groupVersion = `${group ? `${group}/` : ''}${prefix.split('.').pop() ?? ''}`;
  output.set(name, { fields, ...(isRoot && prefix !== META ? { gvk: [`${groupVersion}/${name.slice(prefix.length + 1)}`] } : {}) });
  for (const { t } of Object.values(fields)) if (t.startsWith('io.')) add(t);
}

const servedKinds = new Set(Object.values(known).flatMap((each) => each.gvk ?? []));
for (const [name, type] of types) {
  if ('alias' in type || known[name]) continue;
  const isRoot = type.fields.some((field) => field.embedded && field.type.endsWith('TypeMeta'));
  const isList = name.endsWith('List') && !name.startsWith(META);
  if (!isRoot || isList || name.endsWith('.TypeMeta') || servedKinds.has(name)) continue;
  // Discovery, tables and the like have no protobuf form of their own.
  if (name.startsWith(META) && !/\.(\w+Options|PartialObjectMetadata(List)?)$/.test(name)) continue;
  add(name);
}
const file = path.join(import.meta.dirname, '../src/sim/resources/facts/types-unserved.json');
const lines = [...output].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, type]) => `${JSON.stringify(name)}: ${JSON.stringify(type)}`);
fs.writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
console.log(`${output.size} types`);
