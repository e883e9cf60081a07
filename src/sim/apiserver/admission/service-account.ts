// Gives a pod its service account, the token volume and the account's pull secrets; holds it to the secrets it may mount. Models kubernetes/plugin/pkg/admission/serviceaccount
import type { Container, Pod, ServiceAccount } from '../../../kube/api/core-v1.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionContext, AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { refused } from './refusal.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_SECONDS = 3607;
const MIRROR = 'kubernetes.io/config.mirror';
const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';
/** What Go reads as true. */
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

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

const envSecrets = ({ env = [], envFrom = [] }: Container): readonly (readonly [where: string, secret: string])[] => [
  ...env.flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef ? [[`envVar ${name}`, valueFrom.secretKeyRef.name ?? ''] as const] : [])),
  ...envFrom.flatMap(({ secretRef }) => (secretRef ? [['envFrom', secretRef.name ?? ''] as const] : [])),
];

/** The first secret that the account does not list. */
function unlisted(containers: readonly Container[], word: string, { metadata, secrets = [] }: ServiceAccount): string | undefined {
  for (const container of containers) {
    const bad = envSecrets(container).find(([, secret]) => !secrets.some(({ name }) => name === secret));
    if (bad)
      return `${word} ${container.name} with ${bad[0]} referencing secret.secretName="${bad[1]}" is not allowed because service account ${metadata.name ?? ''} does not reference that secret`;
  }
  return undefined;
}

function secretProblem({ spec }: Pod, account: ServiceAccount): string | undefined {
  const name = account.metadata.name ?? '';
  const volume = spec.volumes?.find(({ secret }) => secret && !account.secrets?.some((each) => each.name === secret.secretName));
  if (volume)
    return `volume with secret.secretName="${volume.secret?.secretName ?? ''}" is not allowed because service account ${name} does not reference that secret`;
  const inContainer = unlisted(spec.initContainers ?? [], 'init container', account) ?? unlisted(spec.containers, 'container', account);
  if (inContainer) return inContainer;
  const i = (spec.imagePullSecrets ?? []).findIndex((each) => !account.imagePullSecrets?.some((own) => own.name === each.name));
  return i < 0
    ? undefined
    : `imagePullSecrets[${i}].name="${spec.imagePullSecrets?.[i]?.name ?? ''}" is not allowed because service account ${name} does not reference that imagePullSecret`;
}

/** Mirror pods stand for files on a node: they may use no account and no secret. */
function mirrorProblem({ spec }: Pod): string | undefined {
  if (spec.serviceAccountName) return 'a mirror pod may not reference service accounts';
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (spec.imagePullSecrets?.length || spec.volumes?.some(({ secret }) => secret) || containers.some((each) => envSecrets(each).length))
    return 'a mirror pod may not reference secrets';
  return spec.volumes?.some(({ projected }) => projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken))
    ? 'a mirror pod may not use ServiceAccountToken volume projections'
    : undefined;
}

export function serviceAccount({ store, random }: AdmissionContext): AdmissionPlugin {
  function accountOf(request: AdmissionRequest): ServiceAccount {
    const { namespace } = request.call;
    const name = (request.object as unknown as Pod).spec.serviceAccountName ?? '';
    const account = store.get('serviceaccounts', `${namespace}/${name}`) as ServiceAccount | undefined;
    if (!account) throw refused(request, `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`);
    return account;
  }
  const isEnforced = ({ metadata }: ServiceAccount): boolean => TRUE.has(metadata.annotations?.[ENFORCE] ?? '');

  function validate(request: AdmissionRequest): void {
    const pod = request.object as unknown as Pod;
    const { call, operation } = request;
    if (operation === 'UPDATE') {
      if (call.subresource !== 'ephemeralcontainers' || !pod.spec.serviceAccountName) return;
      const account = accountOf(request);
      const why = isEnforced(account) ? unlisted((pod.spec.ephemeralContainers ?? []) as readonly Container[], 'ephemeral container', account) : undefined;
      if (why) throw refused(request, why);
      return;
    }
    if (pod.metadata.annotations?.[MIRROR] !== undefined) {
      const why = mirrorProblem(pod);
      if (why) throw refused(request, why);
      return;
    }
    const account = accountOf(request);
    const why = isEnforced(account) ? secretProblem(pod, account) : undefined;
    if (why) throw refused(request, why);
  }

  return {
    name: 'ServiceAccount',
    resources: ['pods', 'pods/ephemeralcontainers'],
    admit(request) {
      if (request.operation !== 'CREATE') return;
      const { spec, metadata } = request.object as unknown as Mutable<Pod>;
      if (metadata.annotations?.[MIRROR] !== undefined) return validate(request);
      spec.serviceAccountName ||= 'default';
      spec.serviceAccount = spec.serviceAccountName;
      const account = accountOf(request);
      if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) spec.imagePullSecrets = account.imagePullSecrets.map((each) => ({ ...each }));
      if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec);
      return validate(request);
    },
    validate,
  };

  function mountToken(spec: Mutable<Pod>['spec']): void {
    const existing = spec.volumes?.find((each) => each.name.startsWith('kube-api-access-'))?.name;
    const volume = existing ?? `kube-api-access-${random.suffix(5)}`;
    let used = false;
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      if (container.volumeMounts?.some((each) => each.mountPath === MOUNT_PATH)) continue;
      container.volumeMounts = [...(container.volumeMounts ?? []), { mountPath: MOUNT_PATH, name: volume, readOnly: true }];
      used = true;
    }
    if (used && !existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(volume)];
  }
}
