// replacements: a value of one object put into others. Models kustomize/api/filters/replacement/replacement.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Resource } from './resource.ts';
import { idText, stringOf } from './resource.ts';
import { isSelected } from './selection.ts';

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : []);

/** Fields with `.` between them; brackets hold what has dots of its own, a backslash keeps one. */
export function splitFieldPath(path: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (let i = 0; i < path.length; i++) {
    const char = path[i] ?? '';
    if (char === '\\' && path[i + 1] === '.') part += path[++i] ?? '';
    else if (char === '.' && depth === 0) {
      if (part !== '') parts.push(part);
      part = '';
    } else {
      if (char === '[') {
        depth++;
        if (depth === 1 && part !== '') {
          parts.push(part);
          part = '';
        }
      } else if (char === ']') depth--;
      part += char;
    }
  }
  return part === '' ? parts : [...parts, part];
}

export function replace(resources: readonly Resource[], replacement: JsonObject): void {
  const source = replacement['source'];
  const targets = objectsIn(replacement['targets']);
  if (replacement['source'] === undefined || replacement['source'] === null) {
    if (replacement['sourceValue'] === undefined) throw new CommandError('replacements must specify a source and at least one target');
  }
  if (!targets.length) throw new CommandError('replacements must specify a source and at least one target');
  const value = replacement['sourceValue'] === undefined ? sourceValue(resources, objectOf(source)) : (replacement['sourceValue'] ?? null);
  for (const target of targets) {
    const select = target['select'];
    if (!isJsonObject(select)) throw new CommandError('target must specify resources to select');
    const rejects = objectsIn(target['reject']);
    const paths = Array.isArray(target['fieldPaths']) && target['fieldPaths'].length ? target['fieldPaths'].map(String) : ['metadata.name'];
    for (const resource of resources) {
      if (!isSelected(resource, select) || rejects.some((each) => isSelected(resource, each))) continue;
      for (const path of paths) put(resource, path, value, objectOf(target['options']));
    }
  }
}

function sourceValue(resources: readonly Resource[], source: JsonObject): JsonValue {
  const found = resources.filter((each) => isSelected(each, source));
  const [only, ...others] = found;
  const { group = '', version = '', kind = '', name = '', namespace = '' } = source as Readonly<Record<string, string>>;
  const wanted = idText({ group, version, kind, name, namespace });
  if (!only) throw new CommandError(`nothing selected by ${wanted}`);
  if (others.length) throw new CommandError(`multiple matches for selector ${wanted}`);
  const path = stringOf(source['fieldPath']) || 'metadata.name';
  const value = splitFieldPath(path).reduce<JsonValue | undefined>((at, part) => step(at, part), only.object);
  if (value === undefined) throw new CommandError(`fieldPath \`${path}\` is missing for replacement source ${wanted}`);
  const { delimiter, index = 0 } = objectOf(source['options']);
  if (!delimiter) return value;
  if (typeof value === 'object') throw new CommandError('delimiter option can only be used with scalar nodes');
  const parts = String(value).split(stringOf(delimiter));
  const part = parts[Number(index)];
  if (part === undefined) throw new CommandError(`options.index ${String(index)} is out of bounds for value ${String(value)}`);
  return part;
}

function step(value: JsonValue | undefined, part: string): JsonValue | undefined {
  if (isJsonObject(value)) return value[part];
  if (!Array.isArray(value)) return undefined;
  const items = value as readonly JsonValue[];
  const pair = pairOf(part);
  return pair ? items.find((item) => isJsonObject(item) && String(item[pair.key]) === pair.value) : items[Number(part)];
}

function pairOf(part: string): { readonly key: string; readonly value: string } | undefined {
  const match = /^\[([^=]*)=(.*)\]$/.exec(part);
  return match ? { key: match[1] ?? '', value: match[2] ?? '' } : undefined;
}

function put(resource: Resource, path: string, value: JsonValue, options: JsonObject): void {
  const create = options['create'] === true;
  let count = 0;
  const change = (before: JsonValue | undefined): JsonValue => {
    count++;
    const result = merged(before, value, options);
    // Labels and annotations are text.
    return /^metadata\.(?:annotations|labels)\./.test(path) && typeof result !== 'object' ? String(result) : result;
  };
  const after = putAt(resource.object, splitFieldPath(path), change, create);
  if (count === 0)
    throw new CommandError(
      create ? `unable to find or create field ${goQuote(path)} in replacement target` : `unable to find field ${goQuote(path)} in replacement target`,
    );
  resource.object = after as JsonObject;
}

function putAt(
  value: JsonValue | undefined,
  [part, ...rest]: readonly string[],
  change: (before: JsonValue | undefined) => JsonValue,
  create: boolean,
): JsonValue | undefined {
  if (part === undefined) return value === undefined && !create ? value : change(value);
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const pair = pairOf(part);
    const isMeant = (item: JsonValue, i: number): boolean =>
      part === '*' || (pair ? isJsonObject(item) && String(item[pair.key]) === pair.value : String(i) === part);
    const changed = items.map((item, i) => (isMeant(item, i) ? (putAt(item, rest, change, create) ?? item) : item));
    if (pair && create && !items.some(isMeant)) {
      const made = putAt({ [pair.key]: pair.value }, rest, change, create);
      return made === undefined ? changed : [...changed, made];
    }
    return changed;
  }
  if (!isJsonObject(value)) {
    if (!create || value !== undefined) return value;
    const inner = putAt(undefined, rest, change, create);
    return inner === undefined ? value : { [part]: inner };
  }
  if (part === '*') return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, putAt(each, rest, change, create) ?? each ?? null]));
  const inner = putAt(value[part], rest, change, create);
  return inner === undefined ? value : { ...value, [part]: inner };
}

/** A scalar stays what it was: a number takes a text that is one. */
function merged(before: JsonValue | undefined, value: JsonValue, { delimiter, index = 0 }: JsonObject): JsonValue {
  let result = value;
  if (delimiter) {
    if (typeof before === 'object') throw new CommandError('delimiter option can only be used with scalar nodes');
    const parts = String(before ?? '').split(stringOf(delimiter));
    const at = Number(index);
    const text = String(value);
    if (at < 0) parts.unshift(text);
    else if (at >= parts.length) parts.push(text);
    else parts[at] = text;
    result = parts.join(stringOf(delimiter));
  }
  if (typeof before === 'string' && (typeof result === 'number' || typeof result === 'boolean')) return String(result);
  if (typeof before === 'number' && typeof result === 'string' && /^-?\d+(?:\.\d+)?$/.test(result)) return Number(result);
  return result;
}
