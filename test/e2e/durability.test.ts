// A server killed while it is written to: what it acknowledged is there afterwards, and its revisions go on from where they were.
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, expect, test } from 'vitest';
import { ckadet } from '../fixtures/ckadet.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const WRITERS = 16;
const ENOUGH = 400;
const home = temporaryFolder();
const namespace = 'default';

afterAll(async () => {
  await ckadet(['down', 'killed', '--delete'], { home: home.path });
  home.remove();
});

async function connect(): Promise<CoreV1Api> {
  const config = new KubeConfig();
  config.loadFromFile((await ckadet(['kubeconfig', 'killed'], { home: home.path })).stdout.trim());
  return config.makeApiClient(CoreV1Api);
}

test('kill -9 under load loses nothing that was acknowledged', async () => {
  expect((await ckadet(['up', 'killed'], { home: home.path })).exitCode).toBe(0);
  const before = await connect();
  const { clusters } = JSON.parse((await ckadet(['status', '--json'], { home: home.path })).stdout) as { clusters: readonly { readonly pid: number }[] };
  const acknowledged = new Map<string, string>();
  let newest = 0;
  let killed = false;
  const writer = async (number: number): Promise<void> => {
    for (let i = 0; !killed; i++) {
      const name = `w${number}-${i}`;
      try {
        const made = await before.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { by: 'writer' } }, data: { value: name } } });
        const changed = await before.replaceNamespacedConfigMap({ namespace, name, body: { ...made, data: { value: `${name}!` } } });
        const revision = Number(changed.metadata?.resourceVersion);
        // Revisions only ever grow from one acknowledged write of a writer to its next.
        expect(revision).toBeGreaterThan(Number(made.metadata?.resourceVersion));
        newest = Math.max(newest, revision);
        acknowledged.set(name, `${name}!`);
      } catch (error) {
        if (!killed) throw error;
      }
      if (acknowledged.size >= ENOUGH && !killed) {
        killed = true;
        process.kill(clusters[0]?.pid ?? 0, 'SIGKILL');
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
  expect((await ckadet(['up', 'killed'], { home: home.path })).exitCode).toBe(0);
  const { items, metadata } = await (await connect()).listNamespacedConfigMap({ namespace, labelSelector: 'by=writer' });
  const found = new Map(items.map((each) => [each.metadata?.name ?? '', each.data?.['value'] ?? '']));
  expect([...acknowledged].filter(([name, value]) => found.get(name) !== value)).toEqual([]);
  expect(Number(metadata?.resourceVersion)).toBeGreaterThanOrEqual(newest);
});
