// The annotation in which `apply` keeps what it was given last. Models kubernetes/staging/src/k8s.io/kubectl/pkg/util/apply.go
import { goJson, sortedGoJson } from '../../kube/machinery/go-json.ts';
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { metadataOf } from '../resources/info.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const annotationsOf = (object: JsonObject): JsonObject => {
  const { annotations } = metadataOf(object);
  return isJsonObject(annotations) ? annotations : {};
};
const withAnnotations = (object: JsonObject, annotations: JsonObject): JsonObject => ({ ...object, metadata: { ...metadataOf(object), annotations } });

/** Undefined where it was never applied. */
export function lastAppliedOf(object: JsonObject): string | undefined {
  const text = annotationsOf(object)[LAST_APPLIED];
  return typeof text === 'string' ? text : undefined;
}

/** The object as one line of JSON, without the annotation itself. */
export function configurationOf(object: JsonObject): string {
  const { [LAST_APPLIED]: _lastApplied, ...annotations } = annotationsOf(object);
  return `${sortedGoJson(withAnnotations(object, annotations))}\n`;
}

export const withLastApplied = (object: JsonObject): JsonObject =>
  withAnnotations(object, { ...annotationsOf(object), [LAST_APPLIED]: configurationOf(object) });

/** The same for an object that a command has made itself: its fields keep the order of their type, and nothing empty is written. */
export function refreshTypedLastApplied(object: JsonObject, always: boolean): JsonObject {
  if (!always) return object;
  return withAnnotations(object, { ...annotationsOf(object), [LAST_APPLIED]: `${goJson(object)}\n` });
}

/** Writes the annotation anew where it is kept already, or where `always` says so (--save-config). */
export const refreshLastApplied = (object: JsonObject, always: boolean): JsonObject =>
  always || lastAppliedOf(object) !== undefined ? withLastApplied(object) : object;
