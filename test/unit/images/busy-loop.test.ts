// A script that never waits: the process that plays all containers stays there for everybody else.
import { expect, test } from 'vitest';
import { wallClock } from '../../../src/platform/clock.ts';
import { seededRandom } from '../../../src/sim/kernel/random.ts';
import { imageRegistry } from '../../../src/sim/images/image-registry.ts';
import { simulatedRuntime } from '../../../src/sim/images/simulated-runtime.ts';

test('other work goes on beside it, and it can be ended', async () => {
  const runtime = simulatedRuntime({ clock: wallClock, random: seededRandom(1), registry: imageRegistry(), preloaded: ['busybox:1.36'] });
  const { id } = await runtime.createContainer({
    pod: { uid: 'u', name: 'p', namespace: 'n', hostname: 'p', ip: '10.244.1.2', hostNetwork: false },
    name: 'c',
    attempt: 0,
    image: 'busybox:1.36',
    command: ['sh', '-c', 'while true; do seq 3000; done'],
    args: undefined,
    env: {},
    workingDir: undefined,
    mounts: [],
    ports: [],
    uid: 0,
    terminationMessagePath: '/dev/termination-log',
    stdin: 'none',
    tty: false,
    terminationMessageFromLog: false,
  });
  await runtime.startContainer(id);
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => void wallClock.after(1, resolve));
  await runtime.stopContainer(id, 0);
  expect(runtime.containers('u').find((each) => each.id === id)?.state).not.toBe('running');
});
