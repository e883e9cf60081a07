// Logs through the API: which container, which lines, and following until the end.
import { expect, test } from 'vitest';
import { pods } from '../../../src/kube/api/resources.ts';
import type { NodeLogLine } from '../../../src/sim/apiserver/node-connection.ts';
import { logHandlers } from '../../../src/sim/apiserver/pod-log.ts';
import type { Answer, ResourceRequest } from '../../../src/sim/apiserver/request.ts';
import { testServer } from '../../fixtures/api-server.ts';

const at = (second: number, text: string): NodeLogLine => ({ atMs: Date.UTC(2026, 0, 1, 0, 0, second), text });

async function scene(containers: readonly string[] = ['main']): Promise<{ log(query: string): Promise<string>; say(line: NodeLogLine): void; end(): void }> {
  const server = await testServer();
  const lines = [at(0, 'one\n'), at(1, 'two\nthree\n')];
  const followers = new Set<(line: NodeLogLine) => void>();
  const over = Promise.withResolvers<void>();
  const handlers = logHandlers(() => ({
    log: (node, id) =>
      node === 'node01' && id === 'containerd://1'
        ? {
            lines,
            follow: (follower) => {
              followers.add(follower);
              return () => followers.delete(follower);
            },
            ended: over.promise,
          }
        : undefined,
  }));
  await server.admin.create(pods, {
    metadata: { name: 'p', namespace: 'shop' },
    spec: { nodeName: 'node01', containers: containers.map((name) => ({ name, image: 'nginx' })) },
  });
  const status = {
    containerStatuses: [{ name: 'main', containerID: 'containerd://1', image: '', imageID: '', ready: true, restartCount: 0, state: { running: {} } }],
  };
  await server.admin.patch(pods, 'p', 'merge', { status }, { namespace: 'shop', subresource: 'status' });
  const resource = server.api.resources.find('v1', 'pods');
  if (!resource) throw new Error('no pods');
  return {
    say: (line) => {
      for (const follower of followers) follower(line);
    },
    end: over.resolve,
    async log(query) {
      const request: ResourceRequest = {
        user: { name: 'x', groups: [] },
        verb: 'get',
        resource,
        subresource: 'log',
        namespace: 'shop',
        name: 'p',
        body: undefined,
        patchKind: undefined,
        dryRun: false,
        fieldManager: '',
        force: undefined,
        fieldValidation: 'Ignore',
        list: {},
        deletion: {},
        query: new URLSearchParams(query),
        warn() {},
      };
      const answer = (await handlers['pods/log']?.get?.(server.api.context, request)) as Extract<Answer, { kind: 'text' }>;
      let text = '';
      await answer.write({
        write: (part) => {
          text += part;
        },
        closed: new Promise(() => {}),
      });
      return text;
    },
  };
}

test('gives what is kept, the last lines, those since, or so many bytes', async () => {
  const { log } = await scene();
  expect(await log('')).toBe('one\ntwo\nthree\n');
  expect(await log('tailLines=2')).toBe('two\nthree\n');
  expect(await log('tailLines=0')).toBe('');
  expect(await log('limitBytes=5')).toBe('one\nt');
  expect(await log('sinceTime=2026-01-01T00:00:01Z')).toBe('two\nthree\n');
  expect(await log('timestamps=true&tailLines=1')).toBe('2026-01-01T00:00:01.000000000Z three\n');
});

test('follows until the container ends', async () => {
  const { log, say, end } = await scene();
  const all = log('follow=true&tailLines=1');
  await new Promise((resolve) => setImmediate(resolve));
  say(at(2, 'four\n'));
  end();
  expect(await all).toBe('three\nfour\n');
});

test('says which container it needs, and why there is no log', async () => {
  const { log } = await scene(['main', 'side']);
  await expect(log('')).rejects.toMatchObject({ code: 400, message: 'a container name must be specified for pod p, choose one of: [main side]' });
  await expect(log('container=other')).rejects.toMatchObject({ message: 'container other is not valid for pod p' });
  await expect(log('container=side')).rejects.toMatchObject({ message: 'container "side" in pod "p" is waiting to start: ContainerCreating' });
  await expect(log('container=main&previous=true')).rejects.toMatchObject({ message: 'previous terminated container "main" in pod "p" not found' });
  await expect(log('container=main&tailLines=-1')).rejects.toMatchObject({ code: 422 });
});
