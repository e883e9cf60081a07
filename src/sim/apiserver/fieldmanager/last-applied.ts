// Objects that client-side apply wrote before: kubectl's server-side apply takes over what its annotation says, and keeps the annotation up to date.
// Models apimachinery/pkg/util/managedfields/internal/lastapplied*.go
import { parseJsonText } from '../../../kube/machinery/json-text.ts';
import { goJson } from '../../../kube/machinery/field-path.ts';
import { difference, type FieldSet } from '../../../kube/machinery/field-set.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { Structure } from '../../resources/structure.ts';
import { compareValues } from './compare.ts';
import { StructureError } from './structured-value.ts';
import { toFieldSet } from './to-field-set.ts';
import { validateValue } from './validate.ts';

/** The only manager these rules are for. */
export const LAST_APPLIED_MANAGER = 'kubectl';
const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
const LONGEST_ANNOTATIONS = 256 * 1024;

const annotationsOf = ({ metadata }: JsonObject): JsonObject => {
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined;
  return isJsonObject(annotations) ? annotations : {};
};
const lastAppliedOf = (object: JsonObject): string | undefined => {
  const text = annotationsOf(object)[ANNOTATION];
  return typeof text === 'string' && text !== '' ? text : undefined;
};

/** Fields that client-side apply set and nobody changed since; undefined when the annotation does not tell. */
export function fieldsOfLastApplied(structure: Structure, groupVersion: string, live: JsonObject): FieldSet | undefined {
  const text = lastAppliedOf(live);
  if (text === undefined) return undefined;
  try {
    const applied = parseJsonText(text) as JsonValue;
    if (!isJsonObject(applied) || applied['apiVersion'] !== groupVersion) return undefined;
    validateValue(structure, live);
    validateValue(structure, applied);
    const { added, modified, removed } = compareValues(structure, applied, live);
    return [modified, added, removed].reduce((rest, each) => difference(rest, each), toFieldSet(structure, applied));
  } catch (error) {
    if (error instanceof StructureError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `object` with the annotation saying what was applied, where it has one. */
export function withLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  if (lastAppliedOf(object) === undefined) return object;
  const text = `${goJson(withoutAnnotation(applied))}\n`;
  const metadata = object['metadata'] as JsonObject;
  const { [ANNOTATION]: _old, ...others } = annotationsOf(object);
  const annotations = { ...others, [ANNOTATION]: text };
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)), 0);
  return { ...object, metadata: { ...metadata, annotations: size > LONGEST_ANNOTATIONS ? others : annotations } };
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const { metadata } = applied;
  if (!isJsonObject(metadata) || !isJsonObject(metadata['annotations'])) return applied;
  const { [ANNOTATION]: _own, ...annotations } = metadata['annotations'];
  const { annotations: _all, ...rest } = metadata;
  return { ...applied, metadata: Object.keys(annotations).length ? { ...rest, annotations } : rest };
}
