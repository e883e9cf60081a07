// Keeps pods off cordoned nodes. Models kubernetes/pkg/scheduler/framework/plugins/nodeunschedulable
import { toleratesTaint } from '../../../kube/machinery/tolerations.ts';
import { unresolvable, type Plugin } from '../framework.ts';

const CORDONED = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

export const nodeUnschedulable = (): Plugin => ({
  name: 'NodeUnschedulable',
  filter(_state, { pod }, { node }) {
    return !node.spec.unschedulable || toleratesTaint(pod.spec.tolerations, CORDONED) ? undefined : unresolvable('node(s) were unschedulable');
  },
  helps(event) {
    if (event.kind === 'own-update') return toleratesTaint(event.pod.spec.tolerations, CORDONED);
    return (
      event.kind === 'node' && event.node !== undefined && !event.node.spec.unschedulable && (event.old === undefined || event.old.spec.unschedulable === true)
    );
  },
});
