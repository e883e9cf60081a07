// Every namespace has a service account `default`. Models kubernetes/pkg/controller/serviceaccount/serviceaccounts_controller.go
import type { Namespace } from '../../../kube/api/core-v1.ts';
import { namespaces, serviceAccounts } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { isAlreadyExists, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

const NAME = 'default';

export function serviceAccountController({ client, informers, clock, log }: ControllerContext): Component {
  const known = informers.of(namespaces);
  const accounts = informers.of(serviceAccounts);
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (namespace, error) => log.warn('default service account not made', { namespace, error: messageOf(error) }),
  });

  function listen(): void {
    const enqueue = ({ metadata }: Namespace): void => queue.add(metadata.name ?? '');
    known.addHandler({ added: enqueue, updated: enqueue });
    accounts.addHandler({
      deleted: ({ metadata }) => {
        if (metadata.name === NAME) queue.add(metadata.namespace ?? '');
      },
    });
  }

  async function sync(namespace: string): Promise<void> {
    if (known.get(namespace)?.status?.phase === 'Terminating' || !known.get(namespace) || accounts.get(NAME, namespace)) return;
    try {
      await client.create(serviceAccounts, { metadata: { name: NAME, namespace } }, { namespace });
    } catch (error) {
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error) && !isNotFound(error)) throw error;
    }
  }

  return controllerComponent({ name: 'serviceaccount', informers: [known, accounts], queues: [queue], listen });
}
