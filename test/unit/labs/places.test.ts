// What decides an expectation that is not met: the failing condition's fields, the offending items, how many count; and how that reads.
import { describe, expect, it } from 'vitest';
import { decidingPlaces } from '../../../src/labs/places.ts';
import { byItem, onlyPlaces, pathText, placesText } from '../../../src/labs/tell-places.ts';

const object = {
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web', 'disk-type': 'ssd' } },
  spec: {
    replicas: 3,
    paused: false,
    containers: [
      { name: 'nginx', image: 'nginx:1.25' },
      { name: 'log', image: 'busybox' },
    ],
  },
  status: {
    conditions: [
      { type: 'Available', status: 'True' },
      { type: 'Ready', status: 'False' },
    ],
  },
};

describe('of one object', () => {
  it.each([
    ['object.spec.replicas == 3 && object.spec.paused == true && object.kind == "Pod"', 'spec.paused is false'],
    ["object.metadata.labels['disk-type'] == 'nvme'", 'metadata.labels["disk-type"] is "ssd"'],
    ["object.spec.template.spec.affinity.nodeAffinity.x.exists(t, t.key == 'a')", 'spec.template is not set'],
    ['has(object.spec.strategy) && object.spec.strategy == 1', 'spec.strategy is not set'],
    ["object.spec.containers.exists(c, c.name == 'nginx' && c.image == 'nginx:1.27')", 'spec.containers[name=nginx].image is "nginx:1.25"'],
    ["object.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", 'status.conditions[type=Ready].status is "False"'],
    ["object.spec.containers.all(c, c.image != 'busybox')", 'spec.containers[name=log].image is "busybox"'],
    ["object.spec.containers[1].image == 'redis'", 'spec.containers[name=log].image is "busybox"'],
    ["cel.bind(all, object.spec.containers, all.size() > 0 && all.all(c, c.name != 'log'))", 'spec.containers[name=log].name is "log"'],
    ["object.spec.replicas == 1 || object.kind == 'Pod'", 'spec.replicas is 3, kind is "Deployment"'],
    ["object.metadata.labels == {'app': 'shop'}", 'metadata.labels is {"app":"web","disk-type":"ssd"}'],
    ['object.spec.containers.size() == 1', 'spec.containers is [{"name":"nginx","image":"nginx:1.25"},{"name":"log","image"…'],
  ])('%s', (expression, text) => {
    expect(placesText(decidingPlaces(expression, { object }).places, object)).toBe(text);
  });

  it('what a text is compared with is kept for near misses', () => {
    expect(decidingPlaces("'shop' == object.metadata.labels['app']", { object }).places).toEqual([
      { keys: ['metadata', 'labels', 'app'], value: 'web', compared: 'shop' },
    ]);
  });
});

const pod = (name: string, node: string, phase = 'Running', owner?: string): object => ({
  metadata: { name, ...(owner ? { ownerReferences: [{ kind: owner, name: 'owner' }] } : {}) },
  spec: { nodeName: node },
  status: { phase },
});

describe('of a list', () => {
  const items = [pod('agent', 'a', 'Running', 'DaemonSet'), pod('web', 'a', 'Running', 'ReplicaSet'), pod('bare', 'b', 'Pending')];
  const told = (expression: string): readonly string[] =>
    [...byItem(decidingPlaces(expression, { items }).places)].map(([i, places]) => `${i}: ${placesText(places, items[i])}`);

  it('are the items that do not fit, and no innocent ones', () => {
    expect(told("items.all(p, has(p.metadata.ownerReferences) && p.metadata.ownerReferences.exists(o, o.kind in ['DaemonSet', 'Node']))")).toEqual([
      '1: metadata.ownerReferences[name=owner].kind is "ReplicaSet"',
      '2: metadata.ownerReferences is not set',
    ]);
  });

  it('are counted, with those that a filter leaves out', () => {
    const expression = "cel.bind(up, items.filter(p, p.status.phase == 'Running'), up.size() == 3 && up.all(p, p.spec.nodeName == 'a'))";
    expect(decidingPlaces(expression, { items }).count).toEqual({ counted: 2, of: 3 });
    expect(told(expression)).toEqual(['2: status.phase is "Pending"']);
    expect(decidingPlaces('items.size() == 5', { items })).toEqual({ places: [], count: { counted: 3, of: 3 } });
  });

  it('come closest where none fits', () => {
    expect(told("items.exists(p, p.spec.nodeName == 'b' && p.status.phase == 'Running')")).toEqual(['2: status.phase is "Pending"']);
    expect(told("items.exists(p, p.metadata.name == 'other')")).toEqual([
      '0: metadata.name is "agent"',
      '1: metadata.name is "web"',
      '2: metadata.name is "bare"',
    ]);
  });

  it('below a name that is given to a filtered list are found again', () => {
    expect(told("cel.bind(up, items.filter(p, p.status.phase == 'Running'), up.all(p, p.metadata.name == 'agent'))")).toEqual(['1: metadata.name is "web"']);
  });
});

it('an object is cut down to the places', () => {
  expect(onlyPlaces(object, [['kind'], ['metadata', 'name'], ['spec', 'containers', 1, 'image'], ['spec', 'none', 'deep']])).toEqual({
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'log', image: 'busybox' }] },
  });
  expect(pathText(['spec', 'containers', 7, 'a/b'], object)).toBe('spec.containers[7]["a/b"]');
});
