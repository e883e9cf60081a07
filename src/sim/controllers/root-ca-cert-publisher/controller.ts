// Puts the cluster's authority into every namespace, where pods mount it from. Models kubernetes/pkg/controller/certificates/rootcacertpublisher/publisher.go
import type { Namespace } from '../../../kube/api/core-v1.ts';
import { configMaps, namespaces } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { isAlreadyExists, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

export function rootCaCertPublisher({ client, informers, clock, log, settings }: ControllerContext): Component {
  const known = informers.of(namespaces);
  const maps = informers.of(configMaps);
  const data = { 'ca.crt': settings.rootCa };
  const queue = new WorkQueue({ clock, sync, failed: (namespace, error) => log.warn('root CA not published', { namespace, error: messageOf(error) }) });

  function listen(): void {
    const enqueue = ({ metadata, status }: Namespace): void => {
      if (status?.phase !== 'Terminating') queue.add(metadata.name ?? '');
    };
    known.addHandler({ added: enqueue, updated: enqueue });
    const mapChanged = ({ metadata }: { readonly metadata: Namespace['metadata'] }): void => {
      if (metadata.name === NAME) queue.add(metadata.namespace ?? '');
    };
    maps.addHandler({ updated: mapChanged, deleted: mapChanged });
  }

  async function sync(namespace: string): Promise<void> {
    if (!known.get(namespace) || known.get(namespace)?.metadata.deletionTimestamp) return;
    const existing = maps.get(NAME, namespace);
    try {
      if (!existing) await client.create(configMaps, { metadata: { name: NAME, namespace, annotations: DESCRIPTION }, data }, { namespace });
      else if (!jsonEqual(existing.data, data) || Object.entries(DESCRIPTION).some(([key, value]) => existing.metadata.annotations?.[key] !== value)) {
        await client.update(configMaps, {
          ...existing,
          metadata: { ...existing.metadata, annotations: { ...existing.metadata.annotations, ...DESCRIPTION } },
          data,
        });
      }
    } catch (error) {
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error) && !isNotFound(error)) throw error;
    }
  }

  return controllerComponent({ name: 'root-ca-certificate-publisher', informers: [known, maps], queues: [queue], listen });
}
