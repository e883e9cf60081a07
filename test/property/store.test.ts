// Any run of writes, deletions, compactions and restarts leaves the store as a plain map would be.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentLogger } from '../../src/platform/logger.ts';
import { Store } from '../../src/sim/storage/store.ts';
import { scratchFolder } from '../fixtures/scratch.ts';

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key: fc.constantFrom('a', 'b', 'c', 'd/e'), value: fc.string() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: fc.constantFrom('a', 'b', 'c', 'd/e') }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'compact' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

test('the store equals a map after any run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const folder = scratchFolder();
      let store = Store.open({ folder, logger: silentLogger });
      const model = new Map<string, string>();
      let revision = 0;
      for (const each of steps) {
        if (each.kind === 'put') {
          await store.put('things', each.key, undefined, (next) => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: each.key, resourceVersion: String(next) }, ...{ value: each.value } })).durable;
          model.set(each.key, each.value);
          revision += 1;
        } else if (each.kind === 'delete') {
          const deleted = store.delete('things', each.key);
          await deleted?.durable;
          if (model.delete(each.key)) revision += 1;
        } else if (each.kind === 'compact') await store.compact();
        else { await store.close(); store = Store.open({ folder, logger: silentLogger }); }
        expect(store.revision).toBe(revision);
        expect(new Map([...store.range('things')].map(([key, object]) => [key, (object as unknown as { value: string }).value]))).toEqual(model);
      }
      await store.close();
    }),
    { numRuns: 60 },
  );
});
