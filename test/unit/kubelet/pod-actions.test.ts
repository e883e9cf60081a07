// Golden pairs: what runs of a pod, and what has to be done next.
import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec } from '../../../src/kube/api/core-v1.ts';
import type { ProbeVerdicts } from '../../../src/sim/kubelet/pods/container-verdicts.ts';
import { computePodActions, type PodActions } from '../../../src/sim/kubelet/pods/pod-actions.ts';
import type { PodRuntime } from '../../../src/sim/kubelet/pods/pod-runtime.ts';
import type { RuntimeContainer } from '../../../src/sim/kubelet/ports/container-runtime.ts';

const IMAGE = { name: 'docker.io/library/x:1', ref: 'docker.io/library/x@sha256:0', sizeBytes: 1, uid: 0 };
const SILENT: ProbeVerdicts = { liveness: () => undefined, startup: () => undefined };

const podOf = (spec: Partial<PodSpec>, deleted = false): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n', uid: 'u', ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
  spec: { containers: [container('a'), container('b')], restartPolicy: 'Always', ...spec },
  status: {},
});
const container = (name: string, more: Partial<Container> = {}): Container => ({ name, image: 'x:1', ...more });
const runs = (name: string, more: Partial<RuntimeContainer> = {}): RuntimeContainer => ({
  id: `id-${name}`,
  name,
  podUid: 'u',
  attempt: 0,
  specImage: 'x:1',
  image: IMAGE,
  uid: 0,
  state: 'running',
  createdAtMs: 0,
  ...more,
});
const ended = (name: string, exitCode: number): RuntimeContainer => runs(name, { state: 'exited', exitCode });
const inSandbox = (...containers: RuntimeContainer[]): PodRuntime => ({ sandbox: { id: 's', attempt: 0, ready: true, ip: '10.244.1.2' }, containers });
const deadSandbox = (...containers: RuntimeContainer[]): PodRuntime => ({ sandbox: { id: 's', attempt: 0, ready: false, ip: '' }, containers });

const NOTHING: PodActions = { killPod: false, createSandbox: false, attempt: 0, ephemeralToStart: [], initToStart: [], toStart: [], toKill: [] };
const sidecar = container('side', { restartPolicy: 'Always' });

const cases: readonly (readonly [title: string, pod: Pod, runtime: PodRuntime, probes: ProbeVerdicts, expected: Partial<PodActions>])[] = [
  [
    'a new pod gets a sandbox and all containers',
    podOf({}),
    { sandbox: undefined, containers: [] },
    SILENT,
    { killPod: true, createSandbox: true, toStart: [0, 1] },
  ],
  [
    'a new pod with init containers starts with the first',
    podOf({ initContainers: [container('i'), container('j')] }),
    { sandbox: undefined, containers: [] },
    SILENT,
    { killPod: true, createSandbox: true, initToStart: [0] },
  ],
  ['all running: nothing to do', podOf({}), inSandbox(runs('a'), runs('b')), SILENT, {}],
  ['an ended container starts again', podOf({}), inSandbox(ended('a', 0), runs('b')), SILENT, { toStart: [0] }],
  ['not with OnFailure when it ended well', podOf({ restartPolicy: 'OnFailure' }), inSandbox(ended('a', 0), runs('b')), SILENT, {}],
  ['with OnFailure when it failed', podOf({ restartPolicy: 'OnFailure' }), inSandbox(ended('a', 1), runs('b')), SILENT, { toStart: [0] }],
  ['never with Never', podOf({ restartPolicy: 'Never' }), inSandbox(ended('a', 1), runs('b')), SILENT, {}],
  ['everything ended for good ends the pod', podOf({ restartPolicy: 'Never' }), inSandbox(ended('a', 0), ended('b', 1)), SILENT, { killPod: true }],
  ['a pod that is being deleted restarts nothing', podOf({}, true), inSandbox(ended('a', 1), runs('b')), SILENT, {}],
  [
    'a changed image replaces the container',
    podOf({ containers: [container('a', { image: 'x:2' })] }),
    inSandbox(runs('a')),
    SILENT,
    { toStart: [0], toKill: [{ id: 'id-a', name: 'a', message: 'Container a definition changed, will be restarted', reason: undefined }] },
  ],
  [
    'a failed liveness probe restarts',
    podOf({}),
    inSandbox(runs('a'), runs('b')),
    { ...SILENT, liveness: (id) => (id === 'id-b' ? 'failure' : 'success') },
    { toStart: [1], toKill: [{ id: 'id-b', name: 'b', message: 'Container b failed liveness probe, will be restarted', reason: 'LivenessProbe' }] },
  ],
  [
    'a failed startup probe only kills with Never',
    podOf({ restartPolicy: 'Never' }),
    inSandbox(runs('a'), runs('b')),
    { ...SILENT, startup: (id) => (id === 'id-a' ? 'failure' : undefined) },
    { toKill: [{ id: 'id-a', name: 'a', message: 'Container a failed startup probe', reason: 'StartupProbe' }] },
  ],
  [
    'a lost sandbox starts everything anew',
    podOf({}),
    deadSandbox(ended('a', 0), ended('b', 0)),
    SILENT,
    { killPod: true, createSandbox: true, attempt: 1, toStart: [0, 1] },
  ],
  [
    'a lost sandbox of a finished pod stays lost',
    podOf({ restartPolicy: 'Never' }),
    deadSandbox(ended('a', 0), ended('b', 0)),
    SILENT,
    { killPod: true, attempt: 1 },
  ],
  [
    'a lost sandbox with OnFailure starts what did not succeed',
    podOf({ restartPolicy: 'OnFailure' }),
    deadSandbox(ended('a', 0), ended('b', 1)),
    SILENT,
    { killPod: true, createSandbox: true, attempt: 1, toStart: [1] },
  ],
  [
    'init containers run one after another',
    podOf({ initContainers: [container('i'), container('j')] }),
    inSandbox(ended('i', 0)),
    SILENT,
    { initToStart: [1] },
  ],
  ['nothing while an init container runs', podOf({ initContainers: [container('i')] }), inSandbox(runs('i')), SILENT, {}],
  ['regular containers after the last init container', podOf({ initContainers: [container('i')] }), inSandbox(ended('i', 0)), SILENT, { toStart: [0, 1] }],
  ['a failed init container is tried again', podOf({ initContainers: [container('i')] }), inSandbox(ended('i', 1)), SILENT, { initToStart: [0] }],
  [
    'a failed init container ends a pod with Never',
    podOf({ restartPolicy: 'Never', initContainers: [container('i')] }),
    inSandbox(ended('i', 1)),
    SILENT,
    { killPod: true },
  ],
  ['a running sidecar lets the others start', podOf({ initContainers: [sidecar] }), inSandbox(runs('side')), SILENT, { toStart: [0, 1] }],
  ['a sidecar waits for its startup probe', podOf({ initContainers: [{ ...sidecar, startupProbe: {} }] }), inSandbox(runs('side')), SILENT, {}],
  ['an ended sidecar starts again', podOf({ initContainers: [sidecar] }), inSandbox(runs('a'), runs('b'), ended('side', 0)), SILENT, { initToStart: [0] }],
  [
    'sidecars do not keep a finished pod alive',
    podOf({ restartPolicy: 'Never', initContainers: [sidecar] }),
    inSandbox(ended('a', 0), ended('b', 0), runs('side')),
    SILENT,
    { killPod: true, toStart: [] },
  ],
  [
    'ephemeral containers start once',
    podOf({ ephemeralContainers: [container('d'), container('e')] as PodSpec['ephemeralContainers'] & object }),
    inSandbox(runs('a'), runs('b'), ended('d', 0)),
    SILENT,
    { ephemeralToStart: [1] },
  ],
];

describe('computePodActions', () => {
  it.each(cases)('%s', (_, pod, runtime, probes, expected) => {
    expect(computePodActions(pod, runtime, probes)).toEqual({ ...NOTHING, ...expected });
  });
});
