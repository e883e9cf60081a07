// Brings a cluster into a lab's starting state, and takes everything away again. Only through the API.
import { parseAllDocuments } from 'yaml';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { namespaces, nodes, pods } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import type { JsonObject, JsonValue } from '../kube/machinery/json.ts';
import type { Draft, KubeObject } from '../kube/machinery/object.ts';
import { isAlreadyExists, isNotFound, isStatusError } from '../kube/machinery/status-error.ts';
import { delay } from '../platform/clock.ts';
import type { CheckContext } from './checks/check-context.ts';
import { evaluate } from './expectation.ts';
import { resourceOf } from './kinds.ts';
import type { ObjectQuery, SetupStep, WaitFor } from './lab-schema.ts';

const LOOK_AGAIN_MS = 100;
const WAIT_SECONDS = 60;
const GONE_MS = 60_000;
const NAMESPACE_TRIES = 50;

/** An object that the set-up made, to be removed at the end. */
export interface Made {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace?: string;
}

async function makeOrMerge(client: ApiClient, object: KubeObject): Promise<void> {
  const resource = resourceOf(object.kind, object.apiVersion);
  const { name = '', namespace } = object.metadata;
  const where = namespace ? { namespace } : {};
  try {
    await client.create(resource, object as Draft<KubeObject>, where);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await client.patch(resource, name, 'merge', object as unknown as JsonValue, where);
  }
}

/** A namespace is usable once its default service account is there: pods are refused before. */
async function namespaceReady({ client, clock, signal }: CheckContext, name: string): Promise<void> {
  const accounts = resourceOf('ServiceAccount');
  for (let tries = 0; tries < NAMESPACE_TRIES; tries++) {
    const account = await client.get(accounts, 'default', { namespace: name }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (account) return;
    await delay(clock, LOOK_AGAIN_MS, signal);
  }
}

async function apply(context: CheckContext, file: string): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (const document of parseAllDocuments(await context.file(file), { version: '1.1' })) {
    const object = document.toJS() as KubeObject | null;
    if (!object) continue;
    await makeOrMerge(context.client, object);
    const { name = '', namespace } = object.metadata;
    made.push({ kind: object.kind, apiVersion: object.apiVersion, name, ...(namespace ? { namespace } : {}) });
    if (object.kind === 'Namespace') await namespaceReady(context, name);
  }
  return made;
}

/** `deployment/shop` with a condition, or a query with an expectation. */
function queryOf({ for: target, namespace, condition, expect, get, list }: WaitFor): { readonly get?: ObjectQuery; readonly list?: NonNullable<WaitFor['list']>; readonly expectation: string } {
  if (target === undefined) return { ...(get ? { get } : {}), ...(list ? { list } : {}), expectation: expect ?? '' };
  const [kind = '', name = ''] = target.split('/');
  const known = { deployment: 'Deployment', pod: 'Pod', daemonset: 'DaemonSet', node: 'Node', job: 'Job', statefulset: 'StatefulSet' }[kind.toLowerCase()] ?? kind;
  const expectation = condition ? `object.status.conditions.exists(c, c.type == '${condition}' && c.status == 'True')` : (expect ?? 'true');
  return { get: { kind: known, name, ...(namespace ? { namespace } : {}) }, expectation };
}

async function waitFor({ client, clock, signal }: CheckContext, wait: WaitFor): Promise<void> {
  const { get, list, expectation } = queryOf(wait);
  const seconds = wait.seconds ?? WAIT_SECONDS;
  let because = 'it is not there';
  for (const end = clock.now() + seconds * 1000; clock.now() < end; await delay(clock, LOOK_AGAIN_MS, signal)) {
    let seen: Readonly<Record<string, unknown>> | undefined;
    if (get) {
      const object = await client.get(resourceOf(get.kind, get.apiVersion), get.name, get.namespace ? { namespace: get.namespace } : {}).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      seen = object ? { object } : undefined;
    } else if (list) {
      const { kind, apiVersion, ...options } = list;
      seen = { items: (await client.list(resourceOf(kind, apiVersion), options as Parameters<ApiClient['list']>[1])).items };
    }
    if (!seen) continue;
    const verdict = evaluate(expectation, seen);
    if (verdict.met) return;
    because = verdict.because ?? 'it is there, but not in the state that is waited for';
  }
  throw new AppError({ code: 'SETUP_TIMEOUT', what: `the set-up waited ${seconds} s for ${wait.for ?? `${(get ?? list)?.kind ?? ''}${get ? ` ${get.name}` : ''}`}`, why: because, next: ['look at the cluster: kubectl get events -A', 'put it back and try again: ckadet lab reset'], exitCode: EXIT.timeout });
}

async function setTaint(client: ApiClient, node: string, text: string): Promise<void> {
  const [, key = '', value = '', effect = 'NoSchedule'] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? [];
  const { spec } = await client.get(nodes, node);
  const others = (spec.taints ?? []).filter((taint) => taint.key !== key || taint.effect !== effect);
  await client.patch(nodes, node, 'merge', { spec: { taints: [...others, { key, effect, ...(value ? { value } : {}) }] as never } });
}

/** Runs one step; gives what it made. */
export async function runStep(step: SetupStep, context: CheckContext): Promise<readonly Made[]> {
  const { client } = context;
  if (step.apply !== undefined) return apply(context, step.apply);
  if (step.wait) await waitFor(context, step.wait);
  if (step.label) await client.patch(resourceOf(step.label.kind), step.label.name, 'merge', { metadata: { labels: step.label.labels } }, step.label.namespace ? { namespace: step.label.namespace } : {});
  if (step.taint) await setTaint(client, step.taint.node, step.taint.taint);
  if (step.cordon !== undefined) await client.patch(nodes, step.cordon, 'merge', { spec: { unschedulable: true } });
  if (step.patch) await client.patch(resourceOf(step.patch.kind), step.patch.name, 'merge', step.patch.patch as JsonObject, step.patch.namespace ? { namespace: step.patch.namespace } : {});
  return [];
}

async function gone({ client, clock }: CheckContext, { kind, apiVersion, name, namespace }: Made): Promise<void> {
  const resource = resourceOf(kind, apiVersion || undefined);
  for (const end = clock.now() + GONE_MS; clock.now() < end; await delay(clock, LOOK_AGAIN_MS)) {
    const left = await client.get(resource, name, namespace ? { namespace } : {}).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (!left) return;
  }
  throw new AppError({ code: 'RESET_TIMEOUT', what: `${kind} ${name} does not go away`, why: 'something holds it: a finalizer, or pods that take long to end', next: [`kubectl get ${resource.resource} ${name} -o yaml`, 'try again: ckadet lab reset'], exitCode: EXIT.timeout });
}

const WORKLOADS = ['CronJob', 'Job', 'Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

/** Ends all pods of a namespace that is to go: they need not end politely, and the namespace then goes at once. */
async function empty({ client, clock }: CheckContext, namespace: string): Promise<void> {
  const ignoring = async (work: Promise<void>): Promise<void> => work.catch((error: unknown) => { if (!isStatusError(error)) throw error; });
  for (const kind of WORKLOADS) await ignoring(client.deleteCollection(resourceOf(kind), { namespace, propagationPolicy: 'Background' }));
  for (const end = clock.now() + GONE_MS; clock.now() < end; await delay(clock, LOOK_AGAIN_MS)) {
    const { items } = await client.list(pods, { namespace });
    if (!items.length) return;
    await ignoring(client.deleteCollection(pods, { namespace, gracePeriodSeconds: 0 }));
  }
}

/** Deletes what was made, last first; what lies in a namespace that goes need not be named. */
export async function removeMade(made: readonly Made[], context: CheckContext): Promise<void> {
  const doomed = new Set(made.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name));
  const wanted = made.filter(({ namespace }) => namespace === undefined || !doomed.has(namespace)).toReversed();
  const unique = wanted.filter((each, i) => wanted.findIndex((other) => other.kind === each.kind && other.name === each.name && other.namespace === each.namespace) === i);
  for (const object of unique) {
    const { kind, apiVersion, name, namespace } = object;
    if (kind === 'Namespace') await empty(context, name);
    await context.client.delete(resourceOf(kind, apiVersion || undefined), name, namespace ? { namespace } : {}).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
  for (const object of unique) await gone(context, object);
}

/** Namespaces that the set-up has made: where grading waits for things to settle. */
export const namespacesOf = (made: readonly Made[]): readonly string[] => made.filter(({ kind }) => kind === namespaces.kind).map(({ name }) => name);
