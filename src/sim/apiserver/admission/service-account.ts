// Gives a pod its service account, the token volume and the account's pull secrets. Models kubernetes/plugin/pkg/admission/serviceaccount
import type { Pod, ServiceAccount } from '../../../kube/api/core-v1.ts';
import { forbidden } from '../../../kube/machinery/status-error.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_SECONDS = 3607;
const MIRROR = 'kubernetes.io/config.mirror';

function tokenVolume(name: string): NonNullable<Mutable<Pod>['spec']['volumes']>[number] {
  return {
    name,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
    },
  };
}

export function serviceAccount({ store, random }: AdmissionContext): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    operations: ['CREATE'],
    resources: ['pods'],
    admit({ call, object }) {
      const pod = object as unknown as Mutable<Pod>;
      const { spec, metadata } = pod;
      // Mirror pods stand for files on a node: they may use no account.
      if (metadata.annotations?.[MIRROR]) return;
      const name = (spec.serviceAccountName ||= 'default');
      spec.serviceAccount = name;
      const account = store.get('serviceaccounts', `${call.namespace}/${name}`) as ServiceAccount | undefined;
      if (!account)
        throw forbidden(
          call.resource,
          metadata.name ?? metadata.generateName ?? '',
          `error looking up service account ${call.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
        );
      if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) spec.imagePullSecrets = account.imagePullSecrets.map((each) => ({ ...each }));
      if (!(spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true)) return;
      const existing = spec.volumes?.find((each) => each.name.startsWith('kube-api-access-'))?.name;
      const volume = existing ?? `kube-api-access-${random.suffix(5)}`;
      let used = false;
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        if (container.volumeMounts?.some((each) => each.mountPath === MOUNT_PATH)) continue;
        container.volumeMounts = [...(container.volumeMounts ?? []), { mountPath: MOUNT_PATH, name: volume, readOnly: true }];
        used = true;
      }
      if (used && !existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(volume)];
    },
  };
}
