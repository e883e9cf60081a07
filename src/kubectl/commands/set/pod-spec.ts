// Where the kinds that make pods keep what the pods are. Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/updatepodspec.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { goTypeName, textField } from '../../resources/info.ts';

const TEMPLATE = ['spec', 'template', 'spec'];
const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  ReplicationController: TEMPLATE,
  Deployment: TEMPLATE,
  DaemonSet: TEMPLATE,
  ReplicaSet: TEMPLATE,
  StatefulSet: TEMPLATE,
  Job: TEMPLATE,
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** The object with another pod spec in it. Throws for a kind without pods. */
export function withPodSpec(object: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  const kind = textField(object, 'kind');
  const path = Object.hasOwn(PATHS, kind) ? PATHS[kind] : undefined;
  if (!path) throw new Error(`the object is not a pod or does not have a pod template: ${goTypeName(object)}`);
  return changedAt(object, path, change);
}

function changedAt(object: JsonObject, [field, ...rest]: readonly string[], change: (spec: JsonObject) => JsonObject): JsonObject {
  if (field === undefined) return change(object);
  const value = object[field];
  return { ...object, [field]: changedAt(isJsonObject(value) ? value : {}, rest, change) };
}

const listIn = (spec: JsonObject, field: string): readonly JsonObject[] => {
  const list = spec[field];
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
};

/** The pod spec with its containers changed, those of its start too. */
export function withContainers(spec: JsonObject, change: (container: JsonObject) => JsonObject): JsonObject {
  const fields = ['containers', 'initContainers'].filter((field) => Array.isArray(spec[field]));
  return { ...spec, ...Object.fromEntries(fields.map((field) => [field, listIn(spec, field).map(change)])) };
}
/** Those of the pod first, then those of its start. */
export const containersOf = (spec: JsonObject): readonly JsonObject[] => [...listIn(spec, 'containers'), ...listIn(spec, 'initContainers')];

/** Whether a name is meant by a pattern with `*`. Models selectString, with all its oddities. */
export function isMeant(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.includes('*')) return name === pattern;
  const parts = pattern.split('*');
  let at = 0;
  for (const [i, part] of parts.entries()) {
    if (part === '') continue;
    const next = name.slice(at).indexOf(part);
    if (next < at || (i === 0 && at !== 0) || (i === parts.length - 1 && name.length !== part.length + next)) return false;
    at = next;
  }
  return true;
}
