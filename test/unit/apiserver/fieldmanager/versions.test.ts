// Owners through scale, through several versions, and through what strategies reset.
import { describe, expect, test } from 'vitest';
import { fieldPath, type FieldPath } from '../../../../src/kube/machinery/field-path.ts';
import { setOf } from '../../../../src/kube/machinery/field-set.ts';
import { parseFieldsV1 } from '../../../../src/kube/machinery/fields-v1.ts';
import type { JsonObject } from '../../../../src/kube/machinery/json.ts';
import { FieldOwnership } from '../../../../src/sim/apiserver/fieldmanager/ownership.ts';
import { resetFieldsOf } from '../../../../src/sim/apiserver/fieldmanager/reset-fields.ts';
import { managedFieldsOfScale, managedFieldsOfScaled } from '../../../../src/sim/apiserver/fieldmanager/scale.ts';
import { decode } from '../../../../src/sim/resources/decode.ts';
import { structureOfCustomResource } from '../../../../src/sim/resources/schema-structure.ts';
import type { Structure } from '../../../../src/sim/resources/structure.ts';
import { structureOfType } from '../../../../src/sim/resources/type-structure.ts';
import { clock, owners, refusal, stored } from './objects.ts';

describe('scale', () => {
  const SCALE = 'io.k8s.api.autoscaling.v1.Scale';
  const scales = new FieldOwnership(structureOfType(SCALE), { groupVersion: 'autoscaling/v1', kind: 'Scale', empty: decode(SCALE, {}).value, clock });
  const versions = {
    groupVersion: 'apps/v1',
    replicasOf: (apiVersion: string): FieldPath | undefined => (apiVersion === 'apps/v1' ? fieldPath('spec', 'replicas') : undefined),
  };
  const entry = (manager: string, fields: JsonObject): JsonObject => ({
    manager,
    operation: 'Apply',
    apiVersion: 'apps/v1',
    time: '2025-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
  });
  const parent = [entry('m', { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } }), entry('n', { 'f:spec': { 'f:replicas': {} } })];
  const scale = (replicas: number, managedFields?: readonly JsonObject[]): JsonObject => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'web', uid: 'u', ...(managedFields ? { managedFields } : {}) },
    spec: { replicas },
  });
  const scaled = (after: JsonObject): readonly string[] =>
    owners({ metadata: { managedFields: managedFieldsOfScaled(parent, (after['metadata'] as JsonObject)['managedFields'], versions) ?? [] } });

  test('shows who owns the replicas', () => {
    expect(owners(scale(2, managedFieldsOfScale(parent, versions)))).toEqual(['m Apply {f:spec:{f:replicas:{}}}', 'n Apply {f:spec:{f:replicas:{}}}']);
  });

  test('gives them to who scales', () => {
    const before = scale(2, managedFieldsOfScale(parent, versions));
    expect(scaled(scales.update(before, scale(5), 'kubectl', 'scale'))).toEqual([
      'm Apply {f:spec:{f:paused:{}}}',
      'kubectl Update scale {f:spec:{f:replicas:{}}}',
    ]);
    expect(scaled(scales.update(before, scale(2), 'kubectl', 'scale'))).toEqual([
      'm Apply {f:spec:{f:paused:{},f:replicas:{}}}',
      'n Apply {f:spec:{f:replicas:{}}}',
    ]);
    const held = scales.apply(before, scale(7), { manager: 'sc', subresource: 'scale', force: true });
    expect(scaled(held)).toEqual(['sc Apply scale {f:spec:{f:replicas:{}}}', 'm Apply {f:spec:{f:paused:{}}}']);
    expect(refusal(() => scales.apply(held, scale(8), { manager: 'sd', subresource: 'scale' })).message).toBe(
      'Apply failed with 1 conflict: conflict with "sc" with subresource "scale": .spec.replicas',
    );
  });
});

describe('several versions', () => {
  const ofText = (field: string): Structure =>
    structureOfCustomResource({
      type: 'object',
      properties: { spec: { type: 'object', properties: { [field]: { type: 'string' }, other: { type: 'string' } } } },
    });
  const structures: Readonly<Record<string, Structure>> = { 'x.io/v1': ofText('old'), 'x.io/v2': ofText('new') };
  const names: Readonly<Record<string, string>> = { 'x.io/v1': 'old', 'x.io/v2': 'new' };
  const convert = (object: JsonObject, apiVersion: string): JsonObject => {
    const from = names[String(object['apiVersion'])] ?? '';
    const { [from]: text, ...rest } = (object['spec'] ?? {}) as JsonObject;
    return { ...object, apiVersion, spec: { ...rest, ...(text === undefined ? {} : { [names[apiVersion] ?? '']: text }) } };
  };
  const at = (groupVersion: string): FieldOwnership =>
    new FieldOwnership(structures[groupVersion] ?? {}, {
      groupVersion,
      kind: 'X',
      empty: {},
      clock,
      versions: { structureOf: (apiVersion) => structures[apiVersion], convert },
    });
  const x = (apiVersion: string, spec: JsonObject): JsonObject => ({ apiVersion, kind: 'X', metadata: { name: 'x' }, spec });
  const first = stored(at('x.io/v1').apply(undefined, x('x.io/v1', { old: 'a', other: 'b' }), { manager: 'm' }));
  const inV2 = convert(first, 'x.io/v2');

  test('owners are asked in the version they spoke', () => {
    const v2 = at('x.io/v2');
    expect(refusal(() => v2.apply(inV2, x('x.io/v2', { new: 'c' }), { manager: 'n' })).message).toBe(
      'Apply failed with 1 conflict: conflict with "m": .spec.old',
    );
    expect(owners(v2.apply(inV2, x('x.io/v2', { new: 'c' }), { manager: 'n', force: true }))).toEqual([
      'm Apply {f:spec:{f:other:{}}}',
      'n Apply {f:spec:{f:new:{}}}',
    ]);
  });

  test('an applier that moves on to another version drops what it no longer sets', () => {
    const moved = at('x.io/v2').apply(inV2, x('x.io/v2', { other: 'b' }), { manager: 'm' });
    expect(moved['spec']).toEqual({ other: 'b' });
    expect(owners(moved)).toEqual(['m Apply {f:spec:{f:other:{}}}']);
  });

  test('what was owned part by part is owned as a whole once it is atomic', () => {
    const schema = (type: string): JsonObject => ({
      type: 'object',
      properties: { spec: { type: 'object', 'x-kubernetes-map-type': type, properties: { a: { type: 'string' } } } },
    });
    const options = { groupVersion: 'x.io/v1', kind: 'X', empty: {}, clock };
    const before = stored(new FieldOwnership(structureOfCustomResource(schema('granular')), options).update(undefined, x('x.io/v1', { a: '1' }), 'm'));
    const after = new FieldOwnership(structureOfCustomResource(schema('atomic')), options).update(
      before,
      { ...before, metadata: { ...(before['metadata'] as JsonObject), labels: { l: '1' } } },
      'n',
    );
    expect(owners(after)).toEqual(['m Update {f:spec:{}}', 'n Update {f:metadata:{f:labels:{.:{},f:l:{}}}}']);
  });
});

test('what a strategy resets is not owned', () => {
  const set = setOf(
    ['spec', 'spec.replicas', 'status', 'status.phase', 'metadata.labels', 'metadata.labels.a', 'spec.ephemeralContainers'].map((path) =>
      fieldPath(...path.split('.')),
    ),
  );
  const left = (resource: string, subresource: string): string => JSON.stringify(resetFieldsOf(resource, true)[subresource]?.(set));
  expect(left('deployments.apps', '')).toBe('{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{".":{},"f:ephemeralContainers":{},"f:replicas":{}}}');
  expect(left('deployments.apps', 'status')).toBe('{"f:status":{".":{},"f:phase":{}}}');
  expect(left('nodes', 'status')).toBe('{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:status":{".":{},"f:phase":{}}}');
  expect(left('pods', 'ephemeralcontainers')).toBe('{"f:spec":{".":{},"f:ephemeralContainers":{}}}');
  const resized = parseFieldsV1({
    'f:spec': { 'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:image': {}, 'f:resources': { 'f:requests': { 'f:cpu': {} } } } }, 'f:paused': {} },
  });
  expect(resetFieldsOf('pods', true)['resize']?.(resized)).toEqual({
    'f:spec': { 'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:resources': { 'f:requests': { 'f:cpu': {} } } } } },
  });
  expect(resetFieldsOf('configmaps', false)).toEqual({});
});
