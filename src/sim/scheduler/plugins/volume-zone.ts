// Volumes labelled with a zone or region are reached from there only. Models kubernetes/pkg/scheduler/framework/plugins/volumezone
import type { PersistentVolume } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../../kube/api/resources.ts';
import { StateKey, unresolvable, type Plugin } from '../framework.ts';
import type { SchedulerHandle } from '../handle.ts';

const OLD = 'failure-domain.beta.kubernetes.io/';
const NEW = 'topology.kubernetes.io/';
const LABELS = [`${OLD}zone`, `${OLD}region`, `${NEW}zone`, `${NEW}region`];
const NO_ZONE = 'node(s) had no available volume zone';

interface Place {
  readonly label: string;
  readonly values: readonly string[];
}
const PLACES = new StateKey<readonly Place[]>('VolumeZone');

const placesOf = ({ metadata }: PersistentVolume): readonly Place[] =>
  LABELS.flatMap((label) => {
    const text = metadata.labels?.[label];
    return text === undefined ? [] : [{ label, values: text.split('__') }];
  });
const translated = (label: string): string => label.replace(OLD, NEW);

export function volumeZone({ informers }: SchedulerHandle): Plugin {
  const claims = informers.of(persistentVolumeClaims);
  const volumes = informers.of(persistentVolumes);
  return {
    name: 'VolumeZone',
    preFilter(state, { pod }) {
      const places = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
        const claim = persistentVolumeClaim && claims.get(persistentVolumeClaim.claimName, pod.metadata.namespace);
        const volume = claim?.spec.volumeName ? volumes.get(claim.spec.volumeName) : undefined;
        return volume ? placesOf(volume) : [];
      });
      if (places.length === 0) return 'skip';
      state.write(PLACES, places);
      return undefined;
    },
    filter(state, _pod, { node }) {
      const labels = node.metadata.labels ?? {};
      // Nodes without any such label are of no cloud, and reach everything.
      if (!LABELS.some((label) => labels[label] !== undefined)) return undefined;
      const reached = (state.read(PLACES) ?? []).every(({ label, values }) => values.includes(labels[label] ?? labels[translated(label)] ?? ''));
      return reached ? undefined : unresolvable(NO_ZONE);
    },
    helps: (event) => event.kind === 'storage' || (event.kind === 'node' && event.node !== undefined && (event.old === undefined || event.labels)),
  };
}
