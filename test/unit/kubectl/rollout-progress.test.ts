// The sentences of `rollout status`, from what a workload's status says.
import { expect, test } from 'vitest';
import { statusViewerFor } from '../../../src/kubectl/revisions/rollout-progress.ts';
import type { ApiResource } from '../../../src/kubectl/client/discovery.ts';
import type { JsonObject } from '../../../src/kube/machinery/json.ts';

const viewer = (kind: string) => statusViewerFor({ kind, group: 'apps' } as ApiResource);
const deployment = (status: JsonObject, spec: JsonObject = { replicas: 3 }): JsonObject => ({
  metadata: { name: 'web', generation: 2, annotations: { 'deployment.kubernetes.io/revision': '4' } },
  spec,
  status: { observedGeneration: 2, ...status },
});
const WAITING = 'Waiting for deployment "web" rollout to finish: ';

test.each([
  [{ observedGeneration: 1 }, 'Waiting for deployment spec update to be observed...\n'],
  [{ updatedReplicas: 1 }, `${WAITING}1 out of 3 new replicas have been updated...\n`],
  [{ updatedReplicas: 3, replicas: 4 }, `${WAITING}1 old replicas are pending termination...\n`],
  [{ updatedReplicas: 3, replicas: 3, availableReplicas: 2 }, `${WAITING}2 of 3 updated replicas are available...\n`],
  [{ updatedReplicas: 3, replicas: 3, availableReplicas: 3 }, 'deployment "web" successfully rolled out\n'],
])('a deployment with %o', (status, text) => {
  expect(viewer('Deployment')(deployment(status), 0)).toEqual({ text, isDone: text.endsWith('rolled out\n') });
});

test('a deployment that is stuck, or at another revision', () => {
  const stuck = deployment({ conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] });
  expect(() => viewer('Deployment')(stuck, 0)).toThrow('deployment "web" exceeded its progress deadline');
  expect(() => viewer('Deployment')(deployment({}), 3)).toThrow('desired revision (3) is different from the running revision (4)');
});

const set = (updateStrategy: JsonObject, status: JsonObject): JsonObject => ({
  metadata: { name: 's', generation: 1 },
  spec: { replicas: 2, updateStrategy },
  status: { observedGeneration: 1, ...status },
});
const ROLLING = { type: 'RollingUpdate' };

test.each([
  [set(ROLLING, { observedGeneration: 0 }), 'Waiting for statefulset spec update to be observed...\n', false],
  [set(ROLLING, { readyReplicas: 1 }), 'Waiting for 1 pods to be ready...\n', false],
  [
    set({ ...ROLLING, rollingUpdate: { partition: 1 } }, { readyReplicas: 2 }),
    'Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...\n',
    false,
  ],
  [
    set({ ...ROLLING, rollingUpdate: { partition: 1 } }, { readyReplicas: 2, updatedReplicas: 1 }),
    'partitioned roll out complete: 1 new pods have been updated...\n',
    true,
  ],
  [
    set(ROLLING, { readyReplicas: 2, updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' }),
    'waiting for statefulset rolling update to complete 1 pods at revision b...\n',
    false,
  ],
  [
    set(ROLLING, { readyReplicas: 2, currentReplicas: 2, updateRevision: 'b', currentRevision: 'b' }),
    'statefulset rolling update complete 2 pods at revision b...\n',
    true,
  ],
])('a stateful set, %#', (object, text, isDone) => {
  expect(viewer('StatefulSet')(object, 0)).toEqual({ text, isDone });
});

test('sets that are updated by hand, and kinds that are not rolled out', () => {
  expect(() => viewer('DaemonSet')(set({ type: 'OnDelete' }, {}), 0)).toThrow('rollout status is only available for RollingUpdate strategy type');
  expect(() => viewer('ReplicaSet')).toThrow('no status viewer has been implemented for ReplicaSet.apps');
});
