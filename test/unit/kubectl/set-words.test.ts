// What the words of `set env`, `taint` and `run` mean, and what is refused.
import { expect, test } from 'vitest';
import { environmentOf, splitEnvironment, updatedEnvironment } from '../../../src/kubectl/commands/set/env-words.ts';
import { isMeant } from '../../../src/kubectl/commands/set/pod-spec.ts';
import { checkConflicts, parseTaints, retainted } from '../../../src/kubectl/commands/taint/taint-words.ts';
import { overlaid } from '../../../src/kubectl/writes/overrides.ts';
import { resourceList } from '../../../src/kubectl/writes/resource-list.ts';

const noInput = (): Promise<string> => Promise.reject(new Error('nobody types'));

test('resources come first, variables behind them', () => {
  expect(splitEnvironment(['deployment/web', 'A=b', 'C-'])).toEqual({ resources: ['deployment/web'], words: ['A=b', 'C-'] });
  expect(() => splitEnvironment(['A=b', 'deployment/web'])).toThrow('all resources must be specified before environment changes: A=b deployment/web');
});

test('variables are set in their place, new ones come last, and what is removed is gone', async () => {
  const environment = await environmentOf(['B=2', 'N=', 'C-'], noInput);
  const present = [{ name: 'A', value: '1' }, { name: 'B', value: '1' }, { name: 'C' }];
  expect(updatedEnvironment(present, environment)).toEqual([{ name: 'A', value: '1' }, { name: 'B', value: '2' }, { name: 'N' }]);
  await expect(environmentOf(['A=b', 'A-'], noInput)).rejects.toThrow('can not both modify and remove the same environment variable in the same command');
});

test('standard input is read where - stands, without comments', async () => {
  const { set } = await environmentOf(['-'], async () => 'A=1 # one\n# none\nB=x=y\n');
  expect(set).toEqual([
    { name: 'A', value: '1 ' },
    { name: 'B', value: 'x=y' },
  ]);
});

test.each([
  ['nginx', '*', true],
  ['nginx', 'ng*', true],
  ['nginx', '*z', false],
  ['web', 'we', false],
])('container %s and pattern %s: %s', (name, pattern, meant) => {
  expect(isMeant(name, pattern)).toBe(meant);
});

test.each([
  ['a:Foo', 'invalid taint effect: Foo, unsupported taint effect'],
  ['a=b', "invalid taint spec: a=b, name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end"],
  ['a:b:c', 'invalid taint spec: a:b:c'],
  ['a', 'invalid taint spec: a'],
])('taint %s is refused', (word, message) => {
  expect(() => parseTaints([word])).toThrow(message);
});

test('a node gets taints, loses them, or both', () => {
  const node = { spec: { taints: [{ key: 'old', effect: 'NoSchedule' }] } };
  const added = retainted(node, 'n', parseTaints(['new=1:NoExecute']), false);
  expect(added).toEqual({
    operation: 'tainted',
    node: {
      spec: {
        taints: [
          { key: 'new', value: '1', effect: 'NoExecute' },
          { key: 'old', effect: 'NoSchedule' },
        ],
      },
    },
  });
  expect(retainted(node, 'n', parseTaints(['old-']), false)).toEqual({ operation: 'untainted', node: { spec: {} } });
  expect(retainted(node, 'n', parseTaints(['old:NoSchedule']), true).operation).toBe('modified');
  expect(() => retainted(node, 'n', parseTaints(['old:NoSchedule']), false)).toThrow(
    'node n already has old taint(s) with same effect(s) and --overwrite is false',
  );
  expect(() => retainted(node, 'n', parseTaints(['gone:NoSchedule-']), false)).toThrow('taint "gone:NoSchedule" not found');
  expect(() => checkConflicts(parseTaints(['a:NoSchedule', 'a-']))).toThrow('can not both modify and remove the following taint(s) in the same command: a=');
});

test('quantities are written in their canonical form', () => {
  expect(resourceList('memory=1024Mi,cpu=1000m')).toEqual({ cpu: '1', memory: '1Gi' });
  expect(() => resourceList('cpu')).toThrow('Invalid argument syntax cpu, expected <resource>=<value>');
});

test('overrides replace, merge by name, or go step by step', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'x', resources: {} }] } };
  const merged = overlaid(pod, { overrides: '{"spec":{"containers":[{"name":"b"}]}}', 'override-type': 'merge' });
  expect(merged['spec']).toEqual({ containers: [{ name: 'b' }] });
  const strategic = overlaid(pod, { overrides: '{"spec":{"containers":[{"name":"b"}]}}', 'override-type': 'strategic' });
  expect(strategic['spec']).toEqual({
    containers: [{ name: 'b' }, { name: 'a', image: 'x', resources: {} }],
  });
  const json = overlaid(pod, { overrides: '[{"op":"replace","path":"/spec/nodeName","value":"n"}]', 'override-type': 'json' });
  expect(json['spec']).toMatchObject({ nodeName: 'n' });
  expect(() => overlaid(pod, { overrides: '{', 'override-type': '' })).toThrow('Invalid JSON Patch');
});
