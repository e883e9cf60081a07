// kubectl describe of priority classes and disruption budgets
import { podDisruptionBudgets, priorityClasses } from '../../kube/api/resources.ts';
import { describerOf } from './describer.ts';
import { pairsText, selectorOrNone, UNSET } from './metadata.ts';

export const priorityClass = describerOf(priorityClasses, (w, { metadata, value, globalDefault = false, preemptionPolicy = '', description = '' }) => {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Value', value);
  w.field(0, 'GlobalDefault', globalDefault);
  w.field(0, 'PreemptionPolicy', preemptionPolicy);
  w.field(0, 'Description', description);
  w.field(0, 'Annotations', pairsText(metadata.annotations));
});

export const podDisruptionBudget = describerOf(podDisruptionBudgets, (w, { metadata, spec = {}, status }) => {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  if (spec.minAvailable !== undefined) w.field(0, 'Min available', spec.minAvailable);
  else if (spec.maxUnavailable !== undefined) w.field(0, 'Max unavailable', spec.maxUnavailable);
  w.field(0, 'Selector', spec.selector ? selectorOrNone(spec.selector) : UNSET);
  w.line(0, 'Status:');
  w.field(2, 'Allowed disruptions', status?.disruptionsAllowed ?? 0);
  w.field(2, 'Current', status?.currentHealthy ?? 0);
  w.field(2, 'Desired', status?.desiredHealthy ?? 0);
  w.field(2, 'Total', status?.expectedPods ?? 0);
});
