// --overrides: a patch over what a command has made of its flags. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/override_options.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { string } from '../flags/flag.ts';
import type { Kubectl } from '../kubectl.ts';
import { patchedLocally } from './local-patch.ts';

export const OVERRIDE_FLAGS = {
  overrides: string('JSON that is put over the object that is made; it has to name the apiVersion.'),
  'override-type': string('How it is put over it: json, merge or strategic.', { preset: 'merge' }),
} as const;

interface Overrides {
  readonly overrides: string;
  readonly 'override-type': string;
}

/** The object that is meant: as its Go type holds it. Rejects with kubectl's sentences. */
export async function overridden(object: JsonObject, flags: Overrides, kubectl: Kubectl): Promise<JsonObject> {
  if (flags.overrides === '') return object;
  const { goTyped } = await import('./go-typed.ts');
  return completed(await goTyped(overlaid(object, flags), kubectl));
}

/** One put over the other, whatever comes of it. Throws kubectl's sentences. */
export function overlaid(object: JsonObject, { overrides, 'override-type': type }: Overrides): JsonObject {
  const word = type || 'merge';
  if (word !== 'json' && word !== 'merge' && word !== 'strategic') throw new CommandError(`invalid override type: ${word}`);
  return patchedLocally(word, object, parsed(overrides, word));
}

function parsed(text: string, type: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new CommandError(type === 'strategic' ? 'invalid JSON document' : 'Invalid JSON Patch');
  }
}

/** What each item of a list always tells, empty or not. */
const ALWAYS: Readonly<Record<string, JsonObject>> = { containers: { resources: {} }, initContainers: { resources: {} }, ports: { targetPort: 0 } };

function completed(object: JsonObject): JsonObject {
  const { spec } = object;
  if (!isJsonObject(spec)) return object;
  const lists = Object.entries(ALWAYS).flatMap(([field, always]) => {
    const list = spec[field];
    if (!Array.isArray(list)) return [];
    return [[field, (list as readonly JsonValue[]).map((each) => (isJsonObject(each) ? { ...always, ...each } : each))] as const];
  });
  return { ...object, spec: { ...spec, ...Object.fromEntries(lists) } };
}
