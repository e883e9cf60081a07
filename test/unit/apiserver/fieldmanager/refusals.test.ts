// What cannot be applied, in the words of a Kubernetes 1.35 API server.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/kube/machinery/json.ts';
import { configMap, configMaps, refusal, widget, widgets } from './objects.ts';

describe('values that are not of their structure', () => {
  test.each<[JsonObject, string]>([
    [{ text: 1 }, '.spec.text: expected string, got &value.valueUnstructured{Value:1}'],
    [{ text: { a: 1 } }, '.spec.text: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":1}}'],
    [{ text: [true] }, '.spec.text: expected string, got &value.valueUnstructured{Value:[]interface {}{true}}'],
    [{ replicas: 'x' }, '.spec.replicas: expected numeric (int or float), got string'],
    [{ replicas: true }, '.spec.replicas: expected numeric (int or float), got bool'],
    [{ struct: 'x' }, '.spec.struct: expected map, got &{x}'],
    [{ setList: 'x' }, '.spec.setList: expected list, got &{x}'],
    [{ setList: { a: 1 } }, '.spec.setList: expected list, got &{map[a:1]}'],
    [{ mapList: ['x'] }, '.spec.mapList: element 0: associative list with keys may not have non-map elements'],
    [{ mapList: [null] }, '.spec.mapList: element 0: associative list with keys may not have a null element'],
    [{ setList: [null] }, ".spec.setList: element 0: associative list without keys has an element that's an explicit null"],
    [{ setList: [['a']] }, '.spec.setList: element 0: not supported: associative list with lists as elements'],
    [{ setList: [{ a: 1 }] }, ".spec.setList: element 0: associative list without keys has an element that's a map type"],
    [{ setList: ['a', 'a'] }, '.spec.setList: duplicate entries for key [="a"]'],
    [{ mapList: [{ port: 1 }, { port: 1, protocol: 'TCP' }] }, '.spec.mapList: duplicate entries for key [port=1,protocol="TCP"]'],
    [{ unknown: 1 }, '.spec.unknown: field not declared in schema'],
    [{ map: { a: 1.5 } }, '.spec.map.a: expected string, got &value.valueUnstructured{Value:1.5}'],
    [{ mapList: [{ port: 1 }, { port: 'x' }] }, '.spec.mapList[port="x",protocol="TCP"].port: expected numeric (int or float), got string'],
    [{ atomicList: [1] }, '.spec.atomicList[0]: expected string, got &value.valueUnstructured{Value:1}'],
    [
      { deepMap: { a: { b: 'x', a: 1 } } },
      'errors:\n  .spec.deepMap.a.a: expected string, got &value.valueUnstructured{Value:1}\n  .spec.deepMap.a.b: expected numeric (int or float), got string',
    ],
  ])('%j', (spec, message) => {
    const error = refusal(() => widgets.apply(undefined, widget(spec), { manager: 'm' }));
    expect(error.message).toBe(`failed to create typed patch object (/w; ssa.example.com/v1, Kind=Widget): ${message}`);
    expect(error.code).toBe(500);
    expect(error.toStatus()).not.toHaveProperty('reason');
  });

  test.each<JsonObject>([{ ios: { a: 1 } }, { ios: [1] }, { any: [{ a: null }] }, { half: { known: 'x', other: [1] } }, { template: { spec: 1 } }])(
    '%j is left to the schema',
    (spec) => {
      expect(() => widgets.apply(undefined, widget(spec), { manager: 'm' })).not.toThrow();
    },
  );
});

test.each<[JsonObject, string]>([
  [{ kind: 'Foo' }, 'invalid object type: /v1, Kind=Foo'],
  [{ apiVersion: 'apps/v1' }, 'invalid object type: apps/v1, Kind=ConfigMap'],
  [{ apiVersion: undefined, kind: undefined }, 'invalid object type: /, Kind='],
  [{ metadata: { name: 'c', managedFields: [] } }, 'metadata.managedFields must be nil'],
])('%j is no config map to apply', (change, message) => {
  const error = refusal(() => configMaps.apply(undefined, { ...configMap({}), ...change }, { manager: 'm' }));
  expect(error.toStatus()).toMatchObject({ code: 400, reason: 'BadRequest', message });
});
