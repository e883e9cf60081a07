// Kinds that are served as data by their facts alone. Those that need a controller nobody plays yet name it, and the support table says so.
import type { KubeObject } from '../../kube/machinery/object.ts';
import { age } from './cells.ts';
import { defineKind, type AnyResource, type Cell, type Kind, type RowContext } from './descriptor.ts';
import { resourceFacts } from './facts.ts';

/** Name and age where the facts have such columns, `<none>` elsewhere. */
function plainRow(key: string): (object: KubeObject, context: RowContext) => readonly Cell[] {
  const columns = resourceFacts[key]?.columns ?? [];
  return (object, { now }) =>
    columns.map(([name]) => {
      if (name === 'Name') return object.metadata.name ?? '';
      if (name === 'Age') return age(object, now);
      return name === 'Created At' ? (object.metadata.creationTimestamp ?? '') : '<none>';
    });
}

/** group/version, plural, and the controller the kind waits for. */
const PLAIN: readonly (readonly [string, string, string?])[] = [];

export const plainKinds: readonly AnyResource[] = PLAIN.map(([groupVersion, plural, controller]) => {
  const rules: Kind<KubeObject> = { row: plainRow(`${groupVersion}/${plural}`), ...(controller ? { controller } : {}) };
  return defineKind<KubeObject>(groupVersion, plural, rules);
});

/** Answered, never stored. */
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
