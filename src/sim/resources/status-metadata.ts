// Metadata that a write of the status may not change. Models apimachinery/pkg/apis/meta/v1 (ResetObjectMetaForStatus)
import type { KubeObject } from '../../kube/machinery/object.ts';
import type { Mutable } from './descriptor.ts';

/** What people and controllers say of an object stays as it was; who it is, is checked. */
export function resetMetadataForStatus({ metadata }: Mutable<KubeObject>, old: KubeObject): void {
  for (const key of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
    const value = old.metadata[key];
    if (value === undefined) delete metadata[key];
    else Object.assign(metadata, { [key]: structuredClone(value) });
  }
}

/** Everything stays but whom the fields belong to. */
export function keepMetadata(draft: Mutable<KubeObject>, old: KubeObject): void {
  const { managedFields } = draft.metadata;
  draft.metadata = { ...(structuredClone(old.metadata) as typeof draft.metadata), ...(managedFields ? { managedFields } : {}) };
}
