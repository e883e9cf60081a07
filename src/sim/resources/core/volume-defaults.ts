// Defaults of volume sources that pods and persistent volumes share, and of amounts. Models kubernetes/pkg/apis/core/v1/defaults.go
import type { AzureDiskVolumeSource, HostPathVolumeSource, ISCSIVolumeSource, RBDVolumeSource, ScaleIOVolumeSource } from '../../../kube/api/core-v1.ts';
import { formatQuantity, quantityOf } from '../../../kube/machinery/quantity.ts';
import type { Mutable } from '../descriptor.ts';

type Draft<T> = Mutable<T> | null | undefined;

interface Sources {
  readonly hostPath?: Draft<HostPathVolumeSource>;
  readonly iscsi?: Draft<Pick<ISCSIVolumeSource, 'iscsiInterface'>>;
  readonly rbd?: Draft<Pick<RBDVolumeSource, 'pool' | 'user' | 'keyring'>>;
  readonly azureDisk?: Draft<AzureDiskVolumeSource>;
  readonly scaleIO?: Draft<Pick<ScaleIOVolumeSource, 'storageMode' | 'fsType'>>;
}

export function defaultVolumeSources({ hostPath, iscsi, rbd, azureDisk, scaleIO }: Sources): void {
  if (hostPath) hostPath.type ??= '';
  if (iscsi) iscsi.iscsiInterface ||= 'default';
  if (rbd) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.kind ??= 'Shared';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
}

const MILLI = 1_000_000n;
/** Finer than thousandths is rounded up. */
export function roundAmounts(...lists: readonly (Record<string, string> | null | undefined)[]): void {
  for (const amounts of lists) {
    for (const name in amounts) {
      const text = amounts[name] ?? '';
      if (!text.endsWith('n') && !text.endsWith('u')) continue;
      const { nanos, format } = quantityOf(text);
      const rest = ((nanos % MILLI) + MILLI) % MILLI;
      if (rest !== 0n) amounts[name] = formatQuantity({ nanos: nanos + (nanos < 0n ? -rest : MILLI - rest), format });
    }
  }
}
