// Pods may keep others away from their node only, not from whole zones. Models kubernetes/plugin/pkg/admission/antiaffinity
import type { Pod } from '../../../kube/api/core-v1.ts';
import { forbidden } from '../../../kube/machinery/status-error.ts';
import type { AdmissionPlugin } from './plugin.ts';

const HOSTNAME = 'kubernetes.io/hostname';

export const limitPodHardAntiAffinityTopology = (): AdmissionPlugin => ({
  name: 'LimitPodHardAntiAffinityTopology',
  resources: ['pods'],
  validate({ call, object }) {
    const { spec, metadata } = object as unknown as Pod;
    const wrong = spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.find(({ topologyKey }) => topologyKey !== HOSTNAME);
    if (wrong)
      throw forbidden(
        call.resource,
        metadata.name ?? '',
        `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${wrong.topologyKey} but only key ${HOSTNAME} is allowed`,
      );
  },
});
