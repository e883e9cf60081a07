// How a kind and a resource are named in failures: with their group behind a dot.
import type { ApiResource } from '../client/discovery.ts';

/** `ReplicaSet.apps`. Models schema.GroupKind.String */
export const kindText = ({ kind, group }: Pick<ApiResource, 'kind' | 'group'>): string => (group ? `${kind}.${group}` : kind);
/** `replicasets.apps`. */
export const resourceText = ({ resource, group }: Pick<ApiResource, 'resource' | 'group'>): string => (group ? `${resource}.${group}` : resource);
