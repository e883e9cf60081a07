// What is told of a set-up that failed: everything was put back, and what the nodes of a real cluster lack of the lab's images.
import { describe, expect, it } from 'vitest';
import type { ClusterTarget } from '../../../src/cluster/target.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import type { ApiClient } from '../../../src/kube/client/api-client.ts';
import type { Practice } from '../../../src/labs/practice.ts';
import { lackingImages, setUpFailure } from '../../../src/labs/set-up-failure.ts';

const items = [{ metadata: { name: 'n2', labels: {} }, spec: {}, status: { images: [{ names: ['docker.io/library/busybox:1.36'], sizeBytes: 1 }] } }];
const on = (origin: ClusterTarget['origin']): Practice =>
  ({
    file: { images: ['nginx:1.27', 'busybox:1.36'] },
    target: { name: 'shop', origin, client: { list: () => Promise.resolve({ items }) } as unknown as ApiClient },
  }) as unknown as Practice;
const AGAIN = 'ckadet lab start x --seed 1';
const told = (code: string, origin: ClusterTarget['origin']): Promise<unknown> =>
  setUpFailure(new AppError({ code, what: 'w', why: 'y', next: ['n'] }), on(origin), AGAIN);
const PUT_BACK = 'everything was put back, the cluster shop is as it was before';
const BRING = 'bring those images to the nodes, or a registry into their reach';

describe('a set-up that took too long', () => {
  it('on a real cluster names the images that its nodes lack, and how to bring them', async () => {
    expect(await told('SETUP_TIMEOUT', 'external')).toMatchObject({
      code: 'SETUP_TIMEOUT',
      why: `y; not on the nodes: nginx:1.27; ${PUT_BACK}`,
      next: [BRING, 'n', `then begin again: ${AGAIN}`],
    });
    expect(await told('SETUP_TIMEOUT', 'provisioned')).toMatchObject({
      next: [BRING, expect.stringContaining('ckadet cluster create shop'), 'n', expect.anything()],
    });
  });

  it('on a simulated one has its images', async () => {
    expect(await lackingImages(on('simulator'))).toBe('');
    expect(await told('SETUP_TIMEOUT', 'simulator')).toMatchObject({ why: `y; ${PUT_BACK}`, next: ['n', `then begin again: ${AGAIN}`] });
  });
});

it('another failure keeps its own advice, and what is no failure stays what it is', async () => {
  expect(await told('IN_THE_WAY', 'external')).toMatchObject({ why: `y; ${PUT_BACK}`, next: ['n'] });
  const stop = new Error('interrupted');
  expect(await setUpFailure(stop, on('external'), AGAIN)).toBe(stop);
});
