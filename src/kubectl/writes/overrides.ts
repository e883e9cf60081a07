// --overrides: a patch over what a command has made of its flags. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/override_options.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { string } from '../flags/flag.ts';
import { patchedLocally } from './local-patch.ts';

export const OVERRIDE_FLAGS = {
  overrides: string('JSON that is put over the object that is made; it has to name the apiVersion.'),
  'override-type': string('How it is put over it: json, merge or strategic.', { preset: 'merge' }),
} as const;

interface Overrides {
  readonly overrides: string;
  readonly 'override-type': string;
}

/** Throws kubectl's sentences. */
export function overridden(object: JsonObject, { overrides, 'override-type': type }: Overrides): JsonObject {
  if (overrides === '') return object;
  const word = type || 'merge';
  if (word !== 'json' && word !== 'merge' && word !== 'strategic') throw new CommandError(`invalid override type: ${word}`);
  return completed(patchedLocally(word, object, parsed(overrides, word)));
}

function parsed(text: string, type: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new CommandError(type === 'strategic' ? 'invalid JSON document' : 'Invalid JSON Patch');
  }
}

/** A container always tells its resources, empty or not. */
function completed(object: JsonObject): JsonObject {
  const { spec } = object;
  if (!isJsonObject(spec)) return object;
  const lists = ['containers', 'initContainers'].flatMap((field) => {
    const list = spec[field];
    if (!Array.isArray(list)) return [];
    return [[field, (list as readonly JsonValue[]).map((each) => (isJsonObject(each) ? { resources: {}, ...each } : each))] as const];
  });
  return { ...object, spec: { ...spec, ...Object.fromEntries(lists) } };
}
