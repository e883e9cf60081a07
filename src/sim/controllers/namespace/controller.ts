// Empties namespaces that are on their way out and then lets them go. Models kubernetes/pkg/controller/namespace/namespace_controller.go
import type { Namespace } from '../../../kube/api/core-v1.ts';
import { namespaces } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { deletionConditions } from './conditions.ts';
import { emptyNamespace } from './deletion.ts';

const FINALIZER = 'kubernetes';
/** So that all API servers of a cluster have noticed before the content is counted. */
const WAIT_MS = 5000;

export function namespaceController({ client, informers, clock, log }: ControllerContext): Component {
  const known = informers.of(namespaces);
  const queue = new WorkQueue({
    clock,
    sync,
    maxDelayMs: 60_000,
    workers: 10,
    failed: (name, error) => log.warn('namespace not emptied', { name, error: messageOf(error) }),
  });

  function listen(): void {
    const enqueue = ({ metadata }: Namespace): void => {
      if (metadata.deletionTimestamp) queue.addAfter(metadata.name ?? '', WAIT_MS);
    };
    known.addHandler({ added: enqueue, updated: enqueue });
  }

  async function sync(name: string): Promise<void> {
    if (!known.get(name)) return;
    try {
      let namespace = await client.get(namespaces, name);
      if (!namespace.metadata.deletionTimestamp || !namespace.spec.finalizers?.length) return;
      if (namespace.status.phase !== 'Terminating')
        namespace = await client.update(namespaces, { ...namespace, status: { ...namespace.status, phase: 'Terminating' } }, { subresource: 'status' });
      const { report, estimateSeconds, errors } = await emptyNamespace(client, name, clock.now() - parseTime(namespace.metadata.deletionTimestamp));
      const conditions = deletionConditions(namespace.status.conditions, report, clock.now());
      if (conditions !== namespace.status.conditions) {
        namespace = await client
          .update(namespaces, { ...namespace, status: { ...namespace.status, conditions } }, { subresource: 'status' })
          .catch((error: unknown) => {
            if (!isConflict(error)) throw error;
            return client.get(namespaces, name);
          });
      }
      if (errors.length) throw new Error(errors.join(', '));
      if (estimateSeconds > 0) {
        queue.addAfter(name, (Math.floor(estimateSeconds / 2) + 1) * 1000);
        return;
      }
      const finalizers = namespace.spec.finalizers?.filter((each) => each !== FINALIZER) ?? [];
      await client.update(namespaces, { ...namespace, spec: { ...namespace.spec, finalizers } }, { subresource: 'finalize' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return controllerComponent({ name: 'namespace', informers: [known], queues: [queue], listen });
}
