// The environment of a container, out of ConfigMaps, Secrets, pod fields and services. Models kubernetes/pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables)
import type { ConfigMap, Container, EnvVarSource, Pod, Secret } from '../../../kube/api/core-v1.ts';
import { containerResource, podField, type PodAddresses } from './downward-api.ts';
import { expand } from './expansion.ts';

/** ConfigMaps and Secrets as the node may read them; rejects with an Error that says `configmap "x" not found`. */
export interface ReferencedObjects {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
}

export interface EnvironmentInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly addresses: PodAddresses;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly serviceVariables: Readonly<Record<string, string>>;
  readonly objects: ReferencedObjects;
}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();
const decoded = (secret: Secret): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, decode(value)]));

/** Rejects with the sentence that becomes CreateContainerConfigError. */
export async function containerEnvironment(input: EnvironmentInput): Promise<Readonly<Record<string, string>>> {
  const { pod, container, serviceVariables, objects } = input;
  const namespace = pod.metadata.namespace ?? '';
  const env: Record<string, string> = {};
  for (const { configMapRef, secretRef, prefix = '' } of container.envFrom ?? []) {
    const data = configMapRef
      ? (await found('configmap', configMapRef.name, configMapRef.optional, objects.configMap(namespace, configMapRef.name ?? '')))?.data
      : secretRef
        ? (
            await found(
              'secret',
              secretRef.name,
              secretRef.optional,
              objects.secret(namespace, secretRef.name ?? '').then((secret) => (secret ? { data: decoded(secret) } : undefined)),
            )
          )?.data
        : undefined;
    for (const [key, value] of Object.entries(data ?? {})) env[prefix + key] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (value) env[name] = expand(value, (key) => env[key] ?? serviceVariables[key]);
    else if (valueFrom) {
      const resolved = await fromSource(valueFrom, input);
      if (resolved !== undefined) env[name] = resolved;
    } else env[name] = '';
  }
  return { ...serviceVariables, ...env };
}

async function found<T>(kind: string, name: string | undefined, optional: boolean | undefined, object: Promise<T | undefined>): Promise<T | undefined> {
  const value = await object;
  if (value === undefined && !optional) throw new Error(`${kind} ${JSON.stringify(name ?? '')} not found`);
  return value;
}

/** Undefined where an optional source has nothing. */
async function fromSource(source: EnvVarSource, { pod, container, addresses, allocatable, objects }: EnvironmentInput): Promise<string | undefined> {
  const namespace = pod.metadata.namespace ?? '';
  if (source.fieldRef) return podField(pod, source.fieldRef.fieldPath, addresses);
  if (source.resourceFieldRef) return containerResource(source.resourceFieldRef, pod, container, allocatable);
  const { configMapKeyRef, secretKeyRef } = source;
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef;
    const value = (await found('configmap', name, optional, objects.configMap(namespace, name)))?.data?.[key];
    if (value === undefined && !optional) throw new Error(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
    return value;
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef;
    const value = (await found('secret', name, optional, objects.secret(namespace, name)))?.data?.[key];
    if (value === undefined && !optional) throw new Error(`couldn't find key ${key} in Secret ${namespace}/${name}`);
    return value === undefined ? undefined : decode(value);
  }
  return '';
}
