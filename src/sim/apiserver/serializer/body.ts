// From the JSON of a body to a typed draft: the right kind, known fields, right types.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { badRequest, type StatusError } from '../../../kube/machinery/status-error.ts';
import type { Codec } from '../../resources/codec.ts';
import { DecodeError, type Decoded } from '../../resources/decode.ts';
import type { FieldValidation } from '../request.ts';
import { duplicatesIn, strictProblems } from './json/strict.ts';
import { typeOfKind } from './kinds.ts';
import { sourceOf } from './parse.ts';
import { yamlWarnings } from '../../../kube/machinery/yaml.ts';

export interface Expected {
  readonly codec: Codec;
  readonly kind: string;
  readonly groupVersion: string;
}

const versionOf = (groupVersion: string): string => groupVersion.slice(groupVersion.indexOf('/') + 1);

/** What is sent is not of the kind that is meant. */
export const cannotBeHandled = ({ kind, groupVersion }: Pick<Expected, 'kind' | 'groupVersion'>, why: string): StatusError =>
  badRequest(`${kind} in version ${JSON.stringify(versionOf(groupVersion))} cannot be handled as a ${kind}: ${why}`);

/** Decodes without looking at kind and version. Throws StatusError 400. */
export function decodeAs(expected: Expected, input: JsonObject, validation: FieldValidation, warn: (text: string) => void): JsonObject {
  const { codec } = expected;
  let decoded: Decoded;
  try {
    decoded = codec.decode(input);
  } catch (error) {
    if (error instanceof DecodeError) throw cannotBeHandled(expected, error.message);
    throw error;
  }
  if (validation !== 'Ignore') {
    const { problems, yaml } = strictnessOf(codec, input, decoded);
    if (problems.length || yaml !== undefined) {
      if (validation === 'Strict') throw cannotBeHandled(expected, `strict decoding error: ${[...(yaml === undefined ? [] : [yaml]), ...problems].join(', ')}`);
      for (const text of [...(yaml === undefined ? [] : yamlWarnings(yaml)), ...problems]) warn(text);
    }
  }
  return decoded.value;
}

/** The text is read again only when something is known to be wrong with it. */
function strictnessOf({ type }: Codec, input: JsonObject, { unknown }: Decoded): { readonly problems: readonly string[]; readonly yaml?: string } {
  const source = sourceOf(input);
  if (!unknown.length && source === undefined) return { problems: [] };
  const problems = source?.text !== undefined || unknown.length ? problemsIn(type, source?.text ?? JSON.stringify(input), unknown) : [];
  return { problems, ...(source?.yamlDuplicates === undefined ? {} : { yaml: source.yamlDuplicates }) };
}

/** Custom resources have no type to walk along: what they do not know is known already. */
const problemsIn = (type: string | undefined, text: string, unknown: readonly string[]): readonly string[] =>
  type === undefined ? [...duplicatesIn(text), ...unknown.map((field) => `unknown field ${JSON.stringify(field)}`)] : strictProblems(type, text);

/** `core.Pod`: the internal type behind a group's kind. */
function internalName({ groupVersion, kind }: Expected): string {
  const group = groupVersion.includes('/') ? groupVersion.slice(0, groupVersion.indexOf('/')) : '';
  return `${group === '' || group === 'events.k8s.io' ? 'core' : (group.split('.')[0] ?? '')}.${kind}`;
}

/** The body as a draft of what the request is about. */
export function decodeBody(expected: Expected, body: JsonValue | undefined, validation: FieldValidation, warn: (text: string) => void): JsonObject {
  if (!isJsonObject(body)) throw badRequest('no body was sent: the request needs an object');
  const apiVersion = textOf(body, 'apiVersion') || expected.groupVersion;
  const kind = textOf(body, 'kind') || expected.kind;
  if (apiVersion !== expected.groupVersion || kind !== expected.kind) {
    const refuse = (why: string): Error =>
      badRequest(`${kind} in version ${JSON.stringify(versionOf(apiVersion))} cannot be handled as a ${expected.kind}: ${why}`);
    if (!typeOfKind(apiVersion, kind))
      throw refuse(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`);
    if (kind !== expected.kind) throw refuse(`converting (${versionOf(apiVersion)}.${kind}) to (${internalName(expected)}): unknown conversion`);
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${expected.groupVersion})`);
  }
  return { ...decodeAs(expected, body, validation, warn), apiVersion: expected.groupVersion, kind: expected.kind };
}

function textOf(body: JsonObject, key: string): string {
  const value = Object.hasOwn(body, key) ? body[key] : undefined;
  return typeof value === 'string' ? value : '';
}
