// Brings a cluster into a lab's starting state, step by step. Only through the API.
import { nodes } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import type { JsonObject } from '../kube/machinery/json.ts';
import type { CheckContext } from './checks/check-context.ts';
import { resourceOf } from './kinds.ts';
import type { SetupStep } from './lab-schema.ts';
import { type MadeLog, makeObjects } from './make.ts';
import { waitFor } from './wait.ts';

async function setTaint(client: ApiClient, node: string, text: string): Promise<void> {
  const [, key = '', value = '', effect = 'NoSchedule'] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? [];
  const { spec } = await client.get(nodes, node);
  const others = (spec.taints ?? []).filter((taint) => taint.key !== key || taint.effect !== effect);
  await client.patch(nodes, node, 'merge', { spec: { taints: [...others, { key, effect, ...(value ? { value } : {}) }] as never } });
}

/** Runs one step; `log` is told of what it makes. */
export async function runStep(step: SetupStep, context: CheckContext, log: MadeLog): Promise<void> {
  const { client } = context;
  const { apply, wait, label, taint, cordon, patch } = step;
  if (apply !== undefined) await makeObjects(context, apply, log);
  if (wait) await waitFor(context, wait);
  if (label)
    await client.patch(
      resourceOf(label.kind),
      label.name,
      'merge',
      { metadata: { labels: label.labels } },
      label.namespace ? { namespace: label.namespace } : {},
    );
  if (taint) await setTaint(client, taint.node, taint.taint);
  if (cordon !== undefined) await client.patch(nodes, cordon, 'merge', { spec: { unschedulable: true } });
  if (patch) await client.patch(resourceOf(patch.kind), patch.name, 'merge', patch.patch as JsonObject, patch.namespace ? { namespace: patch.namespace } : {});
}
