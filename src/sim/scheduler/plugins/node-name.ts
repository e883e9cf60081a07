// Honours a node that the pod's spec names. Models kubernetes/pkg/scheduler/framework/plugins/nodename
import { unresolvable, type Plugin } from '../framework.ts';

export const nodeName = (): Plugin => ({
  name: 'NodeName',
  filter(_state, { pod }, node) {
    return !pod.spec.nodeName || pod.spec.nodeName === node.name ? undefined : unresolvable("node(s) didn't match the requested node name");
  },
  helps: (event) => event.kind === 'node' && event.node !== undefined && event.old === undefined,
});
