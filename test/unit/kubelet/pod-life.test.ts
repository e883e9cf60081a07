// Whole lives of pods on a simulated node, against the API server, in virtual time.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Container, Pod } from '../../../src/kube/api/core-v1.ts';
import { configMaps, leases, pods } from '../../../src/kube/api/resources.ts';
import { BUSYBOX, clusterOfNodes, type ClusterOfNodes } from './cluster-of-nodes.ts';

const namespace = 'default';
const waiting = (pod: Pod): string => pod.status.containerStatuses?.[0]?.state?.waiting?.reason ?? '';
const condition = (pod: Pod, type: string): string => pod.status.conditions?.find((each) => each.type === type)?.status ?? '';
const isReady = (pod: Pod): boolean => condition(pod, 'Ready') === 'True';

let cluster: ClusterOfNodes;
beforeEach(async () => {
  cluster = await clusterOfNodes();
});
afterEach(() => cluster.stop());

describe('a node', () => {
  it('registers as kubeadm leaves it, becomes Ready and renews its lease', async () => {
    const node = await cluster.node('controlplane');
    expect(node.metadata.labels).toMatchObject({ 'kubernetes.io/hostname': 'controlplane', 'node-role.kubernetes.io/control-plane': '' });
    expect(node.metadata.annotations).toMatchObject({ 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' });
    expect(node.spec.taints).toContainEqual({ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' });
    expect(node.status.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual([
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
    ]);
    await cluster.clock.advance(1_000);
    expect(await cluster.events('node01')).toEqual([
      'Normal Starting Starting kubelet.',
      'Normal NodeAllocatableEnforced Updated Node Allocatable limit across pods',
      'Normal NodeHasSufficientMemory Node node01 status is now: NodeHasSufficientMemory',
      'Normal NodeHasNoDiskPressure Node node01 status is now: NodeHasNoDiskPressure',
      'Normal NodeHasSufficientPID Node node01 status is now: NodeHasSufficientPID',
      'Normal NodeReady Node node01 status is now: NodeReady',
    ]);
    const before = await cluster.client.get(leases, 'node01', { namespace: 'kube-node-lease' });
    await cluster.clock.advance(11_000);
    const after = await cluster.client.get(leases, 'node01', { namespace: 'kube-node-lease' });
    expect(after.spec.leaseDurationSeconds).toBe(40);
    expect(Date.parse(after.spec.renewTime ?? '') - Date.parse(before.spec.renewTime ?? '')).toBeGreaterThanOrEqual(10_000);
    expect(after.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Node', name: 'node01' });
  });

  it('shows its static pods as mirrors and brings a deleted one back', async () => {
    const mirror = await cluster.client.get(pods, 'kube-scheduler-controlplane', { namespace: 'kube-system' });
    const { annotations = {}, ownerReferences } = mirror.metadata;
    expect(annotations).toMatchObject({ 'kubernetes.io/config.source': 'file' });
    expect(annotations['kubernetes.io/config.mirror']).toBe(annotations['kubernetes.io/config.hash']);
    expect(ownerReferences?.[0]).toMatchObject({ kind: 'Node', name: 'controlplane', controller: true });
    await cluster.clock.advance(20_000);
    expect(isReady(await cluster.client.get(pods, 'kube-scheduler-controlplane', { namespace: 'kube-system' }))).toBe(true);
    await cluster.client.delete(pods, 'kube-scheduler-controlplane', { namespace: 'kube-system' });
    await cluster.clock.advance(3_000);
    const again = await cluster.client.get(pods, 'kube-scheduler-controlplane', { namespace: 'kube-system' });
    expect(again.metadata.uid).not.toBe(mirror.metadata.uid);
    expect(isReady(again)).toBe(true);
    expect(again.status.containerStatuses?.[0]?.restartCount).toBe(0);
  });

  it('gives pods the node refuses a reason', async () => {
    await cluster.run('greedy', { containers: [{ name: 'c', image: 'nginx:1.27', resources: { requests: { cpu: '5' } } }] });
    const pod = await cluster.until('greedy', ({ status }) => status.phase === 'Failed');
    expect(pod.status.reason).toBe('OutOfcpu');
    expect(pod.status.message).toBe("Pod was rejected: Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000");
  });
});

describe('a server', () => {
  it('goes from Pending to Ready with the events of a real one, and ends gracefully', async () => {
    await cluster.run('web', { containers: [{ name: 'nginx', image: 'nginx:1.27' }] });
    const first = await cluster.until('web', ({ status }) => status.phase === 'Pending' && status.startTime !== undefined);
    expect(waiting(first)).toBe('ContainerCreating');
    expect(condition(first, 'PodReadyToStartContainers')).toBe('False');
    const pod = await cluster.until('web', isReady);
    const [status] = pod.status.containerStatuses ?? [];
    expect(status).toMatchObject({ name: 'nginx', ready: true, started: true, restartCount: 0, image: 'docker.io/library/nginx:1.27', lastState: {} });
    expect(status?.containerID).toMatch(/^containerd:\/\/[0-9a-f]{64}$/);
    expect(status?.imageID).toMatch(/^docker.io\/library\/nginx@sha256:[0-9a-f]{64}$/);
    expect(pod.status).toMatchObject({
      phase: 'Running',
      hostIP: '192.168.56.11',
      podIP: '10.244.1.2',
      podIPs: [{ ip: '10.244.1.2' }],
      qosClass: 'BestEffort',
      observedGeneration: 1,
    });
    expect(pod.status.conditions?.map(({ type }) => type)).toEqual(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']);

    await cluster.client.delete(pods, 'web', { namespace });
    const started = cluster.clock.now();
    await cluster.clock.advance(250);
    expect(await cluster.isGone('web')).toBe(false);
    while (!(await cluster.isGone('web')) && cluster.clock.now() - started < 5_000) await cluster.clock.advance(50);
    expect(cluster.clock.now() - started).toBeLessThan(1_000);
    const told = await cluster.events('web');
    expect(told.map((each) => each.replace(/in .*/, 'in …'))).toEqual([
      'Normal Pulling Pulling image "nginx:1.27"',
      'Normal Pulled Successfully pulled image "nginx:1.27" in …',
      'Normal Created Container created',
      'Normal Started Container started',
      'Normal Killing Stopping container nginx',
    ]);
    expect(told[1]).toMatch(/ in \d+ms \(\d+ms including waiting\)\. Image size: \d+ bytes\.$/);
  });

  it('is not ready until its readiness probe says so, and restarts when its liveness probe fails', async () => {
    await cluster.run('probed', {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'nginx',
          image: 'nginx:1.27',
          readinessProbe: { httpGet: { path: '/', port: 80 }, initialDelaySeconds: 5 },
          livenessProbe: { httpGet: { path: '/nope', port: 80 }, periodSeconds: 5, failureThreshold: 2 },
        },
      ],
    });
    const running = await cluster.until('probed', ({ status }) => status.phase === 'Running');
    expect(isReady(running)).toBe(false);
    expect(running.status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [nginx]',
    });
    const restarted = await cluster.until('probed', ({ status }) => (status.containerStatuses?.[0]?.restartCount ?? 0) === 1);
    expect(restarted.status.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    const told = await cluster.events('probed');
    expect(told).toContain('Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 404 ×2');
    expect(told).toContain('Normal Killing Container nginx failed liveness probe, will be restarted');
  });

  it('keeps its identity when the kubelet starts again', async () => {
    await cluster.run('web', { containers: [{ name: 'nginx', image: 'nginx:1.27', readinessProbe: { tcpSocket: { port: 80 } } }] });
    const before = await cluster.until('web', isReady);
    await cluster.clock.advance(60_000);
    const kubelet = cluster.kubelets.node('node01');
    kubelet?.stop();
    expect(kubelet?.isRunning).toBe(false);
    kubelet?.start();
    await cluster.clock.advance(30_000);
    const after = await cluster.pod('web');
    expect(after.status).toEqual(before.status);
  });
});

describe('an image that cannot be had', () => {
  it('is tried, backed off from, and tried again', async () => {
    await cluster.run('bad', { containers: [{ name: 'c', image: 'nginx:1.999' }] });
    const failed = await cluster.until('bad', (pod) => waiting(pod) === 'ErrImagePull');
    expect(failed.status.containerStatuses?.[0]?.state?.waiting?.message).toBe(
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.999": failed to resolve reference "docker.io/library/nginx:1.999": docker.io/library/nginx:1.999: not found',
    );
    const backedOff = await cluster.until('bad', (pod) => waiting(pod) === 'ImagePullBackOff');
    expect(backedOff.status.containerStatuses?.[0]?.state?.waiting?.message).toMatch(/^Back-off pulling image "nginx:1.999": ErrImagePull: rpc error/);
    await cluster.clock.advance(60_000);
    const told = await cluster.events('bad');
    expect(told.some((each) => /^Warning Failed Error: ErrImagePull ×[3-5]$/.test(each))).toBe(true);
    expect(told.some((each) => each.startsWith('Normal BackOff Back-off pulling image "nginx:1.999"'))).toBe(true);
  });

  it('does not hold up deletion', async () => {
    await cluster.run('bad', { containers: [{ name: 'c', image: 'nosuch/app' }] });
    await cluster.clock.advance(100);
    await cluster.client.delete(pods, 'bad', { namespace });
    await cluster.clock.advance(2_000);
    expect(await cluster.isGone('bad')).toBe(true);
  });
});

describe('a command', () => {
  it('that fails ends in CrashLoopBackOff with growing waits', async () => {
    await cluster.run('crash', { containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', 'echo hi; exit 3'] }] });
    const pod = await cluster.until('crash', (each) => waiting(each) === 'CrashLoopBackOff');
    const [status] = pod.status.containerStatuses ?? [];
    expect(status?.restartCount).toBe(1);
    expect(status?.lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(status?.state?.waiting?.message).toBe(`back-off 10s restarting failed container=c pod=crash_default(${pod.metadata.uid ?? ''})`);
    expect(pod.status.phase).toBe('Running');
    await cluster.until('crash', (each) => (each.status.containerStatuses?.[0]?.restartCount ?? 0) === 4, 200_000);
    const told = await cluster.events('crash');
    expect(told.some((each) => each.startsWith(`Warning BackOff Back-off restarting failed container c in pod crash_default(${pod.metadata.uid ?? ''})`))).toBe(
      true,
    );
    const id = status?.containerID?.replace('containerd://', '') ?? '';
    expect(
      cluster
        .runtime('node01')
        .log(id)
        ?.lines.map(({ text }) => text),
    ).toEqual(['hi\n']);
  });

  it('that does not exist cannot be started', async () => {
    await cluster.run('foo', { containers: [{ name: 'c', image: BUSYBOX, command: ['foo'] }] });
    const pod = await cluster.until('foo', (each) => waiting(each) === 'RunContainerError');
    expect(pod.status.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({ exitCode: 128, reason: 'StartError', startedAt: '1970-01-01T00:00:00Z' });
    expect(pod.status.containerStatuses?.[0]?.state?.waiting?.message).toBe(
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "foo": executable file not found in $PATH',
    );
  });

  it('that is not restarted decides the phase', async () => {
    await cluster.run('well', { restartPolicy: 'Never', containers: [{ name: 'c', image: BUSYBOX, command: ['true'] }] });
    await cluster.run('ill', { restartPolicy: 'Never', containers: [{ name: 'c', image: BUSYBOX, command: ['false'] }] });
    const well = await cluster.until('well', ({ status }) => status.phase === 'Succeeded');
    expect(well.status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
    expect(condition(well, 'PodReadyToStartContainers')).toBe('False');
    const ill = await cluster.until('ill', ({ status }) => status.phase === 'Failed');
    expect(ill.status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
  });

  it('that ignores the signal is killed after the grace period', async () => {
    await cluster.run('sleeper', { terminationGracePeriodSeconds: 30, containers: [{ name: 'c', image: BUSYBOX, command: ['sleep', '1d'] }] });
    await cluster.until('sleeper', isReady);
    await cluster.client.delete(pods, 'sleeper', { namespace });
    await cluster.clock.advance(29_500);
    expect(await cluster.isGone('sleeper')).toBe(false);
    await cluster.clock.advance(1_000);
    expect(await cluster.isGone('sleeper')).toBe(true);
  });

  it('that ignores the signal is killed sooner when somebody asks again', async () => {
    await cluster.run('sleeper', { containers: [{ name: 'c', image: BUSYBOX, command: ['sleep', 'infinity'] }] });
    await cluster.until('sleeper', isReady);
    await cluster.client.delete(pods, 'sleeper', { namespace });
    await cluster.clock.advance(1_000);
    await cluster.client.delete(pods, 'sleeper', { namespace, gracePeriodSeconds: 1 });
    await cluster.clock.advance(2_500);
    expect(await cluster.isGone('sleeper')).toBe(true);
  });

  it('runs its preStop hook before the signal, within the grace period', async () => {
    await cluster.run('polite', {
      terminationGracePeriodSeconds: 20,
      containers: [{ name: 'c', image: 'nginx:1.27', lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
    });
    await cluster.until('polite', isReady);
    await cluster.client.delete(pods, 'polite', { namespace });
    await cluster.clock.advance(4_900);
    expect(await cluster.isGone('polite')).toBe(false);
    await cluster.clock.advance(1_000);
    expect(await cluster.isGone('polite')).toBe(true);
  });

  it('leaves a message, or the end of its log', async () => {
    const command = (text: string): Pick<Container, 'image' | 'command'> => ({ image: BUSYBOX, command: ['sh', '-c', text] });
    await cluster.run('message', { restartPolicy: 'Never', containers: [{ name: 'c', ...command('echo why > /dev/termination-log; exit 1') }] });
    await cluster.run('log', {
      restartPolicy: 'Never',
      containers: [{ name: 'c', ...command('echo because; exit 1'), terminationMessagePolicy: 'FallbackToLogsOnError' }],
    });
    const messageOf = async (name: string): Promise<string | undefined> =>
      (await cluster.until(name, ({ status }) => status.phase === 'Failed')).status.containerStatuses?.[0]?.state?.terminated?.message;
    expect(await messageOf('message')).toBe('why\n');
    expect(await messageOf('log')).toBe('because\n');
  });

  it('may be active only so long', async () => {
    await cluster.run('late', { activeDeadlineSeconds: 5, containers: [{ name: 'c', image: 'nginx:1.27' }] });
    const pod = await cluster.until('late', ({ status }) => status.phase === 'Failed');
    expect(pod.status).toMatchObject({ reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' });
  });
});

describe('a pod with init containers', () => {
  it('runs them in turn, sidecars beside the others, and ends sidecars last', async () => {
    await cluster.run('staged', {
      initContainers: [
        { name: 'first', image: BUSYBOX, command: ['sleep', '3'] },
        { name: 'side', image: 'nginx:1.27', restartPolicy: 'Always' },
      ],
      containers: [{ name: 'main', image: 'redis:7' }],
    });
    const early = await cluster.until('staged', ({ status }) => status.initContainerStatuses?.[0]?.state?.running !== undefined);
    expect(early.status.phase).toBe('Pending');
    expect(waiting(early)).toBe('PodInitializing');
    expect(early.status.conditions?.find(({ type }) => type === 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [first side]',
    });
    const pod = await cluster.until('staged', isReady);
    expect(pod.status.initContainerStatuses?.map(({ name, ready, started }) => [name, ready, started])).toEqual([
      ['first', true, false],
      ['side', true, true],
    ]);
    await cluster.client.delete(pods, 'staged', { namespace });
    await cluster.clock.advance(2_000);
    expect(await cluster.isGone('staged')).toBe(true);
    const told = await cluster.events('staged');
    expect(told.slice(-2)).toEqual(['Normal Killing Stopping container main', 'Normal Killing Stopping container side']);
  });
});

describe('what a pod refers to', () => {
  it('must be there before its container is created', async () => {
    await cluster.run('env', {
      containers: [
        {
          name: 'c',
          image: BUSYBOX,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', 'echo $GREETING $(WHO); sleep 1d'],
          env: [{ name: 'WHO', value: 'world' }],
          envFrom: [{ configMapRef: { name: 'settings' } }],
        },
      ],
    });
    const pod = await cluster.until('env', (each) => waiting(each) === 'CreateContainerConfigError');
    expect(pod.status.containerStatuses?.[0]?.state?.waiting?.message).toBe('configmap "settings" not found');
    await cluster.client.create(configMaps, { metadata: { name: 'settings', namespace }, data: { GREETING: 'hello' } });
    const ready = await cluster.until('env', isReady);
    const id = ready.status.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? '';
    expect(cluster.runtime('node01').log(id)?.lines[0]?.text).toBe('hello world\n');
  });

  it('must be there before its volumes are', async () => {
    await cluster.run('vol', {
      containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', 'cat /etc/app/key; sleep 1d'], volumeMounts: [{ name: 'v', mountPath: '/etc/app' }] }],
      volumes: [{ name: 'v', configMap: { name: 'files' } }],
    });
    await cluster.clock.advance(5_000);
    expect(waiting(await cluster.pod('vol'))).toBe('ContainerCreating');
    expect(
      (await cluster.events('vol')).some((each) =>
        /^Warning FailedMount MountVolume.SetUp failed for volume "v" : configmap "files" not found ×[2-9]$/.test(each),
      ),
    ).toBe(true);
    await cluster.client.create(configMaps, { metadata: { name: 'files', namespace }, data: { key: 'value' } });
    const ready = await cluster.until('vol', isReady);
    const id = ready.status.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? '';
    expect(cluster.runtime('node01').log(id)?.lines[0]?.text).toBe('value');
  });
});
