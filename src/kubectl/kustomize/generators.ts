// configMapGenerator and secretGenerator. Models kustomize/api/internal/generators
import { messageOf } from '../../errors/app-error.ts';
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { validateConfigMapKey } from '../../kube/machinery/names.ts';
import { envPairs, isUtf8 } from '../commands/create/data-sources.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { contentHash } from '../writes/content-hash.ts';
import type { Folder } from './loading.ts';
import { Resource, stringOf, type GeneratedFrom } from './resource.ts';

const LINE_LENGTH = 70;
const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

export async function generated(
  kind: 'ConfigMap' | 'Secret',
  args: JsonObject,
  common: JsonObject,
  folder: Folder,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Resource> {
  const name = stringOf(args['name']);
  const values = new Map<string, Uint8Array>();
  const add = (key: string, value: Uint8Array): void => {
    const problems = validateConfigMapKey(key);
    if (problems.length) throw new CommandError(`${goQuote(key)} is not a valid key name: ${problems.join(';')}`);
    if (values.has(key)) throw new CommandError(`${kind.toLowerCase()} ${name} illegally repeats the key \`${key}\``);
    values.set(key, value);
  };
  const envs = [...listOf(args['envs']), ...(args['env'] ? [stringOf(args['env'])] : [])];
  for (const file of envs) for (const [key, value] of envPairs(await folder.bytes(file), file, env)) add(key, Buffer.from(value, 'utf8'));
  const literals = listOf(args['literals']);
  for (const literal of literals) {
    const equals = literal.indexOf('=');
    if (equals <= 0) throw new CommandError(`loading KV pairs: literal sources [${literals.join(' ')}]: invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, equals), Buffer.from(literal.slice(equals + 1).replaceAll(/^["']+|["']+$/g, ''), 'utf8'));
  }
  const files = listOf(args['files']);
  const read = (path: string): Promise<Uint8Array> =>
    folder.bytes(path).catch((error: unknown) => {
      throw new CommandError(`loading KV pairs: file sources: [${files.join(' ')}]: ${messageOf(error)}`);
    });
  for (const file of files) {
    const equals = file.indexOf('=');
    const [key, path] = equals < 0 ? [file.slice(file.lastIndexOf('/') + 1), file] : [file.slice(0, equals), file.slice(equals + 1)];
    add(key, await read(path));
  }
  const options = objectOf(args['options']);
  const metadata = {
    ...labelled('annotations', common, options),
    ...labelled('labels', common, options),
    name,
    ...(args['namespace'] ? { namespace: stringOf(args['namespace']) } : {}),
  };
  const immutable = options['immutable'] ?? common['immutable'];
  const object: JsonObject = {
    apiVersion: 'v1',
    kind,
    metadata,
    ...(kind === 'Secret' ? { type: stringOf(args['type']) || 'Opaque' } : {}),
    ...(kind === 'Secret' ? secretData(values) : configData(values)),
    ...(immutable === true ? { immutable } : {}),
  };
  const behavior = stringOf(args['behavior']) || 'create';
  if (behavior !== 'create' && behavior !== 'merge' && behavior !== 'replace') throw new CommandError(`unknown behavior ${behavior}`);
  const isPlain = options['disableNameSuffixHash'] === true || common['disableNameSuffixHash'] === true;
  return new Resource(object, { behavior, hasHash: !isPlain } satisfies GeneratedFrom);
}

function labelled(field: 'labels' | 'annotations', common: JsonObject, own: JsonObject): JsonObject {
  const all = { ...objectOf(common[field]), ...objectOf(own[field]) };
  return Object.keys(all).length ? { [field]: all } : {};
}

function configData(values: ReadonlyMap<string, Uint8Array>): JsonObject {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, value] of values)
    if (isUtf8(value)) data[key] = Buffer.from(value).toString('utf8');
    else binaryData[key] = base64Lines(value);
  return { ...(Object.keys(data).length ? { data } : {}), ...(Object.keys(binaryData).length ? { binaryData } : {}) };
}
const secretData = (values: ReadonlyMap<string, Uint8Array>): JsonObject =>
  values.size ? { data: Object.fromEntries([...values].map(([key, value]) => [key, base64Lines(value)])) } : {};

/** Long values stand on lines of their own. */
function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64');
  if (text.length < LINE_LENGTH) return text;
  return (text.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? []).map((line) => `${line}\n`).join('');
}

/** The name with the hash of what the object holds. The library that kustomize hashes with finds no name in it, and hashes an empty one. */
export async function hashedName({ object, id }: Resource): Promise<string> {
  const { data = '', binaryData, type = '', stringData } = object;
  const content: JsonObject =
    id.kind === 'Secret'
      ? { kind: 'Secret', type, name: '', data, ...(isJsonObject(stringData) ? { stringData } : {}) }
      : { kind: 'ConfigMap', name: '', data, ...(isJsonObject(binaryData) ? { binaryData } : {}) };
  return `${id.name}-${await contentHash(content)}`;
}
