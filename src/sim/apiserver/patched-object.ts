// The object that a patch makes of the one there is: read as strictly as the client asked. Models apiserver/pkg/endpoints/handlers/patch.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { badRequest, StatusError } from '../../kube/machinery/status-error.ts';
import { DecodeError, type Decoded } from '../resources/decode.ts';
import { applyPatchTo } from './patch.ts';
import type { ResourceRequest } from './request.ts';
import { patchDuplicates } from './serializer/parse.ts';

/** Throws StatusError for a patch that cannot be applied, or whose result is not of the kind. */
export function patchedObject({ resource, patchKind, body, fieldValidation, warn }: ResourceRequest, old: JsonObject): JsonObject {
  if (patchKind === undefined || patchKind === 'apply' || body === undefined)
    throw badRequest(
      'a patch needs a body and one of the content types application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json',
    );
  const result = applyPatchTo(patchKind, old, body, resource.codec);
  const { groupVersion, kind } = resource;
  const shown = (): string => JSON.stringify(patchKind === 'strategic' ? goMap(body) : JSON.stringify(sortedTop(result)));
  let decoded: Decoded;
  try {
    decoded = resource.codec.decode(result);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const type = /cannot unmarshal \w+ into Go struct field \S+ of type (\w+)$/.exec(error.message)?.[1];
    if (patchKind === 'strategic' && type) throw invalidPatch(shown(), `unrecognized type: ${type}`);
    throw badRequest(
      `${kind} in version ${JSON.stringify(groupVersion.slice(groupVersion.indexOf('/') + 1))} cannot be handled as a ${kind}: ${error.message}`,
    );
  }
  if (fieldValidation !== 'Ignore') {
    const problems = [
      ...patchDuplicates(body),
      ...(patchKind === 'json' ? foreignMembers(body) : []),
      ...decoded.unknown.map((field) => `unknown field ${JSON.stringify(field)}`),
    ];
    if (problems.length && fieldValidation === 'Strict') throw invalidPatch(shown(), `strict decoding error: ${problems.join(', ')}`);
    for (const problem of problems) warn(problem);
  }
  const draft: JsonObject = { ...decoded.value, apiVersion: groupVersion, kind };
  return namesRevision(body) || !isJsonObject(draft['metadata'])
    ? draft
    : { ...draft, metadata: { ...draft['metadata'], ...emptied(result), resourceVersion: '' } };
}

/** Whether a patch says which revision it is for; one that does not is for whatever is there. */
export const namesRevision = (patch: JsonValue | undefined): boolean =>
  Array.isArray(patch)
    ? (patch as readonly JsonValue[]).some((each) => isJsonObject(each) && each['op'] !== 'test' && each['path'] === '/metadata/resourceVersion')
    : isJsonObject(patch) && isJsonObject(patch['metadata']) && Boolean(patch['metadata']['resourceVersion']);

/** An empty list of managedFields asks to forget them, which an absent one does not. */
function emptied({ metadata }: JsonObject): JsonObject {
  const owners = isJsonObject(metadata) ? metadata['managedFields'] : undefined;
  return Array.isArray(owners) && !owners.length ? { managedFields: [] } : {};
}

const MEMBERS: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value']);
const foreignMembers = (patch: JsonValue): readonly string[] =>
  (Array.isArray(patch) ? (patch as readonly JsonValue[]) : []).flatMap((operation, i) =>
    isJsonObject(operation)
      ? Object.keys(operation)
          .filter((key) => !MEMBERS.has(key))
          .map((key) => `json patch unknown field ${JSON.stringify(`[${i}].${key}`)}`)
      : [],
  );

const invalidPatch = (shown: string, why: string): StatusError =>
  new StatusError({
    code: 422,
    reason: 'Invalid',
    message: ` "" is invalid: patch: Invalid value: ${shown}: ${why}`,
    details: { causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${shown}: ${why}`, field: 'patch' }] },
  });

const sortedTop = (object: JsonObject): JsonObject => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** `map[spec:map[replicas:two]]`: how Go prints a map. */
function goMap(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => goMap(each)).join(' ')}]`;
  if (isJsonObject(value))
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${goMap(value[key])}`)
      .join(' ')}]`;
  return value === null || value === undefined ? '<nil>' : String(value);
}
