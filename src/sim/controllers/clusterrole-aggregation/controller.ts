// Fills ClusterRoles that are the sum of others. Models kubernetes/pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go
import type { ClusterRole, PolicyRule } from '../../../kube/api/rbac-v1.ts';
import { clusterRoles } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent, onAnyChange } from '../../../kube/client/controller.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { selects } from '../../../kube/machinery/selectors.ts';
import { isConflict, isStatusError } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

const FIELD_MANAGER = 'clusterrole-aggregation-controller';

/** The rules of all roles that the selectors name, each once. */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] {
  const byName = [...all].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    for (const each of byName) {
      if (each.metadata.name === role.metadata.name || !selects(selector, each.metadata.labels)) continue;
      for (const rule of each.rules ?? []) if (!rules.some((known) => jsonEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}

export function clusterRoleAggregationController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(clusterRoles);
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (name, error) => {
      if (!isConflict(error)) log.warn('cluster role not aggregated', { name, error: messageOf(error) });
    },
  });

  function listen(): void {
    onAnyChange(all, () => {
      for (const { metadata, aggregationRule } of all.list()) if (aggregationRule) queue.add(metadata.name ?? '');
    });
  }

  async function sync(name: string): Promise<void> {
    const role = all.get(name);
    if (!role?.aggregationRule) return;
    const rules = aggregatedRules(role, [...all.list()]);
    if (jsonEqual(rules, role.rules ?? [])) return;
    try {
      const intent = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules: rules.map((rule) => ({ ...rule })) };
      await client.patch(clusterRoles, name, 'apply', intent, { fieldManager: FIELD_MANAGER, force: true });
    } catch (error) {
      // A server without server-side apply.
      if (!isStatusError(error, 'UnsupportedMediaType')) throw error;
      await client.update(clusterRoles, { ...role, rules });
    }
  }

  return controllerComponent({ name: 'clusterrole-aggregation', informers: [all], queues: [queue], listen });
}
