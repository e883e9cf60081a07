// Namespaces that are made when something is created in them, and those that must be there. Models kubernetes/plugin/pkg/admission/namespace
import { notFound } from '../../../kube/machinery/status-error.ts';
import { groupResourceOf } from '../../../kube/machinery/object.ts';
import type { AdmissionContext, AdmissionPlugin, AdmissionRequest } from './plugin.ts';

const isInside = ({ call }: AdmissionRequest): boolean => call.namespace !== '' && groupResourceOf(call.resource) !== 'namespaces';

export const namespaceAutoProvision = ({ store, provide }: AdmissionContext): AdmissionPlugin => ({
  name: 'NamespaceAutoProvision',
  operations: ['CREATE'],
  async admit(request) {
    const { namespace, dryRun } = request.call;
    if (dryRun || !isInside(request) || store.get('namespaces', namespace)) return;
    await provide({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  },
});

export const namespaceExists = ({ store }: AdmissionContext): AdmissionPlugin => ({
  name: 'NamespaceExists',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  validate(request) {
    const { namespace } = request.call;
    if (isInside(request) && !store.get('namespaces', namespace)) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  },
});
