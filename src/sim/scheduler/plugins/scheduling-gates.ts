// Holds pods back until their scheduling gates are gone. Models kubernetes/pkg/scheduler/framework/plugins/schedulinggates
import { unresolvable, type Plugin } from '../framework.ts';

export const schedulingGates = (): Plugin => ({
  name: 'SchedulingGates',
  preEnqueue({ spec }) {
    const gates = spec.schedulingGates ?? [];
    return gates.length ? unresolvable(`waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`) : undefined;
  },
  helps: () => false,
});
