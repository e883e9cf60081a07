// What `wait --for` understands, and when it is content.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/kube/machinery/json.ts';
import { goalOf } from '../../../src/kubectl/waiting/conditions.ts';

function isMet(goal: string, object: JsonObject): boolean {
  const parsed = goalOf(goal);
  if (parsed.type !== 'condition') throw new Error(`${goal} is no condition`);
  return parsed.isMet(object);
}
const POD: JsonObject = {
  metadata: { generation: 2 },
  spec: { replicas: 3, share: 0.5 },
  status: {
    phase: 'Running',
    observedGeneration: 2,
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Old', status: 'True', observedGeneration: 1 },
    ],
  },
};

test.each([
  ['condition=Ready', true],
  ['condition=ready=TRUE', true],
  ['condition=Ready=false', false],
  ['condition=Old', false],
  ['condition=Nope', false],
  ['jsonpath={.status.phase}=Running', true],
  ["jsonpath=status.phase='Running'", true],
  ['jsonpath=.status.phase=Pending', false],
  ['jsonpath={.status.nope}', false],
  ['jsonpath={.status}', true],
  ['jsonpath={.spec.replicas}=3', true],
  ['jsonpath={.spec.share}=0.5', true],
  ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
])('%s', (goal, met) => {
  expect(isMet(goal, POD)).toBe(met);
});

test.each([
  ['', 'unrecognized condition: ""'],
  ['Condition=Ready', 'unrecognized condition: "Condition=Ready"'],
  ['jsonpath=', 'jsonpath expression cannot be empty'],
  ['jsonpath={.a}=', 'jsonpath wait has to have a value after equal sign'],
  ['jsonpath={.a}=b=c', 'jsonpath wait format must be'],
])('%o is refused', (goal, message) => {
  expect(() => goalOf(goal)).toThrow(message);
});

test('paths to several values, or to objects that are compared, are failures', () => {
  expect(() => isMet('jsonpath={.status.conditions[*].status}=True', POD)).toThrow('given jsonpath expression matches more than one value');
  expect(() => isMet('jsonpath={.status}=x', POD)).toThrow('jsonpath leads to a nested object or list which is not supported');
});

test('being there and being gone, however they are spelled', () => {
  expect([goalOf('Delete'), goalOf('CREATE')]).toEqual([{ type: 'delete' }, { type: 'create' }]);
});
