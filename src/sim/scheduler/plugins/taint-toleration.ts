// Keeps pods off nodes whose taints they do not tolerate, and prefers nodes with fewer soft ones. Models kubernetes/pkg/scheduler/framework/plugins/tainttoleration
import type { Toleration } from '../../../kube/api/core-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { DO_NOT_SCHEDULE, toleratesTaint, untoleratedTaint } from '../../../kube/machinery/tolerations.ts';
import { normalizeByLargest, StateKey, unresolvable, type Plugin } from '../framework.ts';

const SOFT = new StateKey<readonly Toleration[]>('TaintToleration');

export const taintToleration = (): Plugin => ({
  name: 'TaintToleration',
  filter(_state, { pod }, { node }) {
    return untoleratedTaint(node.spec.taints, pod.spec.tolerations, DO_NOT_SCHEDULE) ? unresolvable('node(s) had untolerated taint(s)') : undefined;
  },
  preScore(state, { pod }) {
    state.write(
      SOFT,
      (pod.spec.tolerations ?? []).filter(({ effect }) => !effect || effect === 'PreferNoSchedule'),
    );
    return undefined;
  },
  score(state, _pod, { node }) {
    const { taints } = node.spec;
    if (!taints) return 0;
    const tolerations = state.read(SOFT);
    return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !toleratesTaint(tolerations, taint)).length;
  },
  normalize: (_state, _pod, scores) => normalizeByLargest(scores, true),
  helps(event, { pod }) {
    if (event.kind === 'own-update') return !jsonEqual(event.old.spec.tolerations, event.pod.spec.tolerations);
    if (event.kind !== 'node' || !event.node) return false;
    const blocked = (taints = event.node?.spec.taints): boolean => untoleratedTaint(taints, pod.spec.tolerations, DO_NOT_SCHEDULE) !== undefined;
    return !blocked() && (event.old === undefined || blocked(event.old.spec.taints ?? []));
  },
});
