// Kinds that are answered and never stored: bindings and reviews. Models kubernetes/pkg/registry/{core/pod/rest,authentication,authorization}
import type { KubeObject } from '../../kube/machinery/object.ts';
import { defineKind, type AnyResource } from './descriptor.ts';

const VIRTUAL: readonly (readonly [string, string])[] = [
  ['v1', 'bindings'],
  ['authentication.k8s.io/v1', 'tokenreviews'],
  ['authentication.k8s.io/v1', 'selfsubjectreviews'],
  ['authorization.k8s.io/v1', 'subjectaccessreviews'],
  ['authorization.k8s.io/v1', 'localsubjectaccessreviews'],
  ['authorization.k8s.io/v1', 'selfsubjectaccessreviews'],
  ['authorization.k8s.io/v1', 'selfsubjectrulesreviews'],
];
export const virtualKinds: readonly AnyResource[] = VIRTUAL.map(([groupVersion, plural]) => defineKind<KubeObject>(groupVersion, plural, { virtual: true }));
