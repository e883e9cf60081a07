// Stands in its place in the failure sentence; pods with resource claims are not supported and stay pending. Models kubernetes/pkg/scheduler/framework/plugins/dynamicresources
import { StateKey, unresolvable, unschedulable, type Plugin } from '../framework.ts';

const SEEN = new StateKey<true>('DynamicResources');

export const dynamicResources = (): Plugin => ({
  name: 'DynamicResources',
  preFilter(state, { pod }) {
    state.write(SEEN, true);
    return pod.spec.resourceClaims?.length ? unresolvable('resource claims are not supported by this scheduler') : 'skip';
  },
  postFilter(state, { pod }) {
    // As upstream: where an earlier plugin rejected the pod before any node was looked at, this one finds no state of its own, and nobody is asked after it.
    if (!state.read(SEEN)) return { error: 'not found' };
    return { rejection: unschedulable(pod.spec.resourceClaims?.length ? 'still not schedulable' : 'no new claims to deallocate') };
  },
  helps: () => false,
});
