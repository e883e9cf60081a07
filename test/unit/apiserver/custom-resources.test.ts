// Custom resources as a real 1.35 server treats them: the answers were recorded from one.
import { beforeEach, describe, expect, test } from 'vitest';
import type { CustomResourceDefinition } from '../../../src/kube/api/apiextensions-v1.ts';
import { customResourceDefinitions } from '../../../src/kube/api/resources.ts';
import type { JsonObject, JsonValue } from '../../../src/kube/machinery/json.ts';
import type { Draft, KubeObject, ResourceRef } from '../../../src/kube/machinery/object.ts';
import { StatusError } from '../../../src/kube/machinery/status-error.ts';
import { testServer, type TestServer } from '../../fixtures/api-server.ts';

interface Widget extends KubeObject {
  readonly spec: JsonObject;
  readonly status?: JsonObject;
}
const widgets: ResourceRef<Widget> = { group: 't.example.com', version: 'v1', resource: 'widgets', kind: 'Widget', namespaced: true };
const oldWidgets: ResourceRef<Widget> = { ...widgets, version: 'v1alpha1' };
const shop = { namespace: 'shop' };

const spec: JsonObject = {
  type: 'object',
  required: ['color', 'size'],
  'x-kubernetes-validations': [
    { rule: 'self.size <= self.max', message: 'size must not exceed max' },
    { rule: 'self.replicas < 100' },
    { rule: '!has(oldSelf.color) || self.color == oldSelf.color', message: 'color is immutable', reason: 'FieldValueForbidden', fieldPath: '.color' },
    { rule: "self.color != 'bad'", messageExpression: "'color ' + self.color + ' is bad'" },
  ],
  properties: {
    color: { type: 'string', enum: ['red', 'green', 'bad'], default: 'red' },
    size: { type: 'integer', minimum: 1, maximum: 10 },
    max: { type: 'integer', default: 5 },
    replicas: { type: 'integer', default: 1 },
    name: { type: 'string', minLength: 3, maxLength: 5, pattern: '^[a-z]+$' },
    when: { type: 'string', format: 'date-time' },
    ratio: { type: 'number', exclusiveMinimum: true, minimum: 0, multipleOf: 0.5 },
    tags: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, count: { type: 'integer', default: 7 } } },
    },
    labels: { type: 'object', maxProperties: 1, additionalProperties: { type: 'string' } },
    port: { 'x-kubernetes-int-or-string': true },
    opt: { type: 'string', nullable: true },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    either: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    flag: { type: 'boolean' },
  },
};
const definition = {
  metadata: { name: 'widgets.t.example.com' },
  spec: {
    group: 't.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wg'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        selectableFields: [{ jsonPath: '.spec.color' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: { spec, status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: { type: 'string' } } } },
          },
        },
      },
      {
        name: 'v1alpha1',
        served: true,
        storage: false,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } },
      },
    ],
  },
} as unknown as Draft<CustomResourceDefinition>;

let server: TestServer;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  for (let turns = 0; !(await holds()); turns++) {
    if (turns === 200) throw new Error('it did not come to that');
    await settled();
  }
};
beforeEach(async () => {
  server = await testServer();
  await server.admin.create(customResourceDefinitions, definition);
  await until(() => server.api.resources.find('t.example.com/v1', 'widgets') !== undefined);
});

const widget = (content: JsonObject, name = 'w'): Draft<Widget> => ({ metadata: { name, namespace: 'shop' }, spec: content });
const create = (content: JsonObject, name?: string): Promise<Widget> => server.admin.create(widgets, widget(content, name));
/** `field: message` of each cause, sorted: Go walks maps in any order. */
async function problems(asked: Promise<unknown>): Promise<readonly string[]> {
  try {
    await asked;
    return [];
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return (error.details?.causes ?? []).map(({ field, message }) => `${field ?? ''}: ${message ?? ''}`).sort();
  }
}
const NOT_CHECKED =
  '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

test('a definition is established, with its names accepted', async () => {
  const { status } = await server.admin.get(customResourceDefinitions, 'widgets.t.example.com');
  expect(status.acceptedNames).toEqual({ kind: 'Widget', listKind: 'WidgetList', plural: 'widgets', shortNames: ['wg'], singular: 'widget' });
  expect(status.conditions.map(({ type, status: is, reason }) => `${type} ${is} ${reason ?? ''}`)).toEqual([
    'NamesAccepted True NoConflicts',
    'Established True InitialNamesAccepted',
  ]);
  expect(status.storedVersions).toEqual(['v1']);
});

test('what is not said is filled in, what is not known is dropped, a null that may not be is as nothing', async () => {
  const made = await create({ size: 3, free: { x: { z: 1 } }, opt: null, flag: null, nope: 1, parts: [{ name: 'a', zz: 1 }] });
  expect(made.spec).toEqual({ color: 'red', size: 3, max: 5, replicas: 1, free: { x: { z: 1 } }, opt: null, parts: [{ name: 'a', count: 7 }] });
  expect(made.metadata.generation).toBe(1);
});

describe('values are refused in the words of a real server', () => {
  const cases: readonly (readonly [JsonObject, readonly string[]])[] = [
    [{}, [NOT_CHECKED, 'spec.size: Required value']],
    [
      { size: 0, color: 'blue' },
      [
        NOT_CHECKED,
        'spec.color: Unsupported value: "blue": supported values: "red", "green", "bad"',
        'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
      ],
    ],
    [
      { size: 11, name: 'AB', when: 'yesterday', ratio: 0, tags: ['a', 'b', 'c'], labels: { a: 'b', c: 'd' } },
      [
        NOT_CHECKED,
        'spec.labels: Too many: 2: must have at most 1 item',
        'spec.name: Invalid value: "AB": spec.name in body should be at least 3 chars long',
        'spec.ratio: Invalid value: 0: factor MultipleOf declared for spec.ratio must be positive: 0',
        'spec.ratio: Invalid value: 0: spec.ratio in body should be greater than 0',
        'spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10',
        'spec.tags: Too many: 3: must have at most 2 items',
        'spec.when: Invalid value: "yesterday": spec.when in body must be of type date-time: "yesterday"',
      ],
    ],
    [
      { size: 3, ratio: 0.7, name: 'abcdef', tags: ['a', 'a'] },
      [
        NOT_CHECKED,
        'spec.name: Too long: may not be more than 5 bytes',
        'spec.ratio: Invalid value: 0.7: spec.ratio in body should be a multiple of 0.5',
        'spec.tags[1]: Duplicate value: "a"',
      ],
    ],
    [
      { size: 'x', tags: 'x', flag: 1 },
      [
        NOT_CHECKED,
        'spec.flag: Invalid value: "integer": spec.flag in body must be of type boolean: "integer"',
        'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
        'spec.tags: Invalid value: "string": spec.tags in body must be of type array: "string"',
      ],
    ],
    [
      { size: 3, parts: [{ name: 'a' }, { name: 'a' }, { count: 3 }] },
      [NOT_CHECKED, 'spec.parts[1]: Duplicate value: {"name":"a"}', 'spec.parts[2].name: Required value'],
    ],
    [{ size: 3, tags: [] }, ['spec.tags: Invalid value: 0: spec.tags in body should have at least 1 items']],
    [
      { size: 3, either: {} },
      ['<nil>: Invalid value: "": "spec.either" must validate one and only one schema (oneOf). Found none valid', NOT_CHECKED, 'spec.either.a: Required value'],
    ],
    [{ size: 3, port: true }, [NOT_CHECKED, 'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"']],
    [{ size: 7 }, ['spec: Invalid value: size must not exceed max']],
    [{ size: 3, color: 'bad', replicas: 200 }, ['spec: Invalid value: color bad is bad', 'spec: Invalid value: failed rule: self.replicas < 100']],
  ];
  test.each(cases)('%j', async (content, expected) => {
    expect(await problems(create(content))).toEqual([...expected].sort());
  });

  test('also when the whole spec is no object', async () => {
    expect(await problems(server.admin.create(widgets, widget([1] as unknown as JsonObject)))).toContain(
      '.spec.replicas: Invalid value: 0: .spec.replicas accessor error: [1] is of the type []interface {}, expected map[string]interface{}',
    );
  });
});

describe('an update', () => {
  const patch = (type: 'merge' | 'strategic', value: JsonValue, subresource?: string): Promise<Widget> =>
    server.admin.patch(widgets, 'w', type, value, { ...shop, ...(subresource ? { subresource } : {}) });
  beforeEach(() => create({ size: 3 }));

  test('is held against what was there before', async () => {
    expect(await problems(patch('merge', { spec: { color: 'green' } }))).toEqual(['spec.color: Forbidden: color is immutable']);
  });
  test('is not merged strategically', async () => {
    await expect(patch('strategic', { spec: { size: 4 } })).rejects.toMatchObject({ code: 415 });
  });
  test('of the status leaves the rest, of the rest the status, and only the rest counts', async () => {
    await patch('merge', { status: { phase: 'z' } });
    expect((await patch('merge', { status: { phase: 'y', replicas: 2 }, spec: { size: 1 } }, 'status')).status).toEqual({ phase: 'y', replicas: 2 });
    const now = await server.admin.get(widgets, 'w', shop);
    expect([now.spec['size'], now.metadata.generation]).toEqual([3, 1]);
  });
  test('of the whole must say on which revision it is based', async () => {
    const { metadata, ...rest } = await server.admin.get(widgets, 'w', shop);
    const { resourceVersion: _revision, ...unbased } = metadata;
    await expect(server.admin.update(widgets, { ...rest, metadata: unbased })).rejects.toMatchObject({ code: 422 });
    expect((await server.admin.update(widgets, { ...rest, metadata, spec: { ...rest.spec, size: 4 } })).metadata.generation).toBe(2);
  });
  test('through its scale changes the replicas', async () => {
    await patch('merge', { spec: { replicas: 5 } }, 'scale');
    expect((await server.admin.get(widgets, 'w', shop)).spec['replicas']).toBe(5);
  });
});

test('another version shows what it knows', async () => {
  await create({ size: 3 });
  const shown = await server.admin.get(oldWidgets, 'w', shop);
  expect([shown.apiVersion, shown.spec]).toEqual(['t.example.com/v1alpha1', { size: 3 }]);
});

test('lists are selected by the fields that the definition names', async () => {
  await create({ size: 3 }, 'a');
  await create({ size: 3, color: 'green' }, 'b');
  const { items } = await server.admin.list(widgets, { ...shop, fieldSelector: 'spec.color=green' });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['b']);
  await expect(server.admin.list(widgets, { ...shop, fieldSelector: 'spec.size=3' })).rejects.toMatchObject({
    code: 400,
    message: 'field label not supported: spec.size',
  });
});

test('a definition goes when the last of its resources has gone', async () => {
  await server.admin.create(widgets, { ...widget({ size: 3 }), metadata: { name: 'w', namespace: 'shop', finalizers: ['a/b'] } });
  await server.admin.delete(customResourceDefinitions, 'widgets.t.example.com');
  const reasons = async (): Promise<string> =>
    (await server.admin.get(customResourceDefinitions, 'widgets.t.example.com')).status.conditions.at(-1)?.reason ?? '';
  await until(async () => (await reasons()) === 'InstanceDeletionInProgress');
  await expect(create({ size: 3 }, 'late')).rejects.toMatchObject({
    code: 403,
    message: 'widgets.t.example.com "late" is forbidden: create not allowed while custom resource definition is terminating',
  });
  await server.admin.patch(widgets, 'w', 'merge', { metadata: { finalizers: null } }, shop);
  await until(() => server.api.resources.find('t.example.com/v1', 'widgets') === undefined);
  await expect(server.admin.get(customResourceDefinitions, 'widgets.t.example.com')).rejects.toMatchObject({ code: 404 });
});

describe('a definition that cannot be is refused', () => {
  const other = (
    change: (draft: {
      metadata: { name: string };
      spec: Record<string, unknown> & { names: Record<string, unknown>; versions: Record<string, unknown>[] };
    }) => void,
  ): Promise<unknown> => {
    const draft = structuredClone(definition) as never as Parameters<typeof change>[0];
    Object.assign(draft.spec, { group: 'u.example.com' });
    draft.metadata.name = 'widgets.u.example.com';
    draft.spec.versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }];
    change(draft);
    return server.admin.create(customResourceDefinitions, draft as never);
  };
  test('without types', async () => {
    const asked = other(({ spec: { versions } }) =>
      Object.assign(versions[0] ?? {}, { schema: { openAPIV3Schema: { properties: { spec: { properties: { x: { type: 'string' } } } } } } }),
    );
    expect(await problems(asked)).toEqual([
      'spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields',
      'spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root',
    ]);
  });
  test('under another name, in a group that is not its own', async () => {
    expect(await problems(other((draft) => (draft.metadata.name = 'foo')))).toEqual([
      'metadata.name: Invalid value: "foo": must be spec.names.plural+"."+spec.group',
    ]);
    const asked = other((draft) => {
      draft.spec['group'] = 'foo.k8s.io';
      draft.metadata.name = 'widgets.foo.k8s.io';
    });
    expect((await problems(asked))[0]).toMatch(
      /^metadata\.annotations\[api-approved\.kubernetes\.io\]: Required value: protected groups must have approval annotation/,
    );
  });
  test('with rules and columns that cannot be read', async () => {
    const asked = other(({ spec: { versions } }) =>
      Object.assign(versions[0] ?? {}, {
        additionalPrinterColumns: [{ name: 'x', type: 'foo', jsonPath: 'bad' }],
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-validations': [{ rule: '' }, { rule: 'true', message: ' ' }] } },
      }),
    );
    expect(await problems(asked)).toEqual([
      'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "bad": must be a simple json path starting with .',
      'spec.additionalPrinterColumns[0].type: Invalid value: "foo": must be one of boolean,date,integer,number,string',
      'spec.validation.openAPIV3Schema.x-kubernetes-validations[0].rule: Required value: rule is not specified',
      'spec.validation.openAPIV3Schema.x-kubernetes-validations[1].message: Invalid value: " ": must be non-empty if specified',
    ]);
  });
  test('whose kind is taken: it is made, and not served', async () => {
    await other((draft) => {
      Object.assign(draft.spec, { group: 't.example.com', names: { plural: 'others', kind: 'Widget' } });
      draft.metadata.name = 'others.t.example.com';
    });
    await until(async () => (await server.admin.get(customResourceDefinitions, 'others.t.example.com')).status.conditions.length > 0);
    const { conditions } = (await server.admin.get(customResourceDefinitions, 'others.t.example.com')).status;
    expect(conditions.map(({ reason, message }) => `${reason ?? ''}: ${message ?? ''}`)).toEqual([
      'ListKindConflict: "WidgetList" is already in use',
      'NotAccepted: not all names are accepted',
    ]);
    expect(server.api.resources.find('t.example.com/v1', 'others')).toBeUndefined();
  });
});
