// The store: revisions, watches, and what survives which damage to its log.
import fs from 'node:fs';
import path from 'node:path';
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
    expect(store.compactedRevision).toBeGreaterThan(20);
    expect(() => store.watch('things', store.compactedRevision, () => {})).not.toThrow();
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
