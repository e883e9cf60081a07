// kubectl describe daemonset
import { daemonSets } from '../../kube/api/resources.ts';
import { describerOf } from './describer.ts';
import { pairsText, selectorText, writeLabelsAndAnnotations } from './metadata.ts';
import { podCounts } from './pod-counts.ts';
import { writePodTemplate } from './pod-template.ts';

export const describer = describerOf(daemonSets, async (w, set, means) => {
  const { metadata, spec, status } = set;
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  w.field(0, 'Selector', selectorText(spec.selector));
  w.field(0, 'Node-Selector', pairsText(spec.template.spec?.nodeSelector));
  writeLabelsAndAnnotations(w, metadata);
  w.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
  w.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
  w.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
  w.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
  w.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
  w.field(0, 'Pods Status', await podCounts(set, spec.selector, means));
  writePodTemplate(w, spec.template);
});
