// Writes src/sim/resources/facts/internal-types.json: the structs that Kubernetes validates, as Go declares them, and where each field is found in v1 JSON.
// Validation messages show such structs with Go's names, in Go's order. usage: node scripts/internal-types.ts GO-MODULES-FOLDER/k8s.io VERSION
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [modules, version] = process.argv.slice(2);
if (!modules || !version) {
  console.error('usage: node scripts/internal-types.ts GO-MODULES-FOLDER/k8s.io 1.35.4');
  process.exit(2);
}
const staged = version.replace(/^1/, '0');

interface GoField {
  /** Empty for embedded structs. */
  readonly name: string;
  readonly type: string;
  readonly json: string;
}
type Structs = Map<string, GoField[]>;

/** The structs of a file, and the named scalars. */
function parseGo(file: string, structs: Structs, aliases: Map<string, string>): void {
  let current: GoField[] | undefined;
  for (const raw of readFileSync(path.join(modules ?? '', file), 'utf8').split('\n')) {
    const line = raw.replace(/(?<=^|\s)\/\/.*$/, '').trim();
    const opened = /^type (\w+) struct \{$/.exec(line);
    const alias = /^type (\w+) ([\w.[\]*]+)$/.exec(line);
    if (opened?.[1]) structs.set(opened[1], (current = []));
    else if (alias?.[1] && alias[2]) aliases.set(alias[1], alias[2]);
    else if (line === '}') current = undefined;
    else if (current) {
      const field = /^(\w+)\s+([^`\s]+)\s*(?:`.*?json:"([^"]*)".*`)?/.exec(line);
      const embedded = /^([\w.]+)\s*(?:`.*?json:"([^"]*)".*`)?$/.exec(line);
      if (field?.[1] && field[2] && !line.startsWith(`${field[1]}\``)) current.push({ name: field[1], type: field[2], json: field[3] ?? '' });
      else if (embedded?.[1]) current.push({ name: '', type: embedded[1], json: embedded[2] ?? '' });
    }
  }
}

const internal: Structs = new Map();
const versioned: Structs = new Map();
const meta: Structs = new Map();
const aliases = new Map<string, string>();
for (const group of ['core', 'apps', 'batch']) {
  parseGo(`kubernetes@v${version}/pkg/apis/${group}/types.go`, internal, aliases);
  parseGo(`api@v${staged}/${group}/v1/types.go`, versioned, new Map());
}
parseGo(`apimachinery@v${staged}/pkg/apis/meta/v1/types.go`, meta, aliases);

/** JSON name of a Go field of a v1 struct, looked for in what it embeds too. */
function jsonOf(struct: string, field: string): string | undefined {
  for (const each of versioned.get(struct) ?? []) {
    if (each.name === field) return each.json.split(',')[0];
    const found = each.name === '' ? jsonOf(each.type, field) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int: 'int',
  int32: 'int',
  int64: 'int',
  uint8: 'int',
  byte: 'int',
  float64: 'int',
  'resource.Quantity': 'quantity',
  'intstr.IntOrString': 'intorstr',
  'metav1.Time': 'time',
  'metav1.MicroTime': 'time',
  Time: 'time',
  MicroTime: 'time',
  'types.UID': 'string',
  'runtime.Object': 'raw',
  FieldsV1: 'raw',
  Verbs: 'raw',
  'runtime.RawExtension': 'raw',
};

/** `p` pointer, `l` list, `m` map, before the type's own name; `meta.` before structs of meta/v1. */
function typeText(type: string, inMeta: boolean): string {
  if (type.startsWith('*')) return `p${typeText(type.slice(1), inMeta).replace(/^/, ' ')}`;
  if (type.startsWith('[]byte')) return 'p raw';
  if (type.startsWith('[]')) return `l ${typeText(type.slice(2), inMeta)}`;
  const map = /^map\[[^\]]+\](.*)$/.exec(type)?.[1];
  if (map) return `m ${typeText(map, inMeta)}`;
  const plain = PLAIN[type];
  if (plain) return plain;
  const bare = type.replace(/^(metav1|api|core|v1)\./, '');
  if ((inMeta || type.startsWith('metav1.')) && meta.has(bare)) return `meta.${bare}`;
  if (internal.has(bare)) return bare;
  const alias = aliases.get(bare);
  if (alias) return typeText(alias, inMeta);
  throw new Error(`no type ${type}`);
}

/** Go name (JSON name where the struct has tags), name in v1, type, and whether it is left out when empty. */
type Fact = readonly [string, string, string, 1?];
const facts: Record<string, Fact[]> = {};
const SECURITY_CONTEXT_OF_POD = new Map([
  ['HostNetwork', 'hostNetwork'],
  ['HostPID', 'hostPID'],
  ['HostIPC', 'hostIPC'],
  ['ShareProcessNamespace', 'shareProcessNamespace'],
  ['HostUsers', 'hostUsers'],
]);

function fieldsOf(struct: string): Fact[] {
  return (internal.get(struct) ?? []).flatMap((field): Fact[] => {
    if (field.name === '' && field.type === 'metav1.TypeMeta') return [];
    if (field.name === '' && field.type === 'metav1.ObjectMeta') return [['', 'metadata', 'meta.ObjectMeta']];
    if (field.name === '') return fieldsOf(field.type);
    const name = jsonOf(struct, field.name) ?? (struct === 'PodSecurityContext' ? SECURITY_CONTEXT_OF_POD.get(field.name) : undefined) ?? '';
    return [[field.name, name, typeText(field.type, false)]];
  });
}
const metaFieldsOf = (struct: string): Fact[] =>
  (meta.get(struct) ?? []).flatMap((field): Fact[] => {
    const [name = '', ...options] = field.json.split(',');
    if (!name) return [];
    const type = typeText(field.type, true);
    return [options.some((each) => each.startsWith('omit')) ? [name, name, type, 1] : [name, name, type]];
  });

function add(text: string): void {
  const name = text.split(' ').at(-1) ?? '';
  if (facts[name] || (!internal.has(name) && !name.startsWith('meta.'))) return;
  facts[name] = name.startsWith('meta.') ? metaFieldsOf(name.slice(5)) : fieldsOf(name);
  for (const [, , type] of facts[name] ?? []) add(type);
}
for (const root of [
  'PodSpec',
  'PodTemplateSpec',
  'EphemeralContainer',
  'PersistentVolumeClaimSpec',
  'PersistentVolumeSource',
  'VolumeNodeAffinity',
  'ServicePort',
  'Taint',
  'NodeAddress',
  'ScopeSelector',
  'DeploymentStrategy',
  'DaemonSetUpdateStrategy',
  'StatefulSetSpec',
  'DeploymentSpec',
  'ReplicaSetSpec',
  'DaemonSetSpec',
  'ReplicationControllerSpec',
  'JobSpec',
  'CronJobSpec',
  'PodIP',
  'HostIP',
  'ObjectReference',
  'EventSource',
  'NodeConfigSource',
  'UncountedTerminatedPods',
  'ClusterTrustBundleProjection',
])
  add(root);

const lines = Object.keys(facts)
  .sort()
  .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(facts[name])}`);
writeFileSync(path.join(import.meta.dirname, '../src/sim/resources/facts/internal-types.json'), `{\n${lines.join(',\n')}\n}\n`);
