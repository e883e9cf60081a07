// Claims and ingresses without a class get the one that is the default. Models kubernetes/plugin/pkg/admission/{storage/storageclass/setdefault,network/defaultingressclass}
import type { PersistentVolumeClaim } from '../../../kube/api/core-v1.ts';
import type { Ingress, IngressClass } from '../../../kube/api/networking-v1.ts';
import type { StorageClass } from '../../../kube/api/storage-v1.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import { isDefaultStorageClass } from '../../resources/storage/storage-class.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';

const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';
const INGRESS_CLASS = 'kubernetes.io/ingress.class';
const DEFAULT_INGRESS_CLASS = 'ingressclass.kubernetes.io/is-default-class';

/** Of several, the newest; of those of one second, the first by name. */
function newest(objects: readonly KubeObject[]): string | undefined {
  const made = ({ metadata }: KubeObject): number => parseTime(metadata.creationTimestamp ?? undefined);
  const names = [...objects].sort((a, b) => made(b) - made(a) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  return names[0]?.metadata.name;
}

export const defaultStorageClass = ({ store }: AdmissionContext): AdmissionPlugin => ({
  name: 'DefaultStorageClass',
  operations: ['CREATE'],
  resources: ['persistentvolumeclaims'],
  admit({ object }) {
    const { metadata, spec } = object as unknown as Mutable<PersistentVolumeClaim>;
    if (spec.storageClassName !== undefined || metadata.annotations?.[OLD_CLASS] !== undefined) return;
    const classes = [...store.range('storageclasses.storage.k8s.io')].map(([, each]) => each);
    const name = newest(classes.filter((each) => isDefaultStorageClass(each as StorageClass)));
    if (name !== undefined) spec.storageClassName = name;
  },
});

export const defaultIngressClass = ({ store }: AdmissionContext): AdmissionPlugin => ({
  name: 'DefaultIngressClass',
  operations: ['CREATE'],
  resources: ['ingresses.networking.k8s.io'],
  admit({ object }) {
    const { metadata, spec } = object as unknown as Mutable<Ingress>;
    if (spec.ingressClassName !== undefined || metadata.annotations?.[INGRESS_CLASS] !== undefined) return;
    const classes = [...store.range('ingressclasses.networking.k8s.io')].map(([, each]) => each as IngressClass);
    const name = newest(classes.filter((each) => each.metadata.annotations?.[DEFAULT_INGRESS_CLASS] === 'true'));
    if (name !== undefined) spec.ingressClassName = name;
  },
});
