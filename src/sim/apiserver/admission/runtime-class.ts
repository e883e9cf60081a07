// A pod takes overhead and placement from its runtime class. Models kubernetes/plugin/pkg/admission/runtimeclass
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { RuntimeClass } from '../../../kube/api/node-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';
import { refused } from './refusal.ts';

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

export const runtimeClass = ({ store }: AdmissionContext): AdmissionPlugin => ({
  name: 'RuntimeClass',
  operations: ['CREATE'],
  resources: ['pods'],
  admit(request) {
    const { spec } = request.object as unknown as Mutable<Pod>;
    if (!spec.runtimeClassName) return;
    const found = store.get('runtimeclasses.node.k8s.io', spec.runtimeClassName) as RuntimeClass | undefined;
    if (!found) throw refused(request, `pod rejected: RuntimeClass ${JSON.stringify(spec.runtimeClassName)} not found`);
    const { overhead, scheduling } = found;
    if (overhead) {
      const fixed = overhead.podFixed ?? {};
      if (spec.overhead && Object.keys(spec.overhead).length && !jsonEqual(spec.overhead, fixed)) throw refused(request, MISMATCH);
      spec.overhead = { ...fixed };
    }
    for (const [key, value] of Object.entries(scheduling?.nodeSelector ?? {})) {
      const own = spec.nodeSelector?.[key];
      if (own !== undefined && own !== value)
        throw refused(request, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`);
      spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
    }
    for (const each of scheduling?.tolerations ?? [])
      if (!spec.tolerations?.some((other) => jsonEqual(other, each))) spec.tolerations = [...(spec.tolerations ?? []), { ...each }];
  },
  validate(request) {
    const { spec } = request.object as unknown as Pod;
    const found = spec.runtimeClassName ? (store.get('runtimeclasses.node.k8s.io', spec.runtimeClassName) as RuntimeClass | undefined) : undefined;
    if (found?.overhead && !jsonEqual(spec.overhead ?? {}, found.overhead.podFixed ?? {})) throw refused(request, MISMATCH);
    if (!found?.overhead && spec.overhead) throw refused(request, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  },
});
