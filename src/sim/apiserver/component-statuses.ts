// What the deprecated ComponentStatus says: asked live, never stored. Models kubernetes/pkg/registry/core/componentstatus/rest.go
import type { ComponentStatus } from '../../kube/api/core-v1.ts';
import { notFound } from '../../kube/machinery/status-error.ts';
import type { SpecialHandlers } from './handlers.ts';
import { selectionOf } from './operations/selection.ts';

/** The parts of a control plane that has this server are well as long as this server answers. */
const COMPONENTS = ['scheduler', 'controller-manager', 'etcd-0'].map((name): ComponentStatus => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name },
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
}));

export const componentStatusHandlers: SpecialHandlers = {
  componentstatuses: {
    async list(_context, { resource, list }) {
      const selection = selectionOf(resource, list);
      const items = COMPONENTS.filter((each) => selection.matches(each));
      return { kind: 'list', code: 200, list: { items, resourceVersion: '', continue: undefined, remainingItemCount: undefined } };
    },
    async get(_context, { name }) {
      const object = COMPONENTS.find(({ metadata }) => metadata.name === name);
      // Upstream names the kind in the singular here, and nowhere else.
      if (!object) throw notFound({ group: '', resource: 'componentstatus' }, name);
      return { kind: 'object', code: 200, object };
    },
  },
};
