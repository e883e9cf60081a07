// Gives the pod its node through the binding subresource. Models kubernetes/pkg/scheduler/framework/plugins/defaultbinder
import type { Binding } from '../../../kube/api/core-v1.ts';
import type { ResourceRef } from '../../../kube/machinery/object.ts';
import type { Plugin } from '../framework.ts';
import type { PluginEntry } from '../handle.ts';

/** `pods/binding` takes a Binding, whatever `pods` are. */
const podBindings: ResourceRef<Binding> = { group: '', version: 'v1', resource: 'pods', kind: 'Binding', namespaced: true };

export const defaultBinder: PluginEntry['create'] = ({ client }): Plugin => ({
  name: 'DefaultBinder',
  async bind(_state, { pod, uid }, node) {
    const { name = '', namespace = '' } = pod.metadata;
    await client.create(podBindings, { metadata: { name, namespace, uid }, target: { kind: 'Node', name: node } }, { name, namespace, subresource: 'binding' });
    return true;
  },
});
