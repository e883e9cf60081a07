// What streams read of a pod: its containers, the one that is meant where none is named, its phase. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/podcmd/podcmd.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { metadataOf, textField } from '../resources/info.ts';

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export const objectField = (object: JsonObject, field: string): JsonObject => {
  const value = object[field];
  return isJsonObject(value) ? value : {};
};
export const listField = (object: JsonObject, field: string): readonly JsonObject[] => {
  const list = object[field];
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
};

export const specOf = (pod: JsonObject): JsonObject => objectField(pod, 'spec');
export const statusOf = (pod: JsonObject): JsonObject => objectField(pod, 'status');
export const phaseOf = (pod: JsonObject): string => textField(statusOf(pod), 'phase');
export const hasEnded = (pod: JsonObject): boolean => ['Succeeded', 'Failed'].includes(phaseOf(pod));
export const annotationOf = (object: JsonObject, name: string): string => textField(objectField(metadataOf(object), 'annotations'), name);

const GROUPS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

export interface FoundContainer {
  readonly container: JsonObject;
  readonly group: (typeof GROUPS)[number];
}

export function findContainer(pod: JsonObject, name: string): FoundContainer | undefined {
  for (const group of GROUPS) {
    const container = listField(specOf(pod), group).find((each) => textField(each, 'name') === name);
    if (container) return { container, group };
  }
  return undefined;
}

/** `a, b, debugger (ephem), setup (init)`. */
export function allContainerNames(pod: JsonObject): string {
  const named = (group: string, suffix: string): readonly string[] => listField(specOf(pod), group).map((each) => `${textField(each, 'name')}${suffix}`);
  return [...named('containers', ''), ...named('ephemeralContainers', ' (ephem)'), ...named('initContainers', ' (init)')].join(', ');
}

export const hasSeveralContainers = (pod: JsonObject): boolean => GROUPS.flatMap((group) => listField(specOf(pod), group)).length > 1;

/** `warn` is told which container was taken where there was a choice. Throws kubectl's sentences. */
export function containerMeant(pod: JsonObject, name: string, warn: (text: string) => void): JsonObject {
  const podName = textField(metadataOf(pod), 'name');
  if (name) {
    const found = findContainer(pod, name);
    if (!found) throw new CommandError(`container ${name} not found in pod ${podName}`);
    return found.container;
  }
  const [first] = listField(specOf(pod), 'containers');
  if (!first) throw new CommandError(`pod ${textField(metadataOf(pod), 'namespace')}/${podName} does not have any containers`);
  const annotated = annotationOf(pod, DEFAULT_CONTAINER);
  const preferred = annotated ? findContainer(pod, annotated) : undefined;
  if (preferred) return preferred.container;
  if (hasSeveralContainers(pod)) warn(`Defaulted container ${goQuote(textField(first, 'name'))} out of: ${allContainerNames(pod)}\n`);
  return first;
}

export function containerStatus(pod: JsonObject, name: string): JsonObject | undefined {
  const groups = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];
  return groups.flatMap((group) => listField(statusOf(pod), group)).find((each) => textField(each, 'name') === name);
}
