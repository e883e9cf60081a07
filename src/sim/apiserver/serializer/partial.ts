// Objects without spec and status, for clients that want metadata only; encoded once per object, as whole ones are.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/response.go
import type { KubeObject } from '../../../kube/machinery/object.ts';

const partials = new WeakMap<KubeObject, Map<string, KubeObject>>();

export const PARTIAL_TYPE = 'io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata';

export function partialOf(object: KubeObject, version: string): KubeObject {
  let versions = partials.get(object);
  if (!versions) partials.set(object, (versions = new Map()));
  let partial = versions.get(version);
  if (!partial) versions.set(version, (partial = { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata }));
  return partial;
}
