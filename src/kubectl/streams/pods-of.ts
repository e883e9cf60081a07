// The pods that an object stands for, and the best of them.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/helpers.go, attachablepodforobject.go and util/podutils/podutils.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { builtIn } from '../commands/create/generated.ts';
import { goTypeName, isList, metadataOf, textField } from '../resources/info.ts';
import { listField, objectField, phaseOf, specOf, statusOf } from './pod-fields.ts';

export const PODS = builtIn('', 'v1', 'pods');

type SelectorOf = (object: JsonObject) => string;
const bySet: SelectorOf = (object) => setText(objectField(specOf(object), 'selector'));
const byRequirements: SelectorOf = (object) => requirementsText(objectField(specOf(object), 'selector'));

const SELECTORS: Readonly<Record<string, SelectorOf>> = {
  ReplicationController: bySet,
  Service(object) {
    const text = bySet(object);
    if (!text) throw new CommandError(`invalid service '${textField(metadataOf(object), 'name')}': Service is defined without a selector`);
    return text;
  },
  ReplicaSet: byRequirements,
  Deployment: byRequirements,
  StatefulSet: byRequirements,
  DaemonSet: byRequirements,
  Job: byRequirements,
};

const setText = (labels: JsonObject): string =>
  Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');

function requirementsText(selector: JsonObject): string {
  const expressions = listField(selector, 'matchExpressions').map((each) => {
    const key = textField(each, 'key');
    const values = Array.isArray(each['values']) ? each['values'].map(String).sort().join(',') : '';
    const words: Readonly<Record<string, string>> = { In: `${key} in (${values})`, NotIn: `${key} notin (${values})`, Exists: key, DoesNotExist: `!${key}` };
    return words[textField(each, 'operator')] ?? '';
  });
  return [setText(objectField(selector, 'matchLabels')), ...expressions].filter(Boolean).join(',');
}

/** The label selector of its pods. Throws `failed` and the reason for an object that has none. */
export function podSelectorOf(object: JsonObject, failed: string): string {
  const kind = textField(object, 'kind');
  const selectorOf = Object.hasOwn(SELECTORS, kind) ? SELECTORS[kind] : undefined;
  const goType = goTypeName(object);
  if (!selectorOf) throw new CommandError(`${failed} ${goType}: selector for ${goType} not implemented`);
  try {
    return selectorOf(object);
  } catch (error) {
    throw new CommandError(`${failed} ${goType}: ${(error as Error).message}`);
  }
}

export type Order = (a: JsonObject, b: JsonObject) => number;

/** In order; where there is none yet, the first that comes within the time. */
export async function podsOf(
  kubectl: Kubectl,
  place: { readonly namespace: string; readonly selector: string },
  timeoutMs: number,
  order: Order,
): Promise<readonly JsonObject[]> {
  const { namespace, selector: labelSelector } = place;
  const client = await kubectl.client(PODS);
  const page = await client.list({ namespace }, { labelSelector });
  const items = isList(page) ? page.items.map((item): JsonObject => ({ kind: 'Pod', apiVersion: 'v1', ...item })) : [];
  if (items.length) return [...items].sort(order);
  const over = new AbortController();
  const timer = kubectl.ports.clock.after(timeoutMs, () => over.abort());
  const signal = AbortSignal.any([over.signal, kubectl.ports.interrupted]);
  try {
    const resourceVersion = textField(metadataOf(page), 'resourceVersion');
    for await (const { type, object } of client.watch({ namespace }, { labelSelector, resourceVersion }, signal))
      if (type === 'ADDED' || type === 'MODIFIED') return [object];
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    timer.cancel();
  }
  throw new CommandError('timed out waiting for the condition');
}

/** The pod that can be attached to: the object itself, or the best of its pods. */
export async function attachablePod(kubectl: Kubectl, object: JsonObject, timeoutMs: number): Promise<JsonObject> {
  if (textField(object, 'kind') === 'Pod') return object;
  const selector = podSelectorOf(object, 'cannot attach to');
  const [pod] = await podsOf(kubectl, { namespace: textField(metadataOf(object), 'namespace'), selector }, timeoutMs, mostActiveFirst);
  if (!pod) throw new CommandError('timed out waiting for the condition');
  return pod;
}

const isAssigned = (pod: JsonObject): boolean => textField(specOf(pod), 'nodeName') !== '';
const readyCondition = (pod: JsonObject): JsonObject | undefined =>
  listField(statusOf(pod), 'conditions').find((each) => each['type'] === 'Ready' && each['status'] === 'True');
const restartsOf = (pod: JsonObject): number => Math.max(0, ...listField(statusOf(pod), 'containerStatuses').map((each) => Number(each['restartCount'] ?? 0)));
/** No time sorts as the latest. */
const timeOf = (text: string): number => (text ? Date.parse(text) : Number.POSITIVE_INFINITY);
const readySince = (pod: JsonObject): number => timeOf(textField(readyCondition(pod) ?? {}, 'lastTransitionTime'));
const createdAt = (pod: JsonObject): number => timeOf(textField(metadataOf(pod), 'creationTimestamp'));
const compared = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
const truthFirst = (a: boolean, b: boolean): number => compared(Number(b), Number(a));
const firstDifference = (...differences: readonly number[]): number => differences.find((each) => each !== 0) ?? 0;

const RUNNING_FIRST: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 };
const RUNNING_LAST: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Models podutils.ByLogging */
export const bestForLogs: Order = (a, b) =>
  firstDifference(
    truthFirst(isAssigned(a), isAssigned(b)),
    compared(RUNNING_FIRST[phaseOf(a)] ?? 0, RUNNING_FIRST[phaseOf(b)] ?? 0),
    truthFirst(readyCondition(a) !== undefined, readyCondition(b) !== undefined),
    compared(readySince(a), readySince(b)),
    compared(restartsOf(b), restartsOf(a)),
    compared(createdAt(a), createdAt(b)),
  );

/** Models podutils.ActivePods, reversed */
const mostActiveFirst: Order = (a, b) =>
  firstDifference(
    truthFirst(isAssigned(a), isAssigned(b)),
    compared(RUNNING_LAST[phaseOf(b)] ?? 0, RUNNING_LAST[phaseOf(a)] ?? 0),
    truthFirst(readyCondition(a) !== undefined, readyCondition(b) !== undefined),
    compared(readySince(a), readySince(b)),
    compared(restartsOf(a), restartsOf(b)),
    compared(createdAt(a), createdAt(b)),
  );
