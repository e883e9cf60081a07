// ControllerRevision: its data never changes.
import type { ControllerRevision } from '../../../kube/api/apps-v1.ts';
import { invalidValue } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { controllerOf } from '../../../kube/machinery/object.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

function owner(object: ControllerRevision): string {
  const found = controllerOf(object);
  if (!found) return '<none>';
  const group = found.apiVersion?.includes('/') ? `.${found.apiVersion.split('/')[0] ?? ''}` : '';
  return `${found.kind.toLowerCase()}${group}/${found.name}`;
}

export const controllerRevisions = defineKind<ControllerRevision>('apps/v1', 'controllerrevisions', {
  validateUpdate: (next, old) => (jsonEqual(next.data, old.data) ? [] : [invalidValue('data', next.data ?? null, 'field is immutable')]),
  row: (object, { now }) => [object.metadata.name ?? '', owner(object), object.revision, age(object, now)],
});
