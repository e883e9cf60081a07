// Watching for changes: what the checks look at wakes, what changes by itself or is our own does not.
import { afterEach, describe, expect, it } from 'vitest';
import { configMaps, nodes } from '../../../src/kube/api/resources.ts';
import { type Changes, followChanges, watchedResources } from '../../../src/labs/changes.ts';
import { testServer, type TestServer } from '../../fixtures/api-server.ts';

let changes: Changes | undefined;
afterEach(() => changes?.stop());

async function following(server: TestServer): Promise<{ wakes(): Promise<boolean>; change(): void; readonly stop: AbortController }> {
  changes = followChanges(server.admin, [configMaps, nodes], server.clock, ({ metadata }) => metadata.name === 'probe');
  const stop = new AbortController();
  let woken = 0;
  const wait = (): void =>
    void changes?.next(stop.signal).then(
      () => {
        woken += 1;
      },
      () => {},
    );
  wait();
  await server.clock.advance(1000);
  return {
    stop,
    change: wait,
    async wakes() {
      const before = woken;
      await server.clock.advance(1000);
      return woken > before;
    },
  };
}

describe('a change', () => {
  it('of what is watched wakes once for all that comes together', async () => {
    const server = await testServer();
    const watch = await following(server);
    watch.change(); // what was there at the beginning is behind us
    expect(await watch.wakes()).toBe(false);
    await server.admin.create(configMaps, { metadata: { name: 'a' }, data: {} }, { namespace: 'shop' });
    await server.admin.create(configMaps, { metadata: { name: 'b' }, data: {} }, { namespace: 'shop' });
    expect(await watch.wakes()).toBe(true);
    watch.change();
    expect(await watch.wakes()).toBe(false);
    await server.admin.delete(configMaps, 'a', { namespace: 'shop' });
    expect(await watch.wakes()).toBe(true);
  });

  it('that a node makes by itself, or that is our own, does not wake', async () => {
    const server = await testServer();
    await server.admin.create(nodes, { metadata: { name: 'node01' }, spec: {}, status: {} });
    const watch = await following(server);
    watch.change();
    await server.admin.patch(nodes, 'node01', 'merge', { status: { capacity: { cpu: '2' } } }, { subresource: 'status' });
    await server.admin.create(configMaps, { metadata: { name: 'probe' }, data: {} }, { namespace: 'shop' });
    expect(await watch.wakes()).toBe(false);
    await server.admin.patch(nodes, 'node01', 'merge', { spec: { unschedulable: true } });
    expect(await watch.wakes()).toBe(true);
  });

  it('is not waited for after an interruption', async () => {
    const server = await testServer();
    changes = followChanges(server.admin, [configMaps], server.clock, () => false);
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(changes.next(stop.signal)).rejects.toThrow('stopped');
  });
});

it('what is watched follows from the checks', () => {
  const check = { points: 1, says: 's', expect: 'true' };
  const kinds = watchedResources([
    { ...check, id: 'a', get: { kind: 'Node', name: 'n' } },
    { ...check, id: 'b', list: { kind: 'Pod' } },
    { id: 'c', points: 1, says: 's', canI: { as: 'x' } },
  ]).map(({ kind }) => kind);
  expect(kinds).toEqual(['Node', 'Pod', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'ServiceAccount']);
});
