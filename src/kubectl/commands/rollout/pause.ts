// kubectl rollout pause. Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/objectpauser.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { isPaused, PATCH_FLAGS, patchWorkloads } from './patch-workloads.ts';

export const command = defineCommand({
  usage: 'RESOURCE',
  long: 'Pauses a deployment: what is running goes on, and changes of its template wait until it is resumed. Only deployments can be paused.',
  examples: `# Changes wait from now on
kubectl rollout pause deployment/web`,
  flags: PATCH_FLAGS,
  run: (call, kubectl) =>
    patchWorkloads(call, kubectl, {
      operation: 'paused',
      kinds: ['Deployment.apps'],
      unsupported: 'pausing is not supported',
      patchFor(object) {
        if (isPaused(object)) throw new CommandError('is already paused');
        return { spec: { paused: true } };
      },
    }),
});
