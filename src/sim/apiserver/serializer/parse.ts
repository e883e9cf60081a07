// Bytes of a body to JSON, whatever form they came in; what strict decoding needs of the text is remembered beside the value.
// Models kubernetes/staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go
import { parseJsonText } from '../../../kube/machinery/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { setOwn } from '../../../kube/machinery/own-property.ts';
import { badRequest, StatusError, unsupportedMediaType } from '../../../kube/machinery/status-error.ts';
import { duplicatesIn, hasDuplicates } from './json/strict.ts';
import { nestsTooDeep, syntaxProblem } from '../../../kube/machinery/json-syntax.ts';
import { typeOfKind } from './kinds.ts';
import { decodeProtobuf } from './protobuf/decode.ts';
import { parseYaml, YamlProblem } from '../../../kube/machinery/yaml.ts';

export type BodyFormat = 'json' | 'yaml' | 'protobuf';

/** What a body was before it was a value. */
interface Source {
  /** JSON with every key, duplicates too. Undefined where there are none: then the value says as much. */
  readonly text?: string;
  readonly yamlDuplicates?: string;
}
const sources = new WeakMap<object, Source>();
/** Undefined for values that no client sent as text. */
export const sourceOf = (value: JsonObject): Source | undefined => sources.get(value);

const MEDIA_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
/** Throws StatusError 415. CBOR is among those refused. */
export function bodyFormatOf(mediaType: string, hasProtobuf = true): BodyFormat {
  if (mediaType === '' || mediaType === 'application/json') return 'json';
  if (mediaType === 'application/yaml') return 'yaml';
  if (mediaType === 'application/vnd.kubernetes.protobuf' && hasProtobuf) return 'protobuf';
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${hasProtobuf ? MEDIA_TYPES : 'application/json, application/yaml'}`,
  );
}

/** A body that cannot be read; the words depend on who expected what. */
export class UnreadableBody extends Error {}

/** Throws UnreadableBody. */
export function parseJson(text: string): JsonValue {
  let value: JsonValue;
  try {
    if (nestsTooDeep(text)) throw new SyntaxError('too deep');
    value = parseJsonText(text) as JsonValue;
  } catch (error) {
    throw new UnreadableBody(syntaxProblem(text) ?? (error instanceof Error ? error.message : String(error)));
  }
  if (isJsonObject(value) && hasDuplicates(text, value)) sources.set(value, { text });
  return value;
}

const GO_HEADER = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const jsonKind = (value: JsonValue): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;

/** The JSON object of a body. Throws UnreadableBody. */
export function parseObject(body: Buffer, format: BodyFormat): JsonObject {
  if (format === 'protobuf') {
    try {
      return decodeProtobuf(body, typeOfKind);
    } catch (error) {
      if (error instanceof StatusError) throw new UnreadableBody(error.message);
      throw error;
    }
  }
  const value = format === 'yaml' ? yamlValue(body.toString()) : jsonValue(body.toString());
  if (value === null) return {};
  if (!isJsonObject(value)) throw new UnreadableBody(`${PARSE_ERROR}json: cannot unmarshal ${jsonKind(value)} into Go value of type ${GO_HEADER}`);
  for (const key of ['apiVersion', 'kind']) {
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    if (given !== undefined && given !== null && typeof given !== 'string')
      throw new UnreadableBody(`${PARSE_ERROR}json: cannot unmarshal ${jsonKind(given)} into Go struct field .${key} of type string`);
  }
  const version = value['apiVersion'];
  if (typeof version === 'string' && version.split('/').length > 2) throw new UnreadableBody(`unexpected GroupVersion string: ${version}`);
  return value;
}

const PARSE_ERROR = "couldn't get version/kind; json parse error: ";

function jsonValue(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof UnreadableBody) throw new UnreadableBody(`${PARSE_ERROR}${error.message}`);
    throw error;
  }
}

function yamlValue(text: string): JsonValue {
  try {
    const { value: unsorted, duplicates } = parseYaml(text);
    // Go goes through a map, which it writes in the order of its keys.
    const value = sorted(unsorted);
    if (isJsonObject(value) && duplicates !== undefined) sources.set(value, { yamlDuplicates: duplicates });
    return value;
  } catch (error) {
    if (error instanceof YamlProblem) throw new UnreadableBody(error.message);
    throw error;
  }
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sorted);
  if (!isJsonObject(value)) return value;
  const output: Record<string, JsonValue> = {};
  for (const key of Object.keys(value).sort()) setOwn(output, key, sorted(value[key] ?? null));
  return output;
}

/** The first bytes, as text where they look like it. */
function summary(body: Buffer): string {
  if (!body.length) return '<empty>';
  const head = body.subarray(0, 30);
  return `${body[0] === 0x7b ? head.toString() : head.toString('hex')}${body.length > 30 ? ' ...' : ''}`;
}

/** A body that must be an object of `kind`. Throws StatusError 400. */
export function parseObjectOf(kind: string, body: Buffer, format: BodyFormat): JsonObject {
  try {
    return parseObject(body, format);
  } catch (error) {
    if (!(error instanceof UnreadableBody)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${error.message} (${summary(body)})`);
  }
}

export type PatchForm = 'json' | 'merge' | 'strategic' | 'apply';

/** The body of a patch. Throws StatusError 400. */
export function parsePatch(body: Buffer, form: PatchForm): JsonValue {
  const text = body.toString();
  try {
    if (form === 'apply') return parseYaml(text).value;
    const value = parseJson(text);
    if (value === null && form === 'merge') throw badRequest('Invalid JSON Patch');
    if (value === null) return form === 'json' ? [] : {};
    if (form === 'json' && !Array.isArray(value))
      throw new UnreadableBody(`json: cannot unmarshal ${goKind(value)} into Go value of type []handlers.jsonPatchOp`);
    if (form !== 'json' && !isJsonObject(value))
      throw new UnreadableBody(`json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`);
    return value;
  } catch (error) {
    if (error instanceof YamlProblem) throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
    if (error instanceof UnreadableBody) throw badRequest(form === 'strategic' ? error.message : `error decoding patch: ${error.message}`);
    throw error;
  }
}
const goKind = (value: JsonValue): string => (value === null ? 'null' : isJsonObject(value) ? 'object' : jsonKind(value));

/** `duplicate field "spec.x"` of a patch that gives keys twice. */
export function patchDuplicates(patch: JsonValue): readonly string[] {
  const text = isJsonObject(patch) ? sources.get(patch)?.text : undefined;
  return text === undefined ? [] : duplicatesIn(text);
}
