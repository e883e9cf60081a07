// One user per host port of a node. Models kubernetes/pkg/scheduler/framework/plugins/nodeports
import { podInfo } from '../pod-info.ts';
import { unschedulable, type Plugin } from '../framework.ts';

export const nodePorts = (): Plugin => ({
  name: 'NodePorts',
  preFilter: (_state, { hostPorts }) => (hostPorts.length ? undefined : 'skip'),
  filter: (_state, { hostPorts }, node) =>
    node.portsConflict(hostPorts) ? unschedulable("node(s) didn't have free ports for the requested pod ports") : undefined,
  helps(event, { hostPorts }) {
    if (event.kind === 'node') return event.node !== undefined && event.old === undefined;
    if (event.kind !== 'assigned-pod' || event.pod || !event.old) return false;
    const freed = new Set(podInfo(event.old).hostPorts.map(({ protocol, port }) => `${protocol}/${port}`));
    return hostPorts.some(({ protocol, port }) => freed.has(`${protocol}/${port}`));
  },
});
