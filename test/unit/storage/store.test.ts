// The store: revisions, watches, and what survives which damage to its log.
import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import type { KubeObject } from '../../../src/kube/machinery/object.ts';
import { lineLogger, silentLogger } from '../../../src/platform/logger.ts';
import { RevisionCompacted, RevisionConflict, Store, type StoreEvent } from '../../../src/sim/storage/store.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const object = (name: string, revision: number, data: Record<string, string> = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, resourceVersion: String(revision) }, data }) as KubeObject;
const open = (folder: string | undefined, logger = silentLogger): Store => Store.open({ folder, logger });
const put = (store: Store, name: string, expected?: number, data?: Record<string, string>): Promise<void> =>
  store.put('things', name, expected, (revision) => object(name, revision, data)).durable;
const names = (store: Store): string[] => [...store.range('things')].map(([key]) => key);
const lastLog = (folder: string): string =>
  path.join(
    folder,
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .at(-1) ?? '',
  );

describe('revisions', () => {
  test('count every write; an object carries its own', async () => {
    const store = open(undefined);
    await put(store, 'a');
    await put(store, 'b');
    await store.delete('things', 'a')?.durable;
    expect(store.revision).toBe(3);
    expect(store.get('things', 'b')?.metadata.resourceVersion).toBe('2');
    expect(store.get('things', 'a')).toBeUndefined();
  });

  test('a write that expected another revision is refused and changes nothing', async () => {
    const store = open(undefined);
    await put(store, 'a', 0);
    expect(() => store.put('things', 'a', 0, (revision) => object('a', revision))).toThrow(RevisionConflict);
    expect(() => store.delete('things', 'a', 7)).toThrow(RevisionConflict);
    expect(store.revision).toBe(1);
  });

  test('what comes out is frozen', async () => {
    const store = open(undefined);
    await put(store, 'a', 0, { key: 'value' });
    const stored = store.get('things', 'a') as unknown as { data: Record<string, string> };
    expect(() => {
      stored.data['key'] = 'other';
    }).toThrow(TypeError);
  });
});

describe('ranges', () => {
  test('come in key order, by prefix and from a key on', async () => {
    const store = open(undefined);
    for (const name of ['b/2', 'a/1', 'b/1', 'c/1', 'b/10']) await put(store, name);
    expect(names(store)).toEqual(['a/1', 'b/1', 'b/10', 'b/2', 'c/1']);
    expect([...store.range('things', 'b/')].map(([key]) => key)).toEqual(['b/1', 'b/10', 'b/2']);
    expect([...store.range('things', 'b/', 'b/1')].map(([key]) => key)).toEqual(['b/10', 'b/2']);
  });
});

describe('the past', () => {
  test('is shown as it was, with what has changed, come and gone since', async () => {
    const store = open(undefined);
    for (const name of ['b', 'd', 'f']) await put(store, name, 0, { version: 'old' });
    const then = store.revision;
    await put(store, 'a');
    await put(store, 'd', undefined, { version: 'new' });
    await store.delete('things', 'f')?.durable;
    await put(store, 'e');
    const shown = (revision: number, after?: string): string[] =>
      [...store.rangeAt(revision, 'things', '', after)].map(([key, value]) => `${key}@${value.metadata.resourceVersion ?? ''}`);
    expect(shown(then)).toEqual(['b@1', 'd@2', 'f@3']);
    expect(shown(then, 'b')).toEqual(['d@2', 'f@3']);
    expect(shown(then + 1)).toEqual(['a@4', 'b@1', 'd@2', 'f@3']);
    expect(shown(store.revision)).toEqual(['a@4', 'b@1', 'd@5', 'e@7']);
  });

  test('equals what a list gave at the time, whatever was written since', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.boolean()), { maxLength: 30 }), async (writes) => {
        const store = open(undefined);
        const lists: [number, string[]][] = [];
        for (const [key, remove] of writes) {
          if (remove) await store.delete('things', key)?.durable;
          else await put(store, key);
          lists.push([store.revision, [...store.range('things')].map(([, value]) => value.metadata.resourceVersion ?? '')]);
        }
        for (const [revision, list] of lists)
          expect([...store.rangeAt(revision, 'things')].map(([, value]) => value.metadata.resourceVersion ?? '')).toEqual(list);
      }),
      { numRuns: 50 },
    );
  });

  test('is kept for each prefix by itself', async () => {
    const store = Store.open({ folder: undefined, logger: silentLogger, historyLimit: 10 });
    await put(store, 'a');
    for (let i = 0; i < 40; i++) await store.put('leases', 'l', undefined, (revision) => object('l', revision)).durable;
    expect([...store.rangeAt(1, 'things')]).toHaveLength(1);
    expect(() => [...store.rangeAt(1, 'leases')]).toThrow(RevisionCompacted);
  });
});

describe('indexes', () => {
  test('follow every write', async () => {
    const store = open(undefined);
    await put(store, 'a', 0, { node: 'n1' });
    store.addIndex('things', 'node', (each) => [(each as KubeObject & { data: Record<string, string> }).data['node'] ?? '']);
    await put(store, 'b', 0, { node: 'n1' });
    const on = (node: string): string[] => [...store.byIndex('things', 'node', node)].map(([key]) => key);
    expect(on('n1')).toEqual(['a', 'b']);
    await put(store, 'a', undefined, { node: 'n2' });
    await store.delete('things', 'b')?.durable;
    expect(on('n1')).toEqual([]);
    expect(on('n2')).toEqual(['a']);
  });
});

describe('lifetimes', () => {
  const lasting = (store: Store, name: string, expiresAt: number): Promise<void> =>
    store.put('things', name, undefined, (revision) => object(name, revision), expiresAt).durable;

  test('end objects that nobody wrote again, as deletions that watches see', async () => {
    const store = open(undefined);
    await lasting(store, 'a', 1000);
    await lasting(store, 'b', 1500);
    await lasting(store, 'a', 2000);
    const seen: string[] = [];
    store.watch('things', store.revision, ({ type, key }) => seen.push(`${type} ${key}`));
    store.expire(1999);
    await put(store, 'c');
    expect(names(store)).toEqual(['a', 'c']);
    store.expire(2000);
    await put(store, 'c');
    expect(names(store)).toEqual(['c']);
    expect(seen).toEqual(['delete b', 'put c', 'delete a', 'put c']);
  });

  test('go on after a restart and a compaction', async () => {
    const folder = scratchFolder();
    const store = open(folder);
    await lasting(store, 'late', 3000);
    await lasting(store, 'early', 1000);
    await store.compact();
    await lasting(store, 'middle', 2000);
    await store.close();
    const again = open(folder);
    again.expire(2500);
    expect(names(again)).toEqual(['late']);
    await again.close();
  });
});

describe('watches', () => {
  test('resume from a revision, with every later event once and in order', async () => {
    const store = open(undefined);
    await put(store, 'a');
    await put(store, 'b');
    const seen: StoreEvent[] = [];
    store.watch('things', 1, (event) => seen.push(event));
    await put(store, 'a', 1);
    await store.delete('things', 'b')?.durable;
    expect(seen.map(({ type, key, revision }) => `${type} ${key} ${revision}`)).toEqual(['put b 2', 'put a 3', 'delete b 4']);
    expect(seen[2]?.previous?.metadata.resourceVersion).toBe('2');
    expect(seen[2]?.object.metadata.resourceVersion).toBe('4');
  });

  test('of a revision that is no longer kept are refused with the oldest that is', async () => {
    const store = Store.open({ folder: undefined, logger: silentLogger, historyLimit: 10 });
    for (let i = 0; i < 40; i++) await put(store, `k${i}`);
    expect(() => store.watch('things', 1, () => {})).toThrow(RevisionCompacted);
    expect(store.compactedRevision('things')).toBeGreaterThan(20);
    expect(() => store.watch('things', store.compactedRevision('things'), () => {})).not.toThrow();
  });
});

describe('the log', () => {
  test('brings everything back, revisions and resumable watches too', async () => {
    const folder = scratchFolder();
    const store = open(folder);
    await put(store, 'a', 0, { x: '1' });
    await put(store, 'b');
    await store.delete('things', 'b')?.durable;
    await store.close();
    const again = open(folder);
    expect(again.revision).toBe(3);
    expect(again.get('things', 'a')).toEqual(store.get('things', 'a'));
    const seen: string[] = [];
    again.watch('things', 1, ({ type, key }) => seen.push(`${type} ${key}`));
    expect(seen).toEqual(['put b', 'delete b']);
    await again.close();
  });

  test('cut anywhere in its last record loses that record only, and says so', async () => {
    const folder = scratchFolder();
    const store = open(folder);
    await put(store, 'a');
    const whole = fs.statSync(lastLog(folder)).size;
    await put(store, 'b');
    await store.close();
    const full = fs.readFileSync(lastLog(folder));
    for (let size = whole; size < full.length; size++) {
      fs.writeFileSync(lastLog(folder), full.subarray(0, size));
      const lines: string[] = [];
      const again = open(
        folder,
        lineLogger(
          (line) => lines.push(line),
          () => 0,
        ),
      );
      expect(names(again)).toEqual(['a']);
      expect(lines.length).toBe(size === whole ? 0 : 1);
      await put(again, 'c');
      await again.close();
      const third = open(folder);
      expect(names(third)).toEqual(['a', 'c']);
      await third.close();
    }
  });

  test('damaged before intact records is refused with what to do', async () => {
    const folder = scratchFolder();
    const store = open(folder);
    for (const name of ['a', 'b', 'c']) await put(store, name);
    await store.close();
    const content = fs.readFileSync(lastLog(folder));
    content[20] = (content[20] ?? 0) ^ 0xff;
    fs.writeFileSync(lastLog(folder), content);
    let refusal: unknown;
    try {
      open(folder);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: 'LOG_DAMAGED', exitCode: 3 });
    expect((refusal as AppError).next.length).toBeGreaterThan(0);
    expect(fs.readFileSync(lastLog(folder)).equals(content)).toBe(true);
  });

  test('is replaced by a snapshot without losing what is written meanwhile', async () => {
    const folder = scratchFolder();
    const store = open(folder);
    for (let i = 0; i < 50; i++) await put(store, `k${i % 5}`);
    const compaction = store.compact();
    const during = put(store, 'during');
    await Promise.all([compaction, during]);
    await put(store, 'after');
    await store.close();
    const again = open(folder);
    expect(names(again)).toEqual(['after', 'during', 'k0', 'k1', 'k2', 'k3', 'k4']);
    expect(again.revision).toBe(52);
    await again.close();
  });

  test('left with an unfinished snapshot is replayed from the segments', async () => {
    const folder = scratchFolder();
    const store = open(folder);
    await put(store, 'a');
    await store.close();
    fs.writeFileSync(path.join(folder, '2.snapshot.tmp'), 'half');
    fs.writeFileSync(path.join(folder, '2.log'), '');
    const again = open(folder);
    expect(names(again)).toEqual(['a']);
    await again.close();
    expect(fs.existsSync(path.join(folder, '2.snapshot.tmp'))).toBe(false);
  });
});
