// ControllerRevision: its data never changes. Models kubernetes/pkg/registry/apps/controllerrevision/strategy.go
import type { ControllerRevision } from '../../../kube/api/apps-v1.ts';
import { invalidValue, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { controllerOf } from '../../../kube/machinery/object.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { IMMUTABLE, validateNonnegative } from '../validation/rules.ts';

function owner(object: ControllerRevision): string {
  const found = controllerOf(object);
  if (!found) return '<none>';
  const group = found.apiVersion?.includes('/') ? `.${found.apiVersion.split('/')[0] ?? ''}` : '';
  return `${found.kind.toLowerCase()}${group}/${found.name}`;
}

function validateData(data: unknown): FieldError[] {
  if (data === undefined || data === null) return [requiredValue('data', 'data is mandatory')];
  return typeof data === 'object' && !Array.isArray(data) ? [] : [requiredValue('data', 'data must be a valid JSON object')];
}

export const controllerRevisions = defineKind<ControllerRevision>('apps/v1', 'controllerrevisions', {
  metadataChecks: ['as changed', 'as new'],
  validate: ({ revision, data }) => [...validateNonnegative(revision, 'revision'), ...validateData(data)],
  validateUpdate: (next, old) => [
    ...validateNonnegative(next.revision, 'revision'),
    ...(jsonEqual(next.data, old.data) ? [] : [invalidValue('data', next.data ?? null, IMMUTABLE)]),
  ],
  row: (object, { now }) => [object.metadata.name ?? '', owner(object), object.revision, age(object, now)],
});
