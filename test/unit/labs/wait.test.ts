// How long a set-up waits: a minute for the cluster itself, longer while the images of its pods are on the way.
import { expect, test } from 'vitest';
import type { ApiClient } from '../../../src/kube/client/api-client.ts';
import type { CheckContext } from '../../../src/labs/checks/check-context.ts';
import { waitFor } from '../../../src/labs/wait.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { withTime } from '../../fixtures/lab-folder.ts';

const WAIT = { for: 'deployment/shop', namespace: 'town', expect: 'object.status.availableReplicas == 1' };

/** A cluster in which the shop opens after so many seconds; until then its only pod waits for that reason. */
function shopOpens(afterSeconds: number, reason: string, pulledAfterSeconds = afterSeconds): { readonly clock: VirtualClock; readonly context: CheckContext } {
  const clock = new VirtualClock(0);
  const isOpen = (): boolean => clock.now() >= afterSeconds * 1000;
  const stateNow = (): object => (clock.now() >= pulledAfterSeconds * 1000 ? { running: {} } : { waiting: { reason } });
  const client = {
    get: () => Promise.resolve({ status: isOpen() ? { availableReplicas: 1 } : {} }),
    list: () => Promise.resolve({ items: [{ metadata: { name: 'shop-1' }, status: { containerStatuses: [{ state: stateNow() }] } }] }),
  } as unknown as ApiClient;
  const file = (): Promise<string> => Promise.reject(new Error('no files here'));
  return { clock, context: { client, clock, signal: new AbortController().signal, metAtStart: {}, named: new Set(), file } };
}

test.each([
  [60, 'CrashLoopBackOff', 60],
  [200, 'ContainerCreating', 200],
  [210, 'ContainerCreating', 202],
])('after %i s, with %s until %i s, all is well', async (seconds, reason, pulled) => {
  const { clock, context } = shopOpens(seconds, reason, pulled);
  await withTime(clock, waitFor(context, WAIT));
  expect(Math.round(clock.now() / 1000)).toBe(seconds);
});

test.each([
  ['CrashLoopBackOff', 60],
  ['ImagePullBackOff', 60],
  ['ContainerCreating', 300],
])('with %s patience ends after %i s', async (reason, seconds) => {
  const { clock, context } = shopOpens(1000, reason);
  await expect(withTime(clock, waitFor(context, WAIT))).rejects.toMatchObject({
    code: 'SETUP_TIMEOUT',
    what: `the set-up waited ${seconds} s for deployment/shop`,
    why: expect.stringContaining(`pod shop-1: ${reason}`) as string,
  });
});

test('pods that wait for the same are told once, whatever the words', async () => {
  const { clock, context } = shopOpens(1000, '');
  const pod = (name: string, image: string, message: string, reason = 'ImagePullBackOff'): object => ({
    metadata: { name },
    status: { containerStatuses: [{ image, state: { waiting: { reason, message } } }] },
  });
  const items = [
    pod('a', 'nginx', 'no way from port 1'),
    pod('b', 'nginx', 'no way from port 2'),
    pod('c', 'redis', 'no way from port 3'),
    pod('d', 'nginx', '', 'ErrImagePull'),
  ];
  const client = { ...context.client, list: () => Promise.resolve({ items }) } as unknown as ApiClient;
  await expect(withTime(clock, waitFor({ ...context, client }, WAIT))).rejects.toMatchObject({
    why: expect.stringMatching(/; pod a and 2 more: ImagePullBackOff, no way from port 1; pod c: ImagePullBackOff, no way from port 3$/) as string,
  });
});
