// The patch types of the API applied to an object, but for server-side apply.
import { applyPatch, type Operation } from 'rfc6902';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { mergePatch } from '../../kube/machinery/merge-patch.ts';
import { badRequest, StatusError, unsupportedMediaType } from '../../kube/machinery/status-error.ts';
import { PatchError, strategicMerge, type MergeField, type MergeSchema } from '../../kube/machinery/strategic-merge.ts';
import type { Codec } from '../resources/codec.ts';
import { isScalar, typeOf } from '../resources/types.ts';

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';
/** Custom resources say nothing of how their lists merge. */
const CUSTOM_PATCHES =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
const MAX_JSON_OPERATIONS = 10_000;

const schemas = new Map<string, MergeSchema>();
/** How the fields of a type merge, by the facts. */
function mergeSchemaOf(type: string): MergeSchema {
  let schema = schemas.get(type);
  if (!schema) {
    const { fields } = typeOf(type);
    const known = new Map<string, MergeField>();
    schema = (name) => {
      const fact = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (!fact) return undefined;
      let field = known.get(name);
      if (!field)
        known.set(name, (field = { schema: isScalar(fact.t) ? undefined : mergeSchemaOf(fact.t), strategies: fact.ps?.split(',') ?? [], mergeKey: fact.mk }));
      return field;
    };
    schemas.set(type, schema);
  }
  return schema;
}

const rejected = (): StatusError =>
  new StatusError({ code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request', details: {} });

/** The object after the patch, unchecked. Throws StatusError. */
export function applyPatchTo(kind: Exclude<PatchKind, 'apply'>, object: JsonObject, patch: JsonValue, { type }: Codec): JsonObject {
  switch (kind) {
    case 'json': {
      if (!Array.isArray(patch))
        throw badRequest(`error decoding patch: json: cannot unmarshal ${isJsonObject(patch) ? 'object' : typeof patch} into Go value of type jsonpatch.Patch`);
      if (patch.length > MAX_JSON_OPERATIONS)
        throw new StatusError({
          code: 413,
          reason: 'RequestEntityTooLarge',
          message: `The allowed maximum operations in a JSON patch is ${MAX_JSON_OPERATIONS}, got ${patch.length}`,
        });
      const copy = structuredClone(object);
      const errors = applyPatch(copy, patch as unknown as Operation[]);
      if (errors.some((error) => error !== null)) throw rejected();
      return copy;
    }
    case 'merge':
      if (!isJsonObject(patch)) throw badRequest('error decoding patch: Invalid JSON Patch');
      return mergePatch(object, patch) as JsonObject;
    case 'strategic':
      if (type === undefined) throw unsupportedMediaType(CUSTOM_PATCHES);
      if (!isJsonObject(patch)) throw badRequest('error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}');
      try {
        return strategicMerge(object, patch, mergeSchemaOf(type));
      } catch (error) {
        if (error instanceof PatchError) throw new StatusError({ code: 500, reason: '', message: error.message });
        throw error;
      }
  }
}
