// kubectl rollout resume. Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/objectresumer.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { isPaused, PATCH_FLAGS, patchWorkloads } from './patch-workloads.ts';

export const command = defineCommand({
  usage: 'RESOURCE',
  long: 'Resumes a paused deployment: what was changed meanwhile is rolled out. Only deployments can be resumed.',
  examples: `# On with it
kubectl rollout resume deployment/web`,
  flags: PATCH_FLAGS,
  run: (call, kubectl) =>
    patchWorkloads(call, kubectl, {
      operation: 'resumed',
      kinds: ['Deployment.apps'],
      unsupported: 'resuming is not supported',
      patchFor(object) {
        if (!isPaused(object)) throw new CommandError('is not paused');
        return { spec: { paused: null } };
      },
    }),
});
