// Turns a pod's priority class into its number, and keeps default classes single. Models kubernetes/plugin/pkg/admission/priority
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { PriorityClass } from '../../../kube/api/scheduling-v1.ts';
import { forbidden } from '../../../kube/machinery/status-error.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';

const PRIORITY_CLASSES = 'priorityclasses.scheduling.k8s.io';

export function priority({ store }: AdmissionContext): AdmissionPlugin {
  const classes = (): PriorityClass[] => [...store.range(PRIORITY_CLASSES)].map(([, object]) => object as unknown as PriorityClass);
  const defaultClass = (): PriorityClass | undefined =>
    classes()
      .filter((each) => each.globalDefault)
      .sort((a, b) => a.value - b.value)[0];
  return {
    name: 'Priority',
    resources: ['pods', PRIORITY_CLASSES],
    admit({ operation, call, object }) {
      if (operation !== 'CREATE' || call.resource.resource !== 'pods') return;
      const { spec, metadata } = object as unknown as Mutable<Pod>;
      const chosen = spec.priorityClassName ? (store.get(PRIORITY_CLASSES, spec.priorityClassName) as unknown as PriorityClass | undefined) : defaultClass();
      if (spec.priorityClassName && !chosen)
        throw forbidden(call.resource, metadata.name ?? metadata.generateName ?? '', `no PriorityClass with name ${spec.priorityClassName} was found`);
      if (chosen && !spec.priorityClassName) spec.priorityClassName = chosen.metadata.name ?? '';
      const priority = chosen?.value ?? 0;
      if (spec.priority !== undefined && spec.priority !== priority)
        throw forbidden(
          call.resource,
          metadata.name ?? metadata.generateName ?? '',
          `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
        );
      spec.priority = priority;
      const policy = chosen?.preemptionPolicy ?? 'PreemptLowerPriority';
      if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
        throw forbidden(
          call.resource,
          metadata.name ?? metadata.generateName ?? '',
          `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
        );
      spec.preemptionPolicy = policy;
    },
    validate({ call, object }) {
      if (call.resource.resource !== 'priorityclasses') return;
      const { globalDefault, metadata } = object as unknown as PriorityClass;
      const current = globalDefault ? defaultClass() : undefined;
      if (current && current.metadata.name !== metadata.name)
        throw forbidden(
          call.resource,
          metadata.name ?? '',
          `PriorityClass ${current.metadata.name ?? ''} is already marked as default. Only one default can exist`,
        );
    },
  };
}
