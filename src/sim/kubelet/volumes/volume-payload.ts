// The files that ConfigMap, Secret, downward API and projected volumes hold. Models kubernetes/pkg/volume/{configmap,secret,downwardapi,projected}
import type { ConfigMapProjection, DownwardAPIVolumeFile, KeyToPath, Pod, SecretProjection, Volume } from '../../../kube/api/core-v1.ts';
import { containerResource, podField, type PodAddresses } from '../containers/downward-api.ts';
import type { ReferencedObjects } from '../containers/environment.ts';
import type { VolumeFiles } from '../ports/container-runtime.ts';

export interface PayloadInput {
  readonly pod: Pod;
  readonly addresses: PodAddresses;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly objects: ReferencedObjects;
}

type Data = Readonly<Record<string, string>>;
const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();
const decodeAll = (data: Data | undefined): Data => Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, decode(value)]));

/** Undefined for volumes whose content does not come from the API. Rejects with the error of the FailedMount event. */
export async function volumePayload(volume: Volume, input: PayloadInput): Promise<VolumeFiles | undefined> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return new Map(await fromConfigMap(configMap, input));
  if (secret)
    return new Map(
      await fromSecret(
        {
          name: secret.secretName ?? '',
          ...(secret.items ? { items: secret.items } : {}),
          ...(secret.optional === undefined ? {} : { optional: secret.optional }),
        },
        input,
      ),
    );
  if (downwardAPI) return new Map(fromDownwardApi(downwardAPI.items ?? [], input));
  if (!projected) return undefined;
  const files: VolumeFiles = new Map();
  for (const source of projected.sources ?? []) {
    const entries = source.configMap
      ? await fromConfigMap(source.configMap, input)
      : source.secret
        ? await fromSecret(source.secret, input)
        : source.downwardAPI
          ? fromDownwardApi(source.downwardAPI.items ?? [], input)
          : [];
    for (const [path, content] of entries) files.set(path, content);
  }
  return files;
}

async function fromConfigMap({ name = '', items, optional }: ConfigMapProjection, { pod, objects }: PayloadInput): Promise<readonly [string, string][]> {
  const found = await objects.configMap(pod.metadata.namespace ?? '', name);
  if (!found && !optional) throw new Error(`configmap ${JSON.stringify(name)} not found`);
  return pick({ ...found?.data, ...decodeAll(found?.binaryData) }, items, optional ?? false, (key) => `configmap references non-existent config key: ${key}`);
}

async function fromSecret({ name = '', items, optional }: SecretProjection, { pod, objects }: PayloadInput): Promise<readonly [string, string][]> {
  const found = await objects.secret(pod.metadata.namespace ?? '', name);
  if (!found && !optional) throw new Error(`secret ${JSON.stringify(name)} not found`);
  return pick(decodeAll(found?.data), items, optional ?? false, (key) => `references non-existent secret key: ${key}`);
}

function pick(data: Data, items: readonly KeyToPath[] | undefined, optional: boolean, missing: (key: string) => string): readonly [string, string][] {
  if (!items?.length) return Object.entries(data);
  return items.flatMap(({ key, path }): [string, string][] => {
    const content = data[key];
    if (content !== undefined) return [[path, content]];
    if (optional) return [];
    throw new Error(missing(key));
  });
}

function fromDownwardApi(items: readonly DownwardAPIVolumeFile[], { pod, addresses, allocatable }: PayloadInput): readonly [string, string][] {
  return items.map(({ path, fieldRef, resourceFieldRef }): [string, string] => {
    if (fieldRef) return [path, podField(pod, fieldRef.fieldPath, addresses)];
    return [path, resourceFieldRef ? containerResource(resourceFieldRef, pod, undefined, allocatable) : ''];
  });
}
