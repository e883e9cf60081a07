// Nothing new in a namespace that is missing or going away; the first namespaces stay. Models kubernetes/staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle
import type { Namespace } from '../../../kube/api/core-v1.ts';
import { forbidden, notFound, StatusError } from '../../../kube/machinery/status-error.ts';
import type { Store } from '../../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../context.ts';

const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export function namespaceLifecycle(store: Store): AdmissionPlugin {
  const check = ({ operation, call, object }: AdmissionRequest): void => {
    const { resource, namespace, name } = call;
    if (operation === 'DELETE') {
      if (resource.shelf === 'namespaces' && IMMORTAL.has(name)) throw forbidden(resource, name, 'this namespace may not be deleted');
      return;
    }
    if (operation !== 'CREATE' || !resource.namespaced || resource.kindRules.virtual) return;
    const found = store.get('namespaces', namespace) as Namespace | undefined;
    if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
    if (found.status.phase !== 'Terminating' || resource.resource === 'localsubjectaccessreviews') return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const refusal = forbidden(resource, object?.metadata.name ?? '', why);
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: refusal.message,
      details: {
        ...refusal.details,
        causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
      },
    });
  };
  return {
    name: 'NamespaceLifecycle',
    mutate: check,
    validate: (request) => {
      if (request.operation === 'DELETE') check(request);
    },
  };
}
