// Volumes and claims go only when nobody uses them, and grow only where their class lets them. Models kubernetes/plugin/pkg/admission/storage/{storageobjectinuseprotection,persistentvolume/resize}
import type { PersistentVolumeClaim } from '../../../kube/api/core-v1.ts';
import type { StorageClass } from '../../../kube/api/storage-v1.ts';
import { groupResourceOf } from '../../../kube/machinery/object.ts';
import { compareQuantity, quantityOf } from '../../../kube/machinery/quantity.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';
import { refused } from './refusal.ts';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
};
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

export const storageObjectInUseProtection = (): AdmissionPlugin => ({
  name: 'StorageObjectInUseProtection',
  operations: ['CREATE'],
  resources: Object.keys(FINALIZERS),
  admit({ call, object }) {
    const finalizer = FINALIZERS[groupResourceOf(call.resource)];
    if (!object || finalizer === undefined || object.metadata.finalizers?.includes(finalizer)) return;
    object.metadata.finalizers = [...(object.metadata.finalizers ?? []), finalizer];
  },
});

export const persistentVolumeClaimResize = ({ store }: AdmissionContext): AdmissionPlugin => ({
  name: 'PersistentVolumeClaimResize',
  operations: ['UPDATE'],
  resources: ['persistentvolumeclaims'],
  validate(request) {
    const claim = request.object as unknown as PersistentVolumeClaim;
    const old = request.old as unknown as PersistentVolumeClaim;
    const size = ({ spec }: PersistentVolumeClaim) => quantityOf(spec.resources?.requests?.['storage']);
    if (compareQuantity(size(claim), size(old)) <= 0) return;
    if (old.status.phase !== 'Bound') throw refused(request, 'Only bound persistent volume claims can be expanded');
    const name = claim.metadata.annotations?.[OLD_CLASS] ?? claim.spec.storageClassName ?? '';
    const found = name ? (store.get('storageclasses.storage.k8s.io', name) as StorageClass | undefined) : undefined;
    if (!found?.allowVolumeExpansion)
      throw refused(request, 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
  },
});
