// Patches applied here, without a server. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go (getPatchedJSON)
import { applyPatch, type Operation } from 'rfc6902';
import { builtInMergeSchema } from '../../kube/machinery/built-in-merge.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { mergePatch } from '../../kube/machinery/merge-patch.ts';
import { strategicMerge } from '../../kube/machinery/strategic-merge.ts';
import { isBuiltInGroup } from '../client/built-in-groups.ts';
import { CommandError } from '../failures.ts';
import { groupKindOf } from '../resources/info.ts';

export type LocalPatchType = 'json' | 'merge' | 'strategic';

/** Throws for a patch that cannot be applied. */
export function patchedLocally(type: LocalPatchType, object: JsonObject, patch: JsonValue): JsonObject {
  if (type === 'json') return jsonPatched(object, patch);
  if (!isJsonObject(patch)) throw new CommandError('Invalid JSON Patch');
  if (type === 'merge') return mergePatch(object, patch) as JsonObject;
  const { group, version, kind } = groupKindOf(object);
  if (!isBuiltInGroup(group)) throw new CommandError(`strategic merge patch is not supported for ${group}/${version}, Kind=${kind} locally, try --type merge`);
  return strategicMerge(object, patch, builtInMergeSchema(object));
}

function jsonPatched(object: JsonObject, patch: JsonValue): JsonObject {
  if (!Array.isArray(patch))
    throw new CommandError(`json: cannot unmarshal ${isJsonObject(patch) ? 'object' : typeof patch} into Go value of type jsonpatch.Patch`);
  const copy = structuredClone(object);
  for (const operation of patch as unknown as readonly Operation[]) {
    const [error] = applyPatch(copy, [operation]);
    if (error === null) continue;
    // What is not there can be replaced all the same.
    const isAdded = operation.op === 'replace' && applyPatch(copy, [{ ...operation, op: 'add' }])[0] === null;
    if (!isAdded) throw new CommandError(refusal(operation.op, operation.path));
  }
  return copy;
}

/** The words of the library that kubectl patches with. */
function refusal(op: string, path: string): string {
  if (op === 'test') return `testing value ${path} failed: test failed`;
  if (op === 'remove') return `error in remove for path: '${path}': Unable to remove nonexistent key: ${path.slice(path.lastIndexOf('/') + 1)}: missing value`;
  if (op === 'replace') return `replace operation does not apply: doc is missing key: ${path}: missing value`;
  if (op === 'add') return `add operation does not apply: doc is missing path: "${path}": missing value`;
  return `Unexpected kind: ${op}`;
}
