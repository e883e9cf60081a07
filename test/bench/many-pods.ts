// Ten thousand pods as people run them, of ten Deployments, until all are Running.
import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { Server } from './servers.ts';

export const PODS = 10_000;
const DEPLOYMENTS = 10;
const LIMIT_MS = 15 * 60_000;
const SETTLE_MS = 20_000;

function kubectl({ kubeconfig }: Server, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync('kubectl', ['--kubeconfig', kubeconfig, ...args], { encoding: 'utf8', input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const container = (name: string, image: string): object => ({
  name,
  image,
  env: [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'DATABASE_URL', value: 'postgres://db.shop.svc.cluster.local:5432/shop' },
  ],
  resources: { requests: { cpu: '5m', memory: '16Mi' }, limits: { memory: '64Mi' } },
  volumeMounts: [{ name: 'cache', mountPath: '/var/cache/app' }],
});
const deployment = (number: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `shop-${number}`, labels: { app: `shop-${number}`, tier: 'web' } },
  spec: {
    replicas: PODS / DEPLOYMENTS,
    selector: { matchLabels: { app: `shop-${number}` } },
    // All at once: what is measured is the pods, not how carefully they are rolled out.
    strategy: { rollingUpdate: { maxSurge: '100%' } },
    template: {
      metadata: {
        labels: { app: `shop-${number}`, tier: 'web', 'app.kubernetes.io/part-of': 'shop' },
        annotations: { 'example.com/checksum': 'a'.repeat(64) },
      },
      spec: {
        containers: [container('web', 'nginx:1.27'), container('cache', 'redis:7.4')],
        volumes: [{ name: 'cache', emptyDir: {} }],
        terminationGracePeriodSeconds: 30,
      },
    },
  },
});

/** Throws where not all are Running in time. */
export async function manyPods(server: Server, say: (text: string) => void): Promise<void> {
  const items = Array.from({ length: DEPLOYMENTS }, (_, i) => deployment(i));
  const start = performance.now();
  kubectl(server, ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  for (;;) {
    const ready = kubectl(server, ['get', 'deployments', '-o', 'jsonpath={.items[*].status.readyReplicas}'])
      .split(' ')
      .reduce((sum, each) => sum + Number(each), 0);
    say(`${server.name}: ${ready} pods Ready after ${((performance.now() - start) / 1000).toFixed(0)} s`);
    if (ready >= PODS) break;
    if (performance.now() - start > LIMIT_MS) throw new Error(`${server.name}: ${ready} of ${PODS} pods are Ready`);
    await wait(5000);
  }
  await wait(SETTLE_MS);
}
