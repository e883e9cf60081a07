// Who owns what after writes and applies: the answers of a Kubernetes 1.35 API server to the same requests.
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { deepFreeze, jsonEqual, type JsonObject, type JsonValue } from '../../../../src/kube/machinery/json.ts';
import { managerOf } from '../../../../src/sim/apiserver/fieldmanager/manager-name.ts';
import { withTimesOf } from '../../../../src/sim/apiserver/fieldmanager/timestamps.ts';
import { clock, configMap, configMaps, entriesOf, metadataOf, owners, refusal, stored, widget, widgets } from './objects.ts';

beforeEach(() => {
  clock.seconds = 0;
});
const withData = (object: JsonObject, data: JsonObject): JsonObject => ({ ...object, data });
const cleared = (object: JsonObject, managedFields: JsonValue): JsonObject => ({ ...object, metadata: { ...metadataOf(object), managedFields } });

describe('updates', () => {
  const created = stored(configMaps.update(undefined, configMap({ a: '1' }), 'm'));

  test('a creator owns what it set, but not the identity of the object', () => {
    expect(entriesOf(created)).toEqual([
      {
        manager: 'm',
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } },
      },
    ]);
  });

  test('the last one to change a field owns it', () => {
    const changed = configMaps.update(created, withData(created, { a: '2', b: '1' }), 'n');
    expect(owners(changed)).toEqual(['m Update {f:data:{}}', 'n Update {f:data:{f:a:{},f:b:{}}}']);
  });

  test('what is removed is nobody’s, and who owns nothing is not listed', () => {
    const { data: _data, ...rest } = created;
    expect(metadataOf(configMaps.update(created, rest, 'n'))['managedFields']).toBeUndefined();
  });

  test('nothing changes while nothing changed: the entries are the stored ones', () => {
    clock.seconds = 60;
    const next = configMaps.update(created, structuredClone(created), 'n');
    expect(entriesOf(next)[0]).toBe(entriesOf(created)[0]);
  });

  test('sent entries count instead of the stored ones, as far as they make sense', () => {
    const changed = withData(created, { a: '2', b: '1' });
    const x = { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:z': {}, 'f:a': {}, 'f:c': {} } } };
    expect(owners(configMaps.update(created, cleared(changed, [x]), 'n'))).toEqual(['x Update {f:data:{f:c:{},f:z:{}}}', 'n Update {f:data:{f:a:{},f:b:{}}}']);
    const senseless = [{ ...x, fieldsV1: { q: {} } }];
    expect(owners(configMaps.update(created, cleared(changed, senseless), 'n'))).toEqual(['m Update {f:data:{}}', 'n Update {f:data:{f:a:{},f:b:{}}}']);
    expect(owners(configMaps.update(created, cleared(changed, [{ ...x, apiVersion: 'nope/v9' }]), 'n'))).toEqual(['n Update {f:data:{f:a:{},f:b:{}}}']);
  });

  test.each([[[]], [[{}]]])('sending %j clears the books until someone applies', (nothing) => {
    const without = configMaps.update(created, cleared(created, nothing), 'n');
    expect(metadataOf(without)).not.toHaveProperty('managedFields');
    expect(metadataOf(configMaps.update(without, withData(without, { a: '2' }), 'n'))).not.toHaveProperty('managedFields');
    const error = refusal(() => configMaps.apply(without, configMap({ a: '3' }), { manager: 'z' }));
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a');
    expect(owners(configMaps.apply(without, configMap({ a: '3' }), { manager: 'z', force: true }))).toEqual([
      'z Apply {f:data:{f:a:{}}}',
      'before-first-apply Update {f:data:{}}',
    ]);
  });

  test('beyond ten, the oldest become ancient changes', () => {
    let object = created;
    for (let i = 1; i <= 11; i++) {
      clock.seconds = i;
      object = stored(configMaps.update(object, withData(object, { ...(object['data'] as JsonObject), [`k${i}`]: 'v' }), `u${i}`));
    }
    expect(owners(object).slice(0, 2)).toEqual(['ancient-changes Update {f:data:{.:{},f:a:{},f:k1:{},f:k2:{}}}', 'u3 Update {f:data:{f:k3:{}}}']);
    expect(entriesOf(object)).toHaveLength(10);
    expect(entriesOf(object)[0]?.['time']).toBe('2026-01-01T00:00:02Z');
  });

  test('the status is owned through its subresource only', () => {
    const object = { ...widget({ text: 'a' }), status: { phase: 'p' } };
    const first = stored(widgets.update(undefined, object, 'm'));
    expect(owners(first)).toEqual(['m Update {f:spec:{.:{},f:text:{}}}']);
    const { status: _status, ...main } = first;
    expect(owners(widgets.update(main, { ...main, spec: { text: 'b' }, status: { phase: 'q' } }, 'n', 'status'))).toEqual([
      'm Update {f:spec:{.:{},f:text:{}}}',
      'n Update status {f:status:{.:{},f:phase:{}}}',
    ]);
  });
});

describe('applies', () => {
  const first = stored(configMaps.apply(undefined, configMap({ a: '1', b: '1' }, { labels: { l: '1' } }), { manager: 'm' }));

  test('other values are refused, and taken over by force', () => {
    const error = refusal(() => configMaps.apply(first, configMap({ a: '2', b: '2' }), { manager: 'n' }));
    expect(error.toStatus()).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 2 conflicts: conflicts with "m":\n- .data.a\n- .data.b',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "m"', field: '.data.a' }, { field: '.data.b' }] },
    });
    const forced = configMaps.apply(first, configMap({ a: '2' }), { manager: 'n', force: true });
    expect(owners(forced)).toEqual(['m Apply {f:data:{f:b:{}},f:metadata:{f:labels:{f:l:{}}}}', 'n Apply {f:data:{f:a:{}}}']);
    expect(forced['data']).toEqual({ a: '2', b: '1' });
  });

  test('equal values are owned together, and who only joins has no time yet', () => {
    clock.seconds = 5;
    const joined = stored(configMaps.apply(first, configMap({ a: '1' }), { manager: 'n' }));
    expect(entriesOf(joined).map(({ manager, time }) => [manager, time])).toEqual([
      ['n', undefined],
      ['m', '2026-01-01T00:00:00Z'],
    ]);
    const left = configMaps.apply(joined, configMap({ b: '1' }, { labels: { l: '1' } }), { manager: 'm' });
    expect(left['data']).toEqual({ a: '1', b: '1' });
    expect(owners(left)).toEqual(['n Apply {f:data:{f:a:{}}}', 'm Apply {f:data:{f:b:{}},f:metadata:{f:labels:{f:l:{}}}}']);
  });

  test('what an applier no longer sets goes, unless another owns it', () => {
    const changed = stored(configMaps.update(first, withData(first, { a: '1', b: '1', c: '1' }), 'u'));
    const less = configMaps.apply(changed, configMap({ b: '1' }), { manager: 'm' });
    expect(less['data']).toEqual({ b: '1', c: '1' });
    expect(metadataOf(less)['labels'] ?? null).toBeNull();
    expect(owners(less)).toEqual(['m Apply {f:data:{f:b:{}}}', 'u Update {f:data:{f:c:{}}}']);
  });

  test('an update takes what it changes from appliers, too', () => {
    const changed = configMaps.update(first, withData(first, { a: '2', b: '1' }), 'u');
    expect(owners(changed)).toEqual(['m Apply {f:data:{f:b:{}},f:metadata:{f:labels:{f:l:{}}}}', 'u Update {f:data:{f:a:{}}}']);
  });

  test('items of a keyed list are merged in the order of who applies', () => {
    const live = stored(widgets.apply(undefined, widget({ mapList: [{ port: 1 }, { port: 2, note: 'x' }, { port: 3 }] }), { manager: 'm' }));
    const merged = widgets.apply(live, widget({ mapList: [{ port: 4 }, { port: 3, note: 'y' }, { port: 1, protocol: 'UDP' }] }), { manager: 'n' });
    expect((merged['spec'] as { mapList: readonly JsonObject[] }).mapList).toEqual([
      { port: 1 },
      { port: 2, note: 'x' },
      { port: 4 },
      { port: 3, note: 'y' },
      { port: 1, protocol: 'UDP' },
    ]);
  });

  test('kubectl takes over what client-side apply set, as long as nobody changed it', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const said = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { x: '1', y: '2', z: '3' } });
    const live = stored(configMaps.update(undefined, configMap({ x: '1', y: '2', z: 'changed' }, { annotations: { [annotation]: said } }), 'client'));
    const error = refusal(() => configMaps.apply(live, configMap({ x: '5', z: '6' }), { manager: 'kubectl' }));
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "client" using v1: .data.z');
    expect(refusal(() => configMaps.apply(live, configMap({ x: '5' }), { manager: 'other' })).message).toContain('.data.x');
    const taken = configMaps.apply(live, configMap({ x: '<5' }, { annotations: { n: 'm' } }), { manager: 'kubectl' });
    expect(metadataOf(taken)['annotations']).toEqual({
      n: 'm',
      [annotation]: String.raw`{"apiVersion":"v1","data":{"x":"\u003c5"},"kind":"ConfigMap","metadata":{"annotations":{"n":"m"},"name":"c"}}` + '\n',
    });
    expect(owners(taken)).toEqual([
      'kubectl Apply {f:data:{f:x:{}},f:metadata:{f:annotations:{f:n:{}}}}',
      `client Update {f:data:{.:{},f:y:{},f:z:{}},f:metadata:{f:annotations:{.:{},f:${annotation}:{}}}}`,
    ]);
  });

  test('a map that loses all it had is null, which its schema refuses', () => {
    const live = stored(widgets.apply(undefined, widget({ map: { a: 'x' } }), { manager: 'm' }));
    expect(widgets.apply(live, widget({ map: {} }), { manager: 'm' })['spec']).toEqual({ map: null });
    expect(widgets.apply(live, widget({}), { manager: 'm' })['spec']).toBeNull();
  });

  test('again is no change, whatever was there before', () => {
    // Nothing is empty: what is empty is not owned, so that it goes and comes back with every apply.
    const word = fc.constantFrom('x', 'y');
    const spec = fc.record(
      {
        text: word,
        map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), word, { minKeys: 1 }),
        setList: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
        mapList: fc.uniqueArray(fc.record({ port: fc.integer({ min: 1, max: 4 }), note: word }), { selector: ({ port }) => port, minLength: 1 }),
        struct: fc.record({ a: word, c: fc.record({ d: word }) }, { requiredKeys: ['a'] }),
        free: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom<JsonValue>('x', 1, ['x'], { c: 'x' }), { minKeys: 1 }),
      },
      { requiredKeys: ['text'] },
    );
    const toJson = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('m', 'n', 'o'), spec), { minLength: 1, maxLength: 6 }), (history) => {
        let live: JsonObject | undefined;
        for (const [manager, wanted] of history) {
          const config = deepFreeze(widget(toJson(wanted)));
          const result = widgets.apply(live, config, { manager, force: true });
          // A map that lost all it had is null: the schema refuses that.
          if (JSON.stringify(result['spec']).includes('null')) continue;
          live = deepFreeze(stored(result));
          expect(jsonEqual(stored(widgets.apply(live, config, { manager })), live)).toBe(true);
        }
      }),
    );
  });
});

test('times alone are no change', () => {
  const live = stored(configMaps.apply(undefined, configMap({ a: '1' }), { manager: 'm' }));
  const later = cleared(
    live,
    entriesOf(live).map((entry) => ({ ...entry, time: '2026-01-01T00:01:00Z' })),
  );
  expect(withTimesOf(live, later)).toEqual(live);
  const changed = withData(later, { a: '2' });
  expect(withTimesOf(live, changed)).toBe(changed);
});

test.each([
  ['given', 'curl/8', 'given'],
  ['', 'my agent/1.0 (x)', 'my agent'],
  ['', 'tab\there/1', 'tabhere'],
  ['', `${'ü'.repeat(70)}/1`, 'ü'.repeat(64)],
])('the manager of %j, %j', (fieldManager, userAgent, name) => {
  expect(managerOf(fieldManager, userAgent)).toBe(name);
});
