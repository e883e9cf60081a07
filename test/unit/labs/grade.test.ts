// Grading against an API: points, what is not reached, what is said of a failed check, and near misses.
import { beforeEach, describe, expect, it } from 'vitest';
import { configMaps, deployments, namespaces, nodes, roleBindings, roles } from '../../../src/kube/api/resources.ts';
import type { ApiClient } from '../../../src/kube/client/api-client.ts';
import { grade, isFull } from '../../../src/labs/grade.ts';
import type { Check } from '../../../src/labs/lab-schema.ts';
import { metAlready, namedObjects } from '../../../src/labs/near-miss.ts';
import type { CheckContext, MetAtStart } from '../../../src/labs/checks/check-context.ts';
import { testServer, type TestServer } from '../../fixtures/api-server.ts';

let server: TestServer;
let client: ApiClient;
beforeEach(async () => {
  server = await testServer();
  client = server.admin;
});

const contextOf = (checks: readonly Check[], metAtStart: MetAtStart = {}): CheckContext => ({
  client,
  clock: server.clock,
  signal: new AbortController().signal,
  metAtStart,
  named: namedObjects(checks),
  file: async () => '',
});
const graded = async (...checks: readonly Check[]): ReturnType<typeof grade> => grade(checks, contextOf(checks));
const missesOf = async (...checks: readonly Check[]): Promise<readonly string[]> => (await graded(...checks)).results[0]?.observation?.nearMisses ?? [];
const paint = (name: string, namespace: string, data: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>> = {}): Promise<unknown> =>
  client.create(configMaps, { metadata: { name, labels }, data }, { namespace });
const colour: Check = {
  id: 'colour',
  points: 2,
  says: 'paint is blue',
  get: { kind: 'ConfigMap', name: 'paint', namespace: 'shop' },
  expect: "object.data.colour == 'blue'",
};

describe('points', () => {
  const second: Check = {
    id: 'second',
    points: 3,
    says: 'there is brush',
    list: { kind: 'ConfigMap', namespace: 'shop', labelSelector: 'tool=brush' },
    expect: 'items.size() == 1',
  };
  const third: Check = {
    id: 'third',
    points: 1,
    says: 'all',
    after: ['colour', 'second'],
    get: { kind: 'Namespace', name: 'shop' },
    expect: "object.metadata.name == 'shop'",
  };

  it('add up, and what depends on a failed check is not reached', async () => {
    await paint('paint', 'shop', { colour: 'blue' });
    const result = await graded(colour, second, third);
    expect(result.results.map(({ id, state, waitsFor }) => [id, state, waitsFor])).toEqual([
      ['colour', 'passed', []],
      ['second', 'failed', []],
      ['third', 'not-reached', ['second']],
    ]);
    expect(result).toMatchObject({ points: 2, total: 6 });
    expect(isFull(result)).toBe(false);
  });

  it('are full when all checks pass', async () => {
    await paint('paint', 'shop', { colour: 'blue' }, { tool: 'brush' });
    expect(isFull(await graded(colour, second, third))).toBe(true);
  });

  it('show of what passed only what was looked at', async () => {
    await paint('paint', 'shop', { colour: 'blue', other: 'x' });
    const { results } = await graded(colour);
    expect(results[0]?.observation?.deciding).toEqual({ kind: 'ConfigMap', metadata: { name: 'paint' }, data: { colour: 'blue' } });
  });

  it('come with the query as one would type it, and with what was there', async () => {
    await paint('paint', 'shop', { colour: 'green' });
    const { results } = await graded(colour, second);
    expect(results[0]?.observation).toMatchObject({
      looked: 'kubectl get configmaps paint -n shop -o yaml',
      found: 'ConfigMap paint: data.colour is "green"',
      expectation: colour.expect,
    });
    expect(results[1]?.observation).toMatchObject({ looked: "kubectl get configmaps -n shop -l 'tool=brush' -o yaml", found: 'no configmaps match' });
  });

  it('name of a deep place the first key that is missing, and no more', async () => {
    await client.create(
      deployments,
      {
        metadata: { name: 'web' },
        spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } },
      },
      { namespace: 'shop' },
    );
    const { results } = await graded({
      id: 'a',
      points: 1,
      says: 's',
      get: { kind: 'Deployment', name: 'web', namespace: 'shop' },
      expect: 'has(object.spec.template.spec.affinity) && object.spec.template.spec.affinity.nodeAffinity != null',
    });
    expect(results[0]?.observation?.found).toBe('Deployment web: spec.template.spec.affinity is not set');
  });
});

describe('near misses', () => {
  it('see the object in another namespace', async () => {
    await paint('paint', 'default', { colour: 'blue' });
    expect(await missesOf(colour)).toEqual(['a ConfigMap paint is in the namespace default: is that the right namespace?']);
  });

  it('see a misspelt name', async () => {
    await paint('piant', 'shop', { colour: 'blue' });
    expect(await missesOf(colour)).toEqual(['there is a ConfigMap piant: is its name misspelt?']);
  });

  it('see a value that is off by a letter', async () => {
    await paint('paint', 'shop', { colour: 'bleu' });
    expect(await missesOf(colour)).toContain('data.colour is "bleu": is it misspelt?');
  });

  it('take no other number for a slip: node01 is not node02', async () => {
    await paint('paint', 'shop', { colour: 'blue01' });
    expect(await missesOf({ ...colour, expect: "object.data.colour == 'blue02'" })).toEqual([]);
  });

  it('see a key that is off by a letter, where people choose keys', async () => {
    await paint('paint', 'shop', { color: 'blue' });
    expect(await missesOf(colour)).toContain('there is color in the data: is it misspelt?');
  });

  it('see the right change on the wrong object, but not what was so before', async () => {
    for (const name of ['node01', 'node02', 'node03'])
      await client.create(nodes, { metadata: { name }, spec: name === 'node02' ? { unschedulable: true } : {}, status: {} });
    const check: Check = {
      id: 'cordoned',
      points: 1,
      says: 'node01 is cordoned',
      get: { kind: 'Node', name: 'node01' },
      expect: 'object.spec.unschedulable == true',
    };
    const before = await metAlready([check], client);
    expect(before).toEqual({ cordoned: ['node02'] });
    await client.patch(nodes, 'node03', 'merge', { spec: { unschedulable: true } });
    const { results } = await grade([check], contextOf([check], before));
    expect(results[0]?.observation).toMatchObject({
      found: 'Node node01: spec.unschedulable is not set',
      nearMisses: ['Node node03 is as asked, and it is not the one that was meant'],
    });
  });

  it('do not call an object wrong that another check asks for', async () => {
    await paint('paint', 'shop', { colour: 'red' });
    await paint('wall', 'shop', { colour: 'blue' });
    const wall: Check = { ...colour, id: 'wall', get: { kind: 'ConfigMap', name: 'wall', namespace: 'shop' } };
    expect(await missesOf(colour, wall)).toEqual([]);
  });

  it('see labels that are off by a letter, or in another namespace', async () => {
    const check: Check = {
      id: 'brush',
      points: 1,
      says: 's',
      list: { kind: 'ConfigMap', namespace: 'shop', labelSelector: 'tool=brush' },
      expect: 'items.size() == 1',
    };
    await paint('one', 'shop', {}, { tool: 'brsh' });
    await paint('two', 'shop', {}, { tools: 'brush' });
    await paint('three', 'default', {}, { tool: 'brush' });
    expect([...(await missesOf(check))].sort()).toEqual([
      'ConfigMap one has the label tool=brsh',
      'ConfigMap three with tool=brush is in the namespace default',
      'ConfigMap two has the label tools=brush',
    ]);
  });

  it('see misspelt labels also where too few items match', async () => {
    const check: Check = {
      id: 'brushes',
      points: 1,
      says: 's',
      list: { kind: 'ConfigMap', namespace: 'shop', labelSelector: 'tool=brush' },
      expect: "items.size() == 2 && items.all(i, i.data.colour == 'blue')",
    };
    await paint('one', 'shop', { colour: 'blue' }, { tool: 'brush' });
    await paint('two', 'shop', { colour: 'blue' }, { tol: 'brush' });
    const { results } = await graded(check);
    expect(results[0]?.observation).toMatchObject({
      found: '1 configmaps where another number is asked for: one',
      nearMisses: ['ConfigMap two has the label tol=brush'],
    });
  });

  it('and the items that are not right are all that is told of a list', async () => {
    for (const [name, colour] of [
      ['one', 'blue'],
      ['two', 'bleu'],
      ['three', 'blue'],
    ] as const)
      await paint(name, 'shop', { colour, size: '1' }, { tool: 'brush' });
    const { results } = await graded({
      id: 'brushes',
      points: 1,
      says: 's',
      list: { kind: 'ConfigMap', namespace: 'shop', labelSelector: 'tool=brush' },
      expect: "items.all(i, i.data.colour == 'blue')",
    });
    expect(results[0]?.observation).toMatchObject({
      found: 'configmaps: two (data.colour is "bleu")',
      nearMisses: ['data.colour is "bleu": is it misspelt?'],
    });
    expect(results[0]?.observation?.deciding).toEqual([{ metadata: { name: 'two', namespace: 'shop' }, data: { colour: 'bleu' } }]);
  });

  it('of a lab say what it has to say', async () => {
    await paint('paint', 'shop', { colour: 'red' });
    expect(
      await missesOf({
        ...colour,
        nearMiss: [
          { when: "object.data.colour == 'red'", says: 'red is not blue' },
          { when: 'object.data.shade == 1', says: 'never' },
        ],
      }),
    ).toEqual(['red is not blue']);
  });
});

describe('rights', () => {
  const check: Check = {
    id: 'rights',
    points: 1,
    says: 'bot reads pods',
    canI: {
      as: 'system:serviceaccount:shop:bot',
      allowed: [{ verb: ['get', 'list'], resource: 'pods', namespace: 'shop' }],
      denied: [{ verb: 'delete', resource: 'pods', namespace: 'shop' }],
    },
  };
  const grant = async (verbs: readonly string[]): Promise<void> => {
    await client.create(roles, { metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs }] }, { namespace: 'shop' });
    await client.create(
      roleBindings,
      {
        metadata: { name: 'b' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
        subjects: [{ kind: 'ServiceAccount', name: 'bot', namespace: 'shop' }],
      },
      { namespace: 'shop' },
    );
  };

  it('are as asked, both ways', async () => {
    await grant(['get', 'list']);
    expect(isFull(await graded(check))).toBe(true);
  });

  it('are counted that are missing or too many', async () => {
    await grant(['get', 'delete']);
    const { results } = await graded(check);
    expect(results[0]?.observation).toMatchObject({
      found: '1 of the rights asked for is missing, 1 right too many',
      looked: 'kubectl auth can-i list pods -n shop --as=system:serviceaccount:shop:bot',
    });
  });
});

it('a cluster that refuses to answer is no failed check', async () => {
  await client.create(namespaces, { metadata: { name: 'other' }, spec: {} });
  client = server.account('shop', 'default');
  await expect(graded(colour)).rejects.toMatchObject({ reason: 'Forbidden' });
});
