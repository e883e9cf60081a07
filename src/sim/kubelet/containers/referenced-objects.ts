// Reads the ConfigMaps and Secrets that pods refer to, with the node's own identity.
import type { ConfigMap, Secret } from '../../../kube/api/core-v1.ts';
import { configMaps, secrets } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import type { ReferencedObjects } from './environment.ts';

export function referencedObjects(client: ApiClient): ReferencedObjects {
  const orUndefined = async <T>(read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  return {
    configMap: (namespace, name): Promise<ConfigMap | undefined> => orUndefined(client.get(configMaps, name, { namespace })),
    secret: (namespace, name): Promise<Secret | undefined> => orUndefined(client.get(secrets, name, { namespace })),
  };
}
