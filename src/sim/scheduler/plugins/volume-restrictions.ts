// A claim with ReadWriteOncePod serves one pod at a time. Models kubernetes/pkg/scheduler/framework/plugins/volumerestrictions
import { persistentVolumeClaims, pods } from '../../../kube/api/resources.ts';
import { isPodEnded } from '../../../kube/machinery/pod-conditions.ts';
import { CLAIM_INDEX, claimIndex } from '../../../kube/machinery/volume-binding.ts';
import { unresolvable, unschedulable, type Plugin } from '../framework.ts';
import type { SchedulerHandle } from '../handle.ts';

const IN_USE = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';

export function volumeRestrictions({ informers }: SchedulerHandle): Plugin {
  const claims = informers.of(persistentVolumeClaims);
  const known = informers.of(pods);
  known.addIndex(CLAIM_INDEX, claimIndex);
  return {
    name: 'VolumeRestrictions',
    preFilter(_state, { pod, uid }) {
      const named = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
      for (const name of named) {
        const claim = claims.get(name, pod.metadata.namespace);
        if (!claim) return unresolvable(`persistentvolumeclaim ${JSON.stringify(name)} not found`);
        if (!claim.spec.accessModes?.includes('ReadWriteOncePod')) continue;
        const users = known.byIndex(CLAIM_INDEX, `${pod.metadata.namespace ?? ''}/${name}`);
        if (users.some((other) => other.metadata.uid !== uid && other.spec.nodeName && !isPodEnded(other))) return unschedulable(IN_USE);
      }
      return 'skip';
    },
    helps(event, { pod }) {
      if (event.kind === 'assigned-pod') return event.pod === undefined && event.old !== undefined && event.old.metadata.namespace === pod.metadata.namespace;
      return event.kind === 'storage' && event.resource === persistentVolumeClaims.resource && event.object.metadata.namespace === pod.metadata.namespace;
    },
  };
}
