// Watches: initial events, selections that objects enter and leave, bookmarks, revisions that are gone.
import { beforeEach, expect, test } from 'vitest';
import { configMaps } from '../../../src/kube/api/resources.ts';
import type { WatchOptions } from '../../../src/kube/client/api-client.ts';
import type { StatusError } from '../../../src/kube/machinery/status-error.ts';
import { testServer, type TestServer } from '../../fixtures/api-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await testServer();
});
const shop = { namespace: 'shop' };
const make = (name: string, labels: Record<string, string> = {}): Promise<unknown> =>
  server.admin.create(configMaps, { metadata: { name, namespace: 'shop', labels } });
const settled = (): Promise<void> => server.clock.advance(0);

function record(options: WatchOptions): { readonly seen: string[]; readonly ends: (StatusError | Error | undefined)[]; stop(): void } {
  const seen: string[] = [];
  const ends: (StatusError | Error | undefined)[] = [];
  const handle = server.admin.watch(
    configMaps,
    { ...shop, ...options },
    {
      event: ({ type, object }) =>
        seen.push(type === 'BOOKMARK' ? `${type}${object.metadata.annotations ? ' end of initial events' : ''}` : `${type} ${object.metadata.name ?? ''}`),
      end: (error) => ends.push(error),
    },
  );
  return { seen, ends, stop: () => handle.stop() };
}

test('a watch-list begins with what is there and says where that ends', async () => {
  await make('a');
  const { seen } = record({ sendInitialEvents: true, allowBookmarks: true });
  await settled();
  await make('b');
  await settled();
  expect(seen).toEqual(['ADDED a', 'BOOKMARK end of initial events', 'ADDED b']);
});

test('an object that enters the selection is added, one that leaves is deleted', async () => {
  await make('a', { on: 'yes' });
  const { seen } = record({ labelSelector: 'on=yes', sendInitialEvents: true });
  await settled();
  await server.admin.patch(configMaps, 'a', 'merge', { data: { x: '1' } }, shop);
  await server.admin.patch(configMaps, 'a', 'merge', { metadata: { labels: { on: 'no' } } }, shop);
  await server.admin.patch(configMaps, 'a', 'merge', { data: { x: '2' } }, shop);
  await server.admin.patch(configMaps, 'a', 'merge', { metadata: { labels: { on: 'yes' } } }, shop);
  await server.admin.delete(configMaps, 'a', shop);
  await settled();
  expect(seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED a', 'DELETED a']);
});

test('a watch from a revision misses nothing and repeats nothing', async () => {
  await make('a');
  const { metadata } = await server.admin.list(configMaps, shop);
  await make('b');
  const { seen } = record({ resourceVersion: metadata.resourceVersion ?? '' });
  await settled();
  await make('c');
  await settled();
  expect(seen).toEqual(['ADDED b', 'ADDED c']);
});

test('bookmarks come while nothing happens', async () => {
  const { seen } = record({ sendInitialEvents: true, allowBookmarks: true });
  await settled();
  await server.clock.advance(61_000);
  expect(seen).toEqual(['BOOKMARK end of initial events', 'BOOKMARK']);
});

test('a revision of the future is waited for; a stopped watch is silent and ends once', async () => {
  const late = record({ resourceVersion: '999999' });
  const { seen, ends, stop } = record({ sendInitialEvents: true });
  await settled();
  stop();
  await make('a');
  await settled();
  expect([late.seen, late.ends]).toEqual([[], []]);
  expect([seen, ends]).toEqual([[], [undefined]]);
});
