// From the JSON of a body to a typed draft: the right kind, known fields, right types.
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { badRequest } from '../../../kube/machinery/status-error.ts';
import { decode, DecodeError, type Decoded } from '../../resources/decode.ts';
import type { FieldValidation } from '../request.ts';

export interface Expected {
  readonly schema: string;
  readonly kind: string;
  readonly groupVersion: string;
}

const quoted = (texts: readonly string[]): string => texts.map((each) => `unknown field ${JSON.stringify(each)}`).join(', ');

/** Decodes without looking at kind and version. Throws StatusError 400. */
export function decodeAs({ schema, kind, groupVersion }: Expected, input: JsonObject, validation: FieldValidation, warn: (text: string) => void): JsonObject {
  const version = groupVersion.slice(groupVersion.indexOf('/') + 1);
  let decoded: Decoded;
  try {
    decoded = decode(schema, input);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${error.message}`);
    throw error;
  }
  // Outer fields first.
  const unknown = [...decoded.unknown].sort((a, b) => depth(a) - depth(b));
  if (unknown.length) {
    if (validation === 'Strict')
      throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: strict decoding error: ${quoted(unknown)}`);
    if (validation === 'Warn') for (const field of unknown) warn(`unknown field ${JSON.stringify(field)}`);
  }
  return decoded.value;
}
const depth = (path: string): number => path.split('.').length;

/** The body as a draft of what the request is about. */
export function decodeBody(expected: Expected, body: JsonValue | undefined, validation: FieldValidation, warn: (text: string) => void): JsonObject {
  if (!isJsonObject(body))
    throw badRequest(
      body === undefined
        ? 'no body was sent: the request needs an object'
        : `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  const { apiVersion = '', kind = '' } = body;
  if (apiVersion !== '' && apiVersion !== expected.groupVersion)
    throw badRequest(`the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected.groupVersion})`);
  if (kind !== '' && kind !== expected.kind)
    throw badRequest(
      `${String(kind)} in version ${JSON.stringify(expected.groupVersion.split('/').pop())} cannot be handled as a ${expected.kind}: no kind ${JSON.stringify(String(kind))} is registered for version ${JSON.stringify(expected.groupVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  return { ...decodeAs(expected, body, validation, warn), apiVersion: expected.groupVersion, kind: expected.kind };
}
