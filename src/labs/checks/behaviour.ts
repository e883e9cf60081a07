// Makes a pod, sees what the cluster does with it, and takes it away again.
import { parse } from 'yaml';
import type { Pod } from '../../kube/api/core-v1.ts';
import { pods } from '../../kube/api/resources.ts';
import type { ApiClient } from '../../kube/client/api-client.ts';
import type { Draft } from '../../kube/machinery/object.ts';
import { conditionOf } from '../../kube/machinery/pod-conditions.ts';
import { isAlreadyExists, isNotFound, isStatusError } from '../../kube/machinery/status-error.ts';
import { delay } from '../../platform/clock.ts';
import { evaluate } from '../expectation.ts';
import type { CheckContext, CheckKindRunner } from './check-context.ts';

const LOOK_AGAIN_MS = 100;
const LONGEST_MS = 15_000;

/** The pod once the scheduler has looked at it, or as it is when the time is up. */
async function watched(made: Pod, { client, clock, signal }: CheckContext): Promise<Pod> {
  const { name = '', namespace = '' } = made.metadata;
  const end = clock.now() + LONGEST_MS;
  for (;;) {
    const pod = await client.get(pods, name, { namespace });
    if (pod.spec.nodeName || conditionOf(pod.status.conditions, 'PodScheduled') || clock.now() >= end) return pod;
    await delay(clock, LOOK_AGAIN_MS, signal);
  }
}

async function remove(client: ApiClient, { metadata: { name = '', namespace = '' } }: Pod, { clock }: CheckContext): Promise<void> {
  await client.delete(pods, name, { namespace, gracePeriodSeconds: 0 }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
  for (const end = clock.now() + LONGEST_MS; clock.now() < end; await delay(clock, LOOK_AGAIN_MS)) {
    const left = await client.get(pods, name, { namespace }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (!left) return;
  }
}

export const behaviour: CheckKindRunner = async ({ behaviour: query, says }, context) => {
  if (!query) throw new Error('a behaviour check without a query');
  const draft = parse(await context.file(query.make), { version: '1.1' }) as Draft<Pod>;
  const { name = '', namespace = '' } = draft.metadata;
  const looked = `kubectl apply --dry-run=server -f - # the pod ${name} in ${namespace}, made, watched and removed`;
  const base = { looked, expectation: query.expect, nearMisses: [] };
  let made: Pod;
  try {
    made = await context.client.create(pods, draft, { namespace }).catch(async (error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
      // One left behind by an interrupted look.
      await remove(context.client, { ...draft, apiVersion: 'v1', kind: 'Pod', status: {} } as Pod, context);
      return context.client.create(pods, draft, { namespace });
    });
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return { ...base, met: false, observed: null, found: `a probe pod was refused: ${error.message}` };
  }
  try {
    const object = await watched(made, context);
    const { met, because } = evaluate(query.expect, { object });
    return { ...base, met, observed: object, found: met ? 'as asked' : `a probe pod shows that it is not so: ${says}`, ...(because ? { because } : {}) };
  } finally {
    await remove(context.client, made, context);
  }
};
