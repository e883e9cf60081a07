// Keeps as many pods of a ReplicationController as it asks for: a ReplicaSet with a plain selector. Models kubernetes/pkg/controller/replication/replication_controller.go
import type { ReplicaSetStatus } from '../../../kube/api/apps-v1.ts';
import { replicationControllers } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import type { ControllerContext } from '../context.ts';
import { replicaController } from '../replicaset/controller.ts';

/** Its status has no count of pods on their way out. */
function statusOf({ terminatingReplicas: _terminating, ...status }: ReplicaSetStatus): unknown {
  return status;
}

export const replicationController = (context: ControllerContext): Component =>
  replicaController(context, {
    name: 'replication',
    resource: replicationControllers,
    setOf: ({ spec: { selector, ...spec }, ...object }) => ({ ...object, spec: { ...spec, ...(selector ? { selector: { matchLabels: selector } } : {}) } }),
    statusOf,
  });
