// Patches of a kustomization: strategic or step by step, in place or from files, for one object or for all that a target matches.
// Models kustomize/api/internal/builtins/PatchTransformer.go
import { goYaml } from '../../kube/machinery/go-yaml.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { parseYaml } from '../../kube/machinery/yaml.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { patchedLocally } from '../writes/local-patch.ts';
import type { Folder } from './loading.ts';
import { idText, Resource, sameId, stringOf } from './resource.ts';
import { selectedByPattern } from './selection.ts';
import { strategicallyPatched } from './strategic.ts';

interface PatchText {
  readonly text: string;
  /** How it is named in complaints. */
  readonly source: string;
}
type Resources = readonly Resource[];

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : []);

export async function applyPatches(resources: Resources, entries: JsonValue | undefined, folder: Folder): Promise<Resources> {
  let all = resources;
  for (const entry of objectsIn(entries)) all = patchedBy(all, entry, await textOf(entry, folder));
  return all;
}

/** patchesStrategicMerge: files, or patches as they stand. */
export async function applyStrategicPatches(resources: Resources, entries: JsonValue | undefined, folder: Folder): Promise<Resources> {
  let all = resources;
  for (const entry of Array.isArray(entries) ? entries.map(String) : []) {
    const text = entry.includes('\n') ? entry : await folder.text(entry);
    for (const patch of objectsOf(text)) all = patchOne(all, patch);
  }
  return all;
}

async function textOf(entry: JsonObject, folder: Folder): Promise<PatchText> {
  const patch = stringOf(entry['patch']).trim();
  const path = stringOf(entry['path']);
  if (!patch && !path) throw new CommandError('must specify one of patch and path');
  if (patch && path) throw new CommandError("patch and path can't be set at the same time");
  if (patch) return { text: patch, source: `[patch: ${goQuote(patch)}]` };
  try {
    return { text: await folder.text(path), source: `[path: ${goQuote(path)}]` };
  } catch (error) {
    throw new CommandError(
      `trouble configuring builtin PatchTransformer with config: \`\n${goYaml(entry)}\`: failed to get the patch file from path(${path}): ${(error as Error).message}`,
    );
  }
}

function patchedBy(resources: Resources, entry: JsonObject, { text, source }: PatchText): Resources {
  const target = entry['target'];
  const operations = operationsIn(text);
  if (operations) {
    if (!isJsonObject(target)) throw new CommandError(`must specify a target for JSON patch ${source}`);
    for (const resource of selectedByPattern(resources, target)) {
      resource.remember();
      resource.object = patchedLocally('json', resource.object, operations);
    }
    return resources;
  }
  let patches: readonly JsonObject[];
  try {
    patches = objectsOf(text);
  } catch {
    throw new CommandError(`unable to parse SM or JSON patch from ${source}`);
  }
  if (!isJsonObject(target)) return patches.reduce(patchOne, resources);
  const [patch, ...others] = patches;
  if (others.length)
    throw new CommandError(`Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`);
  if (!patch) return resources;
  const options = objectOf(entry['options']);
  return applyTo(resources, selectedByPattern(resources, target), patch, options);
}

/** Also where they are written between braces. */
function objectsOf(text: string): readonly JsonObject[] {
  return text
    .split(/^---(?=\s|$).*$/m)
    .map((part) => parseYaml(part).value)
    .filter(isJsonObject);
}

function operationsIn(text: string): readonly JsonObject[] | undefined {
  try {
    const { value } = parseYaml(text);
    return Array.isArray(value) ? (value as readonly JsonObject[]) : undefined;
  } catch {
    return undefined; // a strategic patch, or nothing at all: told apart by its reader
  }
}

function patchOne(resources: Resources, patch: JsonObject): Resources {
  const wanted = new Resource(patch).id;
  const found = resources.filter((each) => each.ids.some((id) => sameId(id, wanted)));
  if (!found.length)
    throw new CommandError(
      `no resource matches strategic merge patch ${goQuote(idText(wanted))}: no matches for Id ${idText(wanted)}; failed to find unique target for patch ${idText(wanted)}`,
    );
  return applyTo(resources, found, patch, {});
}

/** What an object is called stays, unless the patch may change it. */
function applyTo(resources: Resources, targets: Resources, patch: JsonObject, { allowNameChange, allowKindChange }: JsonObject): Resources {
  const deleted = new Set<Resource>();
  for (const target of targets) {
    const { name = null, namespace } = target.metadata;
    const { apiVersion = null, kind = null } = target.object;
    target.remember();
    const patched = strategicallyPatched(target.object, patch);
    if (!patched) {
      deleted.add(target);
      continue;
    }
    const metadata = isJsonObject(patched['metadata']) ? patched['metadata'] : {};
    target.object = {
      ...patched,
      apiVersion: allowKindChange === true ? (patched['apiVersion'] ?? apiVersion) : apiVersion,
      kind: allowKindChange === true ? (patched['kind'] ?? kind) : kind,
      metadata: {
        ...metadata,
        name: allowNameChange === true ? (metadata['name'] ?? name) : name,
        ...(namespace === undefined ? {} : { namespace }),
      },
    };
    if (namespace === undefined && allowNameChange !== true) target.setMetadata(withoutNamespace(target.metadata));
  }
  return deleted.size ? resources.filter((each) => !deleted.has(each)) : resources;
}

function withoutNamespace({ namespace: _namespace, ...metadata }: JsonObject): JsonObject {
  return metadata;
}
