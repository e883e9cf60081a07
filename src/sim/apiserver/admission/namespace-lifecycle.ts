// Nothing new in a namespace that is missing or going away; the first namespaces stay. Models kubernetes/staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle
import type { Namespace } from '../../../kube/api/core-v1.ts';
import { forbidden, notFound, StatusError } from '../../../kube/machinery/status-error.ts';
import { groupResourceOf } from '../../../kube/machinery/object.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';

const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Asking whether one may do something is always allowed. */
const REVIEWS: ReadonlySet<string> = new Set(['localsubjectaccessreviews']);

export const namespaceLifecycle = ({ store }: AdmissionContext): AdmissionPlugin => ({
  name: 'NamespaceLifecycle',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  admit({ operation, call, object }) {
    const { resource, namespace, name } = call;
    if (operation === 'DELETE') {
      if (groupResourceOf(resource) === 'namespaces' && IMMORTAL.has(name)) throw forbidden(resource, name, 'this namespace may not be deleted');
      return;
    }
    if (!resource.namespaced || REVIEWS.has(resource.resource)) return;
    const found = store.get('namespaces', namespace) as Namespace | undefined;
    if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
    if (operation === 'UPDATE' || found.status.phase !== 'Terminating') return;
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
  },
});
