// What the volume plugins of the controller manager can do: who provisions, who deletes. Models kubernetes/pkg/controller/volume/persistentvolume/pv_controller.go (findProvisionablePlugin, findDeletablePlugin)
import type { PersistentVolume } from '../../../kube/api/core-v1.ts';
import type { StorageClass } from '../../../kube/api/storage-v1.ts';

/** In-tree names whose work CSI drivers do now. */
const MIGRATED: Readonly<Record<string, string>> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
  'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com',
  'kubernetes.io/portworx-volume': 'pxd.portworx.com',
};
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
const MIGRATED_TO = 'pv.kubernetes.io/migrated-to';

/** The name of whoever outside the cluster makes volumes of this class. Throws where only an in-tree plugin could, and there is none. */
export function externalProvisioner({ provisioner }: StorageClass): string {
  const migrated = MIGRATED[provisioner];
  if (migrated) return migrated;
  if (provisioner.startsWith('kubernetes.io/')) throw new Error(`no volume plugin matched name: ${provisioner}`);
  return provisioner;
}

export type DeletionOutcome = 'deleted' | 'waits for others';

/** Throws with the plugin's message where the volume cannot be deleted. */
export function deleteVolume({ metadata, spec }: PersistentVolume): DeletionOutcome {
  const provisionedBy = metadata.annotations?.[PROVISIONED_BY];
  if (provisionedBy && !provisionedBy.startsWith('kubernetes.io/')) return 'waits for others';
  if (provisionedBy) throw new Error(`no deletable volume plugin matched`);
  if (metadata.annotations?.[MIGRATED_TO] !== undefined || spec.csi) return 'waits for others';
  if (!spec.hostPath) {
    // Of all others the manager has only the NFS plugin, which cannot delete.
    const why = spec.nfs ? 'no deletable volume plugin matched' : 'no volume plugin matched';
    throw new Error(`error getting deleter volume plugin for volume ${JSON.stringify(metadata.name)}: ${why}`);
  }
  if (!/\/tmp\/.+/.test(spec.hostPath.path)) throw new Error(`host_path deleter only supports /tmp/.+ but received provided ${spec.hostPath.path}`);
  return 'deleted';
}
