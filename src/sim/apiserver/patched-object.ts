// The object that a patch makes of the one there is: read as strictly as the client asked. Models apiserver/pkg/endpoints/handlers/patch.go
import { goText } from '../../kube/machinery/go-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { badRequest, StatusError } from '../../kube/machinery/status-error.ts';
import { DecodeError, type Decoded } from '../resources/decode.ts';
import { applyPatchTo } from './patch.ts';
import type { ResourceRequest } from './request.ts';
import { cannotBeHandled } from './serializer/body.ts';
import { patchDuplicates } from './serializer/parse.ts';

/** Throws StatusError for a patch that cannot be applied, or whose result is not of the kind. */
export function patchedObject({ resource, patchKind, body, fieldValidation, warn }: ResourceRequest, old: JsonObject): JsonObject {
  if (patchKind === undefined || patchKind === 'apply' || body === undefined)
    throw badRequest(
      'a patch needs a body and one of the content types application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json',
    );
  const result = applyPatchTo(patchKind, old, body, resource.codec);
  const { groupVersion, kind } = resource;
  const shown = (): string => JSON.stringify(patchKind === 'strategic' ? goText(body) : JSON.stringify(sortedTop(result)));
  let decoded: Decoded;
  try {
    decoded = resource.codec.decode(result);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const type = /cannot unmarshal \w+ into Go struct field \S+ of type (\w+)$/.exec(error.message)?.[1];
    if (patchKind === 'strategic' && !type) throw cannotBeHandled(resource, error.message);
    throw invalidPatch(shown(), patchKind === 'strategic' ? `unrecognized type: ${type}` : error.message);
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
  const draft = { ...decoded.value, apiVersion: groupVersion, kind } as JsonObject;
  return namesRevision(body) || !isJsonObject(draft['metadata']) ? draft : { ...draft, metadata: { ...draft['metadata'], resourceVersion: '' } };
}

/** Whether a patch says which revision it is for; one that does not is for whatever is there. */
export const namesRevision = (patch: JsonValue | undefined): boolean =>
  Array.isArray(patch)
    ? (patch as readonly JsonValue[]).some((each) => isJsonObject(each) && each['op'] !== 'test' && each['path'] === '/metadata/resourceVersion')
    : isJsonObject(patch) && isJsonObject(patch['metadata']) && Boolean(patch['metadata']['resourceVersion']);

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
