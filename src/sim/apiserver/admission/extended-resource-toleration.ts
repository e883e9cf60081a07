// Pods that ask for extended resources tolerate the taints of the nodes that have them. Models kubernetes/plugin/pkg/admission/extendedresourcetoleration
import type { Pod, Toleration } from '../../../kube/api/core-v1.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** `example.com/device`, and neither Kubernetes' own nor one that is only requested. */
const isExtended = (name: string): boolean => name.includes('/') && !/^([^/]*\.)?kubernetes\.io\//.test(name) && !name.startsWith('requests.');

export const extendedResourceToleration = (): AdmissionPlugin => ({
  name: 'ExtendedResourceToleration',
  resources: ['pods'],
  admit({ object }) {
    const { spec } = object as unknown as Mutable<Pod>;
    const names = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources }) => Object.keys(resources?.requests ?? {}).filter(isExtended));
    for (const key of [...new Set(names)].sort()) {
      const wanted: Toleration = { key, operator: 'Exists', effect: 'NoSchedule' };
      const tolerations = spec.tolerations ?? [];
      const same = ({ operator, value = '', effect, ...each }: Toleration): boolean =>
        each.key === key && operator === 'Exists' && value === '' && effect === 'NoSchedule';
      spec.tolerations = tolerations.some(same) ? tolerations.map((each) => (same(each) ? wanted : each)) : [...tolerations, wanted];
    }
  },
});
