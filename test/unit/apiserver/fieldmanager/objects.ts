// What the tests of field ownership share: a clock to set, config maps and widgets.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { JsonObject } from '../../../../src/kube/machinery/json.ts';
import { StatusError } from '../../../../src/kube/machinery/status-error.ts';
import { FieldOwnership } from '../../../../src/sim/apiserver/fieldmanager/ownership.ts';
import { resetFieldsOf } from '../../../../src/sim/apiserver/fieldmanager/reset-fields.ts';
import { structureOfCustomResource } from '../../../../src/sim/resources/schema-structure.ts';
import { structureOfType } from '../../../../src/sim/resources/type-structure.ts';

/** 2026-01-01T00:00:00Z, until a test moves it. */
export const clock = { seconds: 0, now: (): number => Date.parse('2026-01-01T00:00:00Z') + clock.seconds * 1000 };

export const configMaps = new FieldOwnership(structureOfType('io.k8s.api.core.v1.ConfigMap'), {
  groupVersion: 'v1',
  kind: 'ConfigMap',
  empty: { metadata: {} },
  clock,
});
export const widgets = new FieldOwnership(
  structureOfCustomResource(parse(readFileSync(new URL('recorded/widgets-schema.yaml', import.meta.url), 'utf8')) as JsonObject),
  { groupVersion: 'ssa.example.com/v1', kind: 'Widget', empty: {}, resetFields: resetFieldsOf('widgets.ssa.example.com', true), clock },
);

export const configMap = (data: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', ...metadata },
  data,
});
export const widget = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'ssa.example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', ...metadata },
  spec,
});

/** As the store does it: the object has an identity from now on. */
export const stored = (object: JsonObject): JsonObject => ({ ...object, metadata: { ...(object['metadata'] as JsonObject), uid: 'u' } });
export const metadataOf = (object: JsonObject): JsonObject => object['metadata'] as JsonObject;
export const entriesOf = (object: JsonObject): readonly JsonObject[] => (metadataOf(object)['managedFields'] as readonly JsonObject[] | undefined) ?? [];

/** `manager Operation {fields}` per entry. */
export const owners = (object: JsonObject): readonly string[] =>
  entriesOf(object).map(({ manager, operation, subresource, fieldsV1 }) =>
    [manager, operation, ...(subresource ? [subresource] : []), JSON.stringify(fieldsV1).replaceAll(/"([^"\\]*)":/g, '$1:')].join(' '),
  );

export function refusal(act: () => unknown): StatusError {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
