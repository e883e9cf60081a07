// The order in which tasks are carried out: after what they need, one at a time on a host, so many at once, and none after a failure.
import { expect, it } from 'vitest';
import { carryOut } from '../../../src/provision/runs/carry-out.ts';
import type { Plan, Task } from '../../../src/provision/plan/action.ts';

/** `a/n1 < b/n1 c/n2`: the first needs the others. */
function planOf(...lines: readonly string[]): Plan {
  const tasks = lines.map((line): Task => {
    const [id = '', needs = ''] = line.split(' < ');
    const [phase = '', host = ''] = id.split('/');
    return { id, phase, host, actions: [], needs: needs.split(' ').filter(Boolean) };
  });
  return { cluster: 'demo', phases: [], tasks, values: [], assumptions: [] };
}

/** Tasks that end when they are told to. */
function hands() {
  const running = new Map<string, PromiseWithResolvers<readonly string[]>>();
  const started: string[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    started,
    running: () => [...running.keys()],
    run(task: Task) {
      started.push(task.id);
      const end = Promise.withResolvers<readonly string[]>();
      running.set(task.id, end);
      return end.promise.finally(() => running.delete(task.id));
    },
    async end(id: string, failure?: Error) {
      const task = running.get(id);
      if (!task) throw new Error(`${id} is not running`);
      if (failure) task.reject(failure);
      else task.resolve([`${id} changed`]);
      await turn();
    },
  };
}

const options = { parallel: 10, done: new Set<string>(), signal: new AbortController().signal };

it('starts a task when all that it needs has ended, and hosts go side by side', async () => {
  const { run, running, end } = hands();
  const outcome = carryOut(planOf('a/n1', 'a/n2', 'b/n1 < a/n1', 'c/n2 < a/n2 b/n1'), { ...options, run });
  expect(running()).toEqual(['a/n1', 'a/n2']);
  await end('a/n2');
  expect(running()).toEqual(['a/n1']);
  await end('a/n1');
  expect(running()).toEqual(['b/n1']);
  await end('b/n1');
  await end('c/n2');
  expect([...(await outcome).changes]).toEqual([
    ['n2', ['a/n2 changed', 'c/n2 changed']],
    ['n1', ['a/n1 changed', 'b/n1 changed']],
  ]);
});

it('does one task at a time on a host, and as many at once as it may', async () => {
  const { run, running, end } = hands();
  const outcome = carryOut(planOf('a/n1', 'b/n1', 'a/n2', 'a/n3'), { ...options, parallel: 2, run });
  expect(running()).toEqual(['a/n1', 'a/n2']);
  await end('a/n1');
  expect(running()).toEqual(['a/n2', 'b/n1']);
  await end('a/n2');
  expect(running()).toEqual(['b/n1', 'a/n3']);
  await end('b/n1');
  await end('a/n3');
  await outcome;
});

it('starts nothing after a failure, lets end what goes on, and rejects with the first', async () => {
  const { run, running, started, end } = hands();
  const outcome = carryOut(planOf('a/n1', 'a/n2', 'b/n1 < a/n1', 'b/n2 < a/n2'), { ...options, run });
  let isOver = false;
  const failed = expect(outcome.finally(() => (isOver = true))).rejects.toThrow('first');
  await end('a/n1', new Error('first'));
  expect([running(), isOver]).toEqual([['a/n2'], false]);
  await end('a/n2');
  await failed;
  expect(started).toEqual(['a/n1', 'a/n2']);
});

it('takes as done what is said to be', async () => {
  const { run, running, end } = hands();
  const outcome = carryOut(planOf('a/n1', 'b/n1 < a/n1'), { ...options, done: new Set(['a/n1']), run });
  expect(running()).toEqual(['b/n1']);
  await end('b/n1');
  expect((await outcome).skipped).toEqual(['a/n1']);
});

it('tells of tasks that wait for each other', async () => {
  const { run, end } = hands();
  const outcome = carryOut(planOf('a/n1', 'b/n1 < c/n2', 'c/n2 < b/n1'), { ...options, run });
  const failed = expect(outcome).rejects.toThrow('these tasks wait for each other: b/n1, c/n2');
  await end('a/n1');
  await failed;
});

it('stops when it is told to, after what goes on has ended', async () => {
  const { run, running, end } = hands();
  const stop = new AbortController();
  const outcome = carryOut(planOf('a/n1', 'b/n1 < a/n1'), { ...options, signal: stop.signal, run });
  const failed = expect(outcome).rejects.toThrow('enough');
  stop.abort(new Error('enough'));
  expect(running()).toEqual(['a/n1']);
  await end('a/n1');
  await failed;
  expect(running()).toEqual([]);
});
