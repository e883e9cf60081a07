// Any run of writes, deletions, compactions and restarts leaves the store as a plain map would be.
import { array, assert, asyncProperty, constant, constantFrom, oneof, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/machinery/object.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { Store } from '../../src/sim/storage/store.ts';
import { scratchFolder } from '../fixtures/scratch.ts';

const step = oneof(
  { weight: 6, arbitrary: record({ kind: constant('put' as const), key: constantFrom('a', 'b', 'c', 'd/e'), value: string() }) },
  { weight: 2, arbitrary: record({ kind: constant('delete' as const), key: constantFrom('a', 'b', 'c', 'd/e') }) },
  { weight: 1, arbitrary: constant({ kind: 'compact' as const }) },
  { weight: 1, arbitrary: constant({ kind: 'restart' as const }) },
);

test('the store equals a map after any run', async () => {
  await assert(
    asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
      const folder = scratchFolder();
      let store = Store.open({ folder, logger: silentLogger });
      const model = new Map<string, string>();
      let revision = 0;
      for (const each of steps) {
        if (each.kind === 'put') {
          await store.put(
            'things',
            each.key,
            undefined,
            (next) => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: each.key, resourceVersion: String(next) }, value: each.value }) as KubeObject,
          ).durable;
          model.set(each.key, each.value);
          revision += 1;
        } else if (each.kind === 'delete') {
          const deleted = store.delete('things', each.key);
          await deleted?.durable;
          if (model.delete(each.key)) revision += 1;
        } else if (each.kind === 'compact') await store.compact();
        else {
          await store.close();
          store = Store.open({ folder, logger: silentLogger });
        }
        expect(store.revision).toBe(revision);
        expect(new Map([...store.range('things')].map(([key, object]) => [key, (object as unknown as { value: string }).value]))).toEqual(model);
      }
      await store.close();
    }),
    { numRuns: 60 },
  );
});
