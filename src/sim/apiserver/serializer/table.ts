// Table answers: what `kubectl get` prints. Models kubernetes/pkg/printers/tablegenerator.go and the server's table conversion
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import type { AnyResource, RowContext } from '../../resources/descriptor.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export function columnDefinitions(resource: AnyResource): JsonObject[] {
  const columns = resource.facts.columns ?? [
    ['Name', 'string', 'name', 0],
    ['Age', 'string', '', 0],
  ];
  return columns.map(([name, type, format, priority]) => ({ name, type, format, description: '', priority }));
}

function included(object: KubeObject, include: IncludeObject, version: string): JsonObject | null {
  if (include === 'None') return null;
  if (include === 'Object') return object as unknown as JsonObject;
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata as unknown as JsonObject };
}

function conditionsOf(object: KubeObject): JsonObject[] | undefined {
  const phase = (object as { status?: { phase?: string } }).status?.phase;
  if (object.kind !== 'Pod' || (phase !== 'Succeeded' && phase !== 'Failed')) return undefined;
  return [{ type: 'Completed', status: 'True', reason: phase, message: phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.' }];
}

export function tableOf(
  resource: AnyResource,
  objects: readonly KubeObject[],
  metadata: JsonObject,
  include: IncludeObject,
  version: string,
  context: RowContext,
  withColumns = true,
): JsonObject {
  const row = resource.kindRules.row ?? ((object: KubeObject) => [object.metadata.name ?? '', '']);
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: withColumns ? columnDefinitions(resource) : null,
    rows: objects.map((object): JsonObject => {
      const conditions = conditionsOf(object);
      return { cells: row(object, context), ...(conditions ? { conditions } : {}), object: included(object, include, version) };
    }),
  };
}

export const partialOf = (object: KubeObject, version: string): JsonObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata as unknown as JsonObject,
});
