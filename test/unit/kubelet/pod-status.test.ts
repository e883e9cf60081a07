// Pure parts of the status: phase, container states, patches, back-off.
import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodSpec, PodStatus } from '../../../src/kube/api/core-v1.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { refusePod } from '../../../src/sim/kubelet/pods/admission.ts';
import { BackOff, formatGoDuration } from '../../../src/sim/kubelet/pods/back-off.ts';
import { podPhase } from '../../../src/sim/kubelet/pods/pod-phase.ts';
import { generatePodStatus } from '../../../src/sim/kubelet/pods/pod-status.ts';
import { podStatusPatch } from '../../../src/sim/kubelet/pods/status-patch.ts';
import type { RuntimeContainer } from '../../../src/sim/kubelet/ports/container-runtime.ts';

const pod = (spec: Partial<PodSpec> = {}, status: PodStatus = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n', uid: 'u', generation: 2 },
  spec: { containers: [{ name: 'a', image: 'x:1' }], restartPolicy: 'Always', ...spec },
  status,
});
const status = (state: ContainerStatus['state'] & object, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'a',
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
  ...more,
});
const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const done = (exitCode: number): ContainerStatus['state'] & object => ({ terminated: { exitCode } });

describe('podPhase', () => {
  it.each([
    ['Pending', 'Always', status({ waiting: {} }), false],
    ['Running', 'Always', status(running), false],
    ['Running', 'Always', status(done(1)), false],
    ['Running', 'Always', status({ waiting: { reason: 'CrashLoopBackOff' } }, { lastState: done(1) }), false],
    ['Succeeded', 'Never', status(done(0)), false],
    ['Failed', 'Never', status(done(2)), false],
    ['Running', 'OnFailure', status(done(2)), false],
    ['Succeeded', 'OnFailure', status(done(0)), false],
    ['Failed', 'Always', status(done(137)), true],
    ['Succeeded', 'Always', status(done(0)), true],
  ] as const)('%s with restartPolicy %s', (expected, restartPolicy, container, isTerminal) => {
    expect(podPhase(pod({ restartPolicy }), { statuses: [container], isTerminal, hasInitialized: true })).toBe(expected);
  });
});

describe('generatePodStatus', () => {
  const image = { name: 'docker.io/library/x:1', ref: 'docker.io/library/x@sha256:0', sizeBytes: 1, uid: 0 };
  const container: RuntimeContainer = {
    id: 'f'.repeat(64),
    name: 'a',
    podUid: 'u',
    attempt: 1,
    specImage: 'x:1',
    image,
    uid: 0,
    state: 'running',
    createdAtMs: 0,
    startedAtMs: Date.UTC(2026, 0, 1),
  };
  const readiness = { started: () => true, ready: () => true };
  const input = {
    pod: pod(),
    previous: {},
    failures: new Map<string, { reason: string; message: string }>(),
    readiness,
    hostIP: '192.168.56.11',
    nowMs: Date.UTC(2026, 0, 1, 0, 0, 5),
  };

  it('tells a running pod', () => {
    const before: RuntimeContainer = {
      ...container,
      id: 'e'.repeat(64),
      attempt: 0,
      state: 'exited',
      exitCode: 3,
      reason: 'Error',
      finishedAtMs: Date.UTC(2026, 0, 1),
    };
    const runtime = { sandbox: { id: 's', attempt: 0, ready: true, ip: '10.244.1.2' }, containers: [container, before] };
    expect(generatePodStatus({ ...input, runtime })).toEqual({
      observedGeneration: 2,
      phase: 'Running',
      conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        observedGeneration: 2,
        lastTransitionTime: '2026-01-01T00:00:05Z',
      })),
      hostIP: '192.168.56.11',
      hostIPs: [{ ip: '192.168.56.11' }],
      podIP: '10.244.1.2',
      podIPs: [{ ip: '10.244.1.2' }],
      startTime: '2026-01-01T00:00:05Z',
      containerStatuses: [
        {
          name: 'a',
          image: image.name,
          imageID: image.ref,
          containerID: `containerd://${'f'.repeat(64)}`,
          ready: true,
          started: true,
          restartCount: 1,
          resources: {},
          user: { linux: { uid: 0, gid: 0, supplementalGroups: [0] } },
          state: running,
          lastState: {
            terminated: {
              exitCode: 3,
              reason: 'Error',
              startedAt: '2026-01-01T00:00:00Z',
              finishedAt: '2026-01-01T00:00:00Z',
              containerID: `containerd://${'e'.repeat(64)}`,
            },
          },
        },
      ],
    });
  });

  it('keeps transition times and conditions of others', () => {
    const gated = pod({ readinessGates: [{ conditionType: 'www/gate' }] }, { conditions: [{ type: 'www/gate', status: 'False' }] });
    const previous: PodStatus = { phase: 'Running', conditions: [{ type: 'Initialized', status: 'True', lastTransitionTime: '2025-12-31T00:00:00Z' }] };
    const result = generatePodStatus({
      ...input,
      pod: gated,
      previous,
      runtime: { sandbox: { id: 's', attempt: 0, ready: true, ip: '10.244.1.2' }, containers: [container] },
    });
    expect(result.conditions?.[0]).toEqual({ type: 'www/gate', status: 'False' });
    expect(result.conditions?.find(({ type }) => type === 'Initialized')?.lastTransitionTime).toBe('2025-12-31T00:00:00Z');
    expect(result.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'the status of pod readiness gate "www/gate" is not "True", but False',
    });
  });

  it('shows why a container does not start', () => {
    const result = generatePodStatus({
      ...input,
      failures: new Map([['a', { reason: 'ErrImagePull', message: 'no' }]]),
      runtime: { sandbox: undefined, containers: [] },
    });
    expect(result.containerStatuses?.[0]).toEqual({
      name: 'a',
      image: 'x:1',
      imageID: '',
      ready: false,
      started: true,
      restartCount: 0,
      lastState: {},
      state: { waiting: { reason: 'ErrImagePull', message: 'no' } },
    });
    expect(result.phase).toBe('Pending');
  });
});

describe('podStatusPatch', () => {
  it('holds only what changes', () => {
    const from: PodStatus = {
      phase: 'Pending',
      qosClass: 'BestEffort',
      conditions: [
        { type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: 't0' },
        { type: 'PodScheduled', status: 'True', lastTransitionTime: 't0' },
      ],
    };
    const to: PodStatus = {
      phase: 'Running',
      podIP: '1.2.3.4',
      conditions: [
        { type: 'Ready', status: 'True', lastTransitionTime: 't1' },
        { type: 'PodScheduled', status: 'True', lastTransitionTime: 't0' },
      ],
    };
    expect(podStatusPatch('u', from, to)).toEqual({
      metadata: { uid: 'u' },
      status: {
        phase: 'Running',
        podIP: '1.2.3.4',
        '$setElementOrder/conditions': [{ type: 'Ready' }, { type: 'PodScheduled' }],
        conditions: [{ type: 'Ready', status: 'True', reason: null, lastTransitionTime: 't1' }],
      },
    });
    expect(podStatusPatch('u', to, to)).toBeUndefined();
  });
});

describe('BackOff', () => {
  it('doubles from 10 s to 5 min and starts over after 10 quiet minutes', async () => {
    const clock = new VirtualClock();
    const backOff = new BackOff(clock);
    const delays: number[] = [];
    for (let i = 0; i < 7; i++) {
      const endedAtMs = clock.now();
      backOff.next('k', endedAtMs);
      delays.push(backOff.delayMs('k') / 1000);
      expect(backOff.isWaitingSince('k', endedAtMs)).toBe(true);
      await clock.advance(backOff.delayMs('k'));
      expect(backOff.isWaitingSince('k', endedAtMs)).toBe(false);
    }
    expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300]);
    await clock.advance(601_000);
    backOff.next('k', clock.now());
    expect(backOff.delayMs('k')).toBe(10_000);
  });

  it.each([
    [10_000, '10s'],
    [80_000, '1m20s'],
    [300_000, '5m0s'],
    [1234, '1.234s'],
    [87, '87ms'],
    [3_600_000, '1h0m0s'],
  ])('%d ms is %s', (ms, text) => expect(formatGoDuration(ms)).toBe(text));
});

describe('refusePod', () => {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node01', labels: { disk: 'hdd' } },
    spec: {},
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
  };
  const greedy = pod({ containers: [{ name: 'a', resources: { requests: { memory: '5Gi' } } }] });
  it('counts what others have taken', () => {
    expect(refusePod(greedy, node, [])).toBeUndefined();
    expect(refusePod(greedy, node, [greedy])).toEqual({
      reason: 'OutOfmemory',
      message: "Node didn't have enough resource: memory, requested: 5368709120, used: 5368709120, capacity: 8589934592",
    });
  });
  it('looks at labels, ports and taints', () => {
    expect(refusePod(pod({ nodeSelector: { disk: 'ssd' } }), node, [])).toEqual({
      reason: 'NodeAffinity',
      message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    });
    const port = pod({ containers: [{ name: 'a', ports: [{ containerPort: 80, hostPort: 80 }] }] });
    expect(refusePod(port, node, [port])?.reason).toBe('NodePorts');
    const tainted = { ...node, spec: { taints: [{ key: 'k', effect: 'NoExecute' as const }] } };
    expect(refusePod(pod(), tainted, [])?.message).toBe("Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate");
  });
});
