// Adds taints to a node and takes them off again. Models kubernetes/pkg/controller/controller_utils.go (AddOrUpdateTaintOnNode, RemoveTaintOffNode)
import type { Node, Taint } from '../api/core-v1.ts';
import { nodes } from '../api/resources.ts';
import { sameTaint } from '../machinery/tolerations.ts';
import { isConflict } from '../machinery/status-error.ts';
import type { ApiClient } from './api-client.ts';

const ATTEMPTS = 5;

/** The taints after the change; the same list when nothing changes. One that is there already keeps the time when it was added. */
export function changedTaints(taints: readonly Taint[] | undefined, add: readonly Taint[], remove: readonly Taint[]): readonly Taint[] | undefined {
  const list = taints ?? [];
  const fresh = add.filter((taint) => !list.some((each) => sameTaint(each, taint) && (each.value ?? '') === (taint.value ?? '')));
  const kept = list.filter((each) => !remove.some((taint) => sameTaint(each, taint)) && !fresh.some((taint) => sameTaint(each, taint)));
  return fresh.length === 0 && kept.length === list.length ? taints : [...kept, ...fresh];
}

/** Tries again when somebody else changes the node meanwhile. */
export async function changeNodeTaints(client: ApiClient, node: Node, add: readonly Taint[], remove: readonly Taint[]): Promise<void> {
  const name = node.metadata.name ?? '';
  let current = node;
  for (let attempt = 1; ; attempt++) {
    const taints = changedTaints(current.spec.taints, add, remove);
    if (taints === current.spec.taints) return;
    try {
      await client.patch(nodes, name, 'strategic', {
        metadata: { resourceVersion: current.metadata.resourceVersion },
        spec: { taints: taints?.length ? taints.map((taint) => ({ ...taint })) : null },
      });
      return;
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      current = await client.get(nodes, name);
    }
  }
}
