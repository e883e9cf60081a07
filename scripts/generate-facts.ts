// Turns structural facts of a Kubernetes release (OpenAPI, discovery, table columns, bootstrap objects, protobuf numbers, Go's omitempty rules)
// into the data the simulator reads (src/sim/resources/facts) and the TypeScript types everyone shares (src/kube/api).
// usage: node scripts/generate-facts.ts UPSTREAM-FOLDER GO-MODULES-FOLDER/k8s.io
import fs from 'node:fs';
import path from 'node:path';
import { operationFacts, type Paths } from './operation-facts.ts';

interface Schema {
  type?: string;
  format?: string;
  default?: unknown;
  enum?: string[];
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  additionalProperties?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-unions'?: unknown;
}
interface ProtoField {
  id: number;
  type: string;
  rule?: string;
  keyType?: string;
}
interface ProtoNode {
  nested?: Record<string, ProtoNode>;
  fields?: Record<string, ProtoField>;
}
interface GoField {
  /** Embedded structs on the way to it, as Go names them. */
  through?: string;
  pointer: boolean;
  omitEmpty: boolean;
  omitZero: boolean;
}
/** A field as `src/sim/resources/types.ts` documents it: short keys, since the file is read at every start. */
interface FieldFact {
  t: string;
  l?: 1;
  m?: 1;
  p?: 1;
  o?: 1;
  z?: 1;
  r?: 1;
  d?: unknown;
  e?: string[];
  ps?: string;
  mk?: string;
  lt?: string;
  lk?: string[];
  mt?: string;
  f?: string;
  n?: number[];
  pt?: string;
  b?: 1;
  g?: string;
  nt?: 1;
}
interface TypeFact {
  fields: Record<string, FieldFact>;
  mapType?: string;
  gvk?: string[];
  everywhere?: 1;
  unions?: unknown;
  s?: string;
}

const [upstream, modules] = process.argv.slice(2);
if (!upstream || !modules) {
  console.error('usage: node scripts/generate-facts.ts UPSTREAM-FOLDER GO-MODULES-FOLDER/k8s.io');
  process.exit(2);
}
const root = path.join(import.meta.dirname, '..');
const facts = path.join(root, 'src/sim/resources/facts');
const api = path.join(root, 'src/kube/api');
const read = <T>(file: string): T => JSON.parse(fs.readFileSync(path.join(upstream, file), 'utf8')) as T;
fs.mkdirSync(facts, { recursive: true });
fs.mkdirSync(api, { recursive: true });
const perLine = (entries: [string, unknown][]): string =>
  `{\n${entries.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}\n`;

const schemas = read<Record<string, Schema>>('openapi/v3/schemas.json');
const protobuf = read<ProtoNode>('protobuf.json');

// --- Go: which fields are pointers, which vanish when empty ------------------------------------------------------------
const goVersion = fs
  .readdirSync(modules)
  .find((entry) => entry.startsWith('api@'))
  ?.slice('api@'.length);
if (!goVersion) throw new Error(`no api@VERSION below ${modules}`);
const goPackages: [string, string][] = [
  ['io.k8s.apimachinery.pkg.apis.meta.v1', `apimachinery@${goVersion}/pkg/apis/meta/v1`],
  ['io.k8s.apimachinery.pkg.runtime', `apimachinery@${goVersion}/pkg/runtime`],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1', `apiextensions-apiserver@${goVersion}/pkg/apis/apiextensions/v1`],
  ['io.k8s.kube-aggregator.pkg.apis.apiregistration.v1', `kube-aggregator@${goVersion}/pkg/apis/apiregistration/v1`],
];
for (const prefix of new Set(Object.keys(schemas).map((name) => name.split('.').slice(0, -1).join('.')))) {
  if (prefix.startsWith('io.k8s.api.')) goPackages.push([prefix, `api@${goVersion}/${prefix.slice('io.k8s.api.'.length).replace('.', '/')}`]);
}
const goTypes = new Map<string, { fields: Map<string, GoField>; embedded: string[] }>();
for (const [prefix, folder] of goPackages) {
  for (const file of fs
    .readdirSync(path.join(modules, folder))
    .filter((name) => name.endsWith('.go') && !name.includes('generated') && !name.endsWith('_test.go'))) {
    const text = fs.readFileSync(path.join(modules, folder, file), 'utf8');
    for (const [, name = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      const type = { fields: new Map<string, GoField>(), embedded: [] as string[] };
      for (const line of body.split('\n')) {
        const embedded = /^\t(?:\w+\.)?(\w+)\s+`.*json:",inline"/.exec(line);
        if (embedded?.[1]) {
          type.embedded.push(embedded[1]);
          continue;
        }
        const field = /^\t\w+\s+(\S+)\s+`.*?json:"([^",]+)(,[^"]*)?"/.exec(line);
        if (!field) continue;
        const [, goType = '', json = '', flags = ''] = field;
        type.fields.set(json, { pointer: goType.startsWith('*'), omitEmpty: flags.includes('omitempty'), omitZero: flags.includes('omitzero') });
      }
      goTypes.set(`${prefix}.${name}`, type);
    }
  }
}
function goField(type: string, field: string): GoField | undefined {
  const found = goTypes.get(type);
  if (!found) return undefined;
  const own = found.fields.get(field);
  if (own) return own;
  const prefix = type.split('.').slice(0, -1).join('.');
  for (const embedded of found.embedded) {
    const inherited = goField(`${prefix}.${embedded}`, field);
    if (inherited) return { ...inherited, through: [embedded, inherited.through].filter(Boolean).join('.') };
  }
  return undefined;
}

// --- protobuf numbers -----------------------------------------------------------------------------------------------
const protoName = (schema: string): string => schema.replace(/^io\.k8s/, 'k8s.io').replaceAll('-', '_');
function protoFields(name: string): Record<string, ProtoField> | undefined {
  let node: ProtoNode | undefined = protobuf;
  for (const part of name.split('.')) node = node?.nested?.[part];
  return node?.fields;
}
/** JSON field → path of protobuf field numbers: longer than one where Go embeds a struct that protobuf nests. */
function protoPaths(name: string, properties: Set<string>): Map<string, { numbers: number[]; field: ProtoField }> {
  const found = new Map<string, { numbers: number[]; field: ProtoField }>();
  // The names of the two differ in capitals and punctuation only: webhooks and Webhooks, $ref and ref.
  const plain = (name: string): string => name.replace(/[^a-z0-9]/gi, '').toLowerCase();
  const byPlainName = new Map([...properties].map((property) => [plain(property), property]));
  for (const [protoField, field] of Object.entries(protoFields(name) ?? {})) {
    const json = byPlainName.get(plain(protoField));
    if (json) found.set(json, { numbers: [field.id], field });
    else
      for (const [inner, { numbers, field: innerField }] of protoPaths(field.type, properties))
        found.set(inner, { numbers: [field.id, ...numbers], field: innerField });
  }
  return found;
}

// --- types ------------------------------------------------------------------------------------------------------------
const SCALARS: Record<string, string> = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'microtime',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intorstr',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'fields',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'raw',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'json',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': 'json',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'json',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': 'json',
};
/** Unions of apiextensions: one JSON value, but three forms of message. */
const UNIONS: Record<string, string> = {
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': 'orarray',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'orbool',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': 'orstrings',
};
const refOf = (schema: Schema): string | undefined => (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').pop();
function scalarOf(schema: Schema): string {
  if (schema.type === 'integer') return schema.format === 'int64' ? 'int64' : schema.format === 'int32' ? 'int32' : 'int';
  if (schema.type === 'number') return 'double';
  if (schema.type === 'boolean') return 'bool';
  if (schema.type === 'string') return schema.format === 'byte' ? 'bytes' : 'string';
  return 'raw';
}
const types = new Map<string, TypeFact>();
/** A type of so many groups is one that travels under every group's version. */
const EVERYWHERE = 4;
let everyGroupVersion: string[] = [];
for (const [name, schema] of Object.entries(schemas)) {
  if (SCALARS[name]) continue;
  const properties = schema.properties ?? {};
  const numbers = protoPaths(protoName(name), new Set(Object.keys(properties)));
  const fields: Record<string, FieldFact> = {};
  for (const [json, property] of Object.entries(properties)) {
    const isList = property.type === 'array';
    const isMap = property.type === 'object' && property.additionalProperties !== undefined;
    const leaf = isList ? (property.items ?? {}) : isMap ? (property.additionalProperties ?? {}) : property;
    const ref = refOf(leaf);
    const fact: FieldFact = { t: ref ? (SCALARS[ref] ?? ref) : leaf.type === 'array' ? 'stringlist' : scalarOf(leaf) };
    if (isList) fact.l = 1;
    if (isMap) fact.m = 1;
    const go = goField(name, json);
    if (go?.pointer) fact.p = 1;
    if (go ? go.omitEmpty : !schema.required?.includes(json)) fact.o = 1;
    if (go?.omitZero) fact.z = 1;
    if (go?.through && go.through !== 'TypeMeta') fact.g = go.through;
    if (schema.required?.includes(json)) fact.r = 1;
    if (property.default !== undefined) fact.d = property.default;
    if ((leaf.enum ?? property.enum)?.length) fact.e = leaf.enum ?? property.enum ?? [];
    if (!isList && !isMap && leaf.format && !['int32', 'int64', 'byte', 'double'].includes(leaf.format)) fact.f = leaf.format;
    if (property['x-kubernetes-patch-strategy']) fact.ps = property['x-kubernetes-patch-strategy'];
    if (property['x-kubernetes-patch-merge-key']) fact.mk = property['x-kubernetes-patch-merge-key'];
    if (property['x-kubernetes-list-type']) fact.lt = property['x-kubernetes-list-type'];
    if (property['x-kubernetes-list-map-keys']) fact.lk = property['x-kubernetes-list-map-keys'];
    if (property['x-kubernetes-map-type']) fact.mt = property['x-kubernetes-map-type'];
    if (ref && UNIONS[ref]) fact.pt = UNIONS[ref];
    if (property.$ref) fact.nt = 1;
    const proto = numbers.get(json);
    if (proto) {
      fact.n = proto.numbers;
      const wire = proto.field.type;
      if (fact.t === 'string' && wire === 'bytes') fact.b = 1;
      if (!wire.startsWith('k8s.io.') && wire !== fact.t && !(fact.t === 'bytes' && wire === 'bytes')) fact.pt = wire;
    }
    fields[json] = fact;
  }
  const type: TypeFact = { fields };
  if (!Object.keys(properties).length && schema.type && schema.type !== 'object') type.s = schema.type;
  if (schema['x-kubernetes-map-type']) type.mapType = schema['x-kubernetes-map-type'];
  if (schema['x-kubernetes-unions']) type.unions = schema['x-kubernetes-unions'];
  const gvks = schema['x-kubernetes-group-version-kind'];
  if (gvks && gvks.length < EVERYWHERE) type.gvk = gvks.map(({ group, version, kind }) => `${group ? `${group}/` : ''}${version}/${kind}`);
  else if (gvks) {
    type.everywhere = 1;
    everyGroupVersion = gvks.map(({ group, version }) => (group ? `${group}/${version}` : version));
  }
  types.set(name, type);
}
fs.writeFileSync(path.join(facts, 'types.json'), perLine([...types].sort(([a], [b]) => (a < b ? -1 : 1))));

// --- resources: names, verbs and subresources by discovery; columns of tables ---------------------------------------------
interface Discovered {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  group?: string;
  version?: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  storageVersionHash?: string;
}
const operations = operationFacts(
  Object.assign(
    {},
    ...Object.keys(read<{ paths: Record<string, unknown> }>('openapi/v3/index.json').paths).map(
      (each) => read<{ paths: Paths }>(`openapi/v3/${each.replaceAll('/', '__')}.json`).paths,
    ),
  ) as Paths,
  read<{ paths: Paths }>('openapi/v2-paths.json').paths,
);
fs.writeFileSync(path.join(facts, 'operations.json'), perLine(Object.entries({ ...operations.parameters, bodies: operations.bodies, everyGroupVersion })));
const tables = read<Record<string, { columns?: { name: string; type: string; format: string; priority: number }[] }>>('tables.json');
const gvkToSchema = new Map([...types].flatMap(([name, type]) => (type.gvk ?? []).map((gvk): [string, string] => [gvk, name])));
const resources: [string, Record<string, unknown>][] = [];
const groupOrder = [
  'v1',
  ...read<{ groups: { versions: { groupVersion: string }[] }[] }>('discovery/apis.json').groups.flatMap((group) =>
    group.versions.map((each) => each.groupVersion),
  ),
];
for (const groupVersion of groupOrder) {
  const list = read<{ resources: Discovered[] }>(`discovery/resources/${groupVersion.replaceAll('/', '__')}.json`).resources;
  for (const { name, singularName, namespaced, kind, verbs, shortNames, categories, storageVersionHash } of list.filter((each) => !each.name.includes('/'))) {
    const subresources = Object.fromEntries(
      list
        .filter((each) => each.name.startsWith(`${name}/`))
        .map((each) => [
          each.name.slice(name.length + 1),
          {
            kind: each.kind,
            ...(each.group ? { group: each.group } : {}),
            ...(each.version ? { version: each.version } : {}),
            verbs: each.verbs,
            ...operations.subresources.get(`${groupVersion}/${each.name}`),
          },
        ]),
    );
    resources.push([
      `${groupVersion}/${name}`,
      {
        kind,
        singular: singularName,
        namespaced,
        verbs,
        shortNames,
        categories,
        storageVersionHash,
        schema: gvkToSchema.get(`${groupVersion}/${kind}`),
        ...(operations.returnsDeleted.has(`${groupVersion}/${name}`) ? { returnsDeleted: 1 } : {}),
        columns: tables[`${groupVersion}/${name}`]?.columns?.map((column) => [column.name, column.type, column.format, column.priority]),
        ...(Object.keys(subresources).length ? { subresources } : {}),
      },
    ]);
  }
}
fs.writeFileSync(path.join(facts, 'resources.json'), perLine(resources));
fs.writeFileSync(path.join(facts, 'version.json'), `${JSON.stringify(read('discovery/version.json'))}\n`);

// --- default objects of a fresh cluster -----------------------------------------------------------------------------------
for (const folder of ['control-plane', 'kubeadm']) {
  const objects = fs
    .readdirSync(path.join(upstream, 'bootstrap', folder))
    .sort()
    .flatMap((file) => read<unknown[]>(`bootstrap/${folder}/${file}`));
  fs.writeFileSync(path.join(facts, `bootstrap-${folder}.json`), `[\n${objects.map((object) => JSON.stringify(object)).join(',\n')}\n]\n`);
}

// --- TypeScript ---------------------------------------------------------------------------------------------------------
const TS: Record<string, string> = {
  time: 'string',
  microtime: 'string',
  quantity: 'string',
  intorstr: 'number | string',
  fields: 'JsonObject',
  raw: 'JsonObject',
  json: 'JsonValue',
  stringlist: 'readonly string[]',
  int32: 'number',
  int64: 'number',
  int: 'number',
  double: 'number',
  bool: 'boolean',
  bytes: 'string',
  string: 'string',
};
const moduleOf = (name: string): string =>
  name
    .replace(/^io\.k8s\.(apimachinery\.pkg\.apis|apiextensions-apiserver\.pkg\.apis|kube-aggregator\.pkg\.apis|apimachinery\.pkg|api)\./, '')
    .split('.')
    .slice(0, -1)
    .join('-');
const shortOf = (name: string): string => name.split('.').pop() ?? name;
const byModule = new Map<string, string[]>();
for (const name of [...types.keys()].sort()) byModule.set(moduleOf(name), [...(byModule.get(moduleOf(name)) ?? []), name]);
const moduleOfGroup = (groupVersion: string): string => (groupVersion === 'v1' ? 'core-v1' : groupVersion.replace(/^([^./]+)[^/]*\/(.*)$/, '$1-$2'));
// `version.Info` is what /version answers; nobody handles it as a type.
byModule.delete('version');
for (const [module, names] of byModule) {
  const imports = new Map<string, Set<string>>();
  const lines: string[] = [];
  let usesJson = new Set<string>();
  for (const name of names) {
    const type = types.get(name);
    if (!type) continue;
    if (type.s) {
      lines.push(`export type ${shortOf(name)} = ${type.s};`, '');
      continue;
    }
    lines.push(`export interface ${shortOf(name)} {`);
    for (const [json, field] of Object.entries(type.fields)) {
      let ts = TS[field.t];
      if (field.e?.length) ts = field.e.map((each) => JSON.stringify(each)).join(' | ');
      if (ts === 'JsonObject' || ts === 'JsonValue') usesJson.add(ts);
      if (!ts) {
        ts = shortOf(field.t);
        if (moduleOf(field.t) !== module) imports.set(moduleOf(field.t), (imports.get(moduleOf(field.t)) ?? new Set()).add(ts));
      }
      if (field.l) ts = ts.includes(' ') ? `readonly (${ts})[]` : `readonly ${ts}[]`;
      if (field.m) ts = `Readonly<Record<string, ${ts}>>`;
      // The server always gives what Go holds by value: metadata, spec and status of an object are there, even when empty.
      const given = type.gvk && (['apiVersion', 'kind', 'metadata'].includes(json) || (['spec', 'status'].includes(json) && !field.p && !TS[field.t]));
      lines.push(`  readonly ${/^[a-z$_][\w$]*$/i.test(json) ? json : JSON.stringify(json)}${!given && (field.o || field.p) ? '?' : ''}: ${ts};`);
    }
    lines.push('}', '');
  }
  if (usesJson.size) imports.set('../json', usesJson);
  const head = [...imports]
    .sort()
    .map(([from, set]) => `import type { ${[...set].sort().join(', ')} } from '${from === '../json' ? '../machinery/json.ts' : `./${from}.ts`}';`);
  fs.writeFileSync(
    path.join(api, `${module}.ts`),
    `// Types of ${module}: written by scripts/generate-facts.ts.\n${head.join('\n')}${head.length ? '\n' : ''}\n${lines.join('\n').trimEnd()}\n`,
  );
}
const refImports = new Map<string, Set<string>>();
const refs: string[] = [];
const usedNames = new Set<string>();
for (const [key, resource] of resources) {
  const parts = key.split('/');
  const plural = parts.pop() ?? '';
  const groupVersion = parts.join('/');
  const { kind, namespaced, schema } = resource as { kind: string; namespaced: boolean; schema?: string };
  const [group, version] = groupVersion === 'v1' ? ['', 'v1'] : (groupVersion.split('/') as [string, string]);
  if (!schema || (groupVersion === 'autoscaling/v1' && plural !== 'horizontalpodautoscalers')) continue;
  const module = moduleOf(schema);
  const camel = kind.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+/, (head) => head.toLowerCase());
  let constant =
    plural === 'endpoints' ? 'endpoints' : /(s|x|ch)$/.test(camel) ? `${camel}es` : /[^aeiou]y$/.test(camel) ? `${camel.slice(0, -1)}ies` : `${camel}s`;
  let typeName = kind;
  if (usedNames.has(constant)) {
    constant = `${constant}${moduleOfGroup(groupVersion)
      .replace(/-?v(\d)/, 'V$1')
      .replace(/^./, (c) => c.toUpperCase())}`;
    typeName = `${kind} as ${constant}Type`;
  }
  usedNames.add(constant);
  refImports.set(module, (refImports.get(module) ?? new Set()).add(typeName));
  refs.push(
    `export const ${constant}: ResourceRef<${typeName.split(' as ').pop()}> = { group: '${group}', version: '${version}', resource: '${plural}', kind: '${kind}', namespaced: ${namespaced} };`,
  );
}
fs.writeFileSync(
  path.join(api, 'resources.ts'),
  `// One reference per built-in resource, for ApiClient calls: written by scripts/generate-facts.ts.\nimport type { ResourceRef } from '../machinery/object.ts';\n${[
    ...refImports,
  ]
    .sort()
    .map(([module, set]) => `import type { ${[...set].sort().join(', ')} } from './${module}.ts';`)
    .join('\n')}\n\n${refs.join('\n')}\n`,
);
console.log(`${types.size} types, ${resources.length} resources, ${byModule.size} modules`);
