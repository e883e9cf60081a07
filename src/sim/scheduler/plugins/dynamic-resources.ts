// Stands in its place in the failure sentence; pods with resource claims are not supported and stay pending. Models kubernetes/pkg/scheduler/framework/plugins/dynamicresources
import { unresolvable, unschedulable, type Plugin } from '../framework.ts';

export const dynamicResources = (): Plugin => ({
  name: 'DynamicResources',
  preFilter: (_state, { pod }) => (pod.spec.resourceClaims?.length ? unresolvable('resource claims are not supported by this scheduler') : 'skip'),
  postFilter: (_state, { pod }) => ({ rejection: unschedulable(pod.spec.resourceClaims?.length ? 'still not schedulable' : 'no new claims to deallocate') }),
  helps: () => false,
});
