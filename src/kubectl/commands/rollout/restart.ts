// kubectl rollout restart: new pods of the same kind, by a time in the template. Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/objectrestarter.go
import { jsonEqual, type JsonObject } from '../../../kube/machinery/json.ts';
import { defineCommand } from '../../command.ts';
import { localTime } from '../../describe/times.ts';
import { CommandError } from '../../failures.ts';
import { isPaused, PATCH_FLAGS, patchWorkloads } from './patch-workloads.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

export const command = defineCommand({
  usage: 'RESOURCE',
  long: 'Replaces the pods of deployments, daemon sets and stateful sets, as a rollout does.',
  examples: `# One deployment
kubectl rollout restart deployment/web

# All deployments of a namespace
kubectl rollout restart deployment -n shop

# Those with a label
kubectl rollout restart deployment -l app=shop`,
  flags: PATCH_FLAGS,
  run: (call, kubectl) =>
    patchWorkloads(call, kubectl, {
      operation: 'restarted',
      kinds: ['Deployment.apps', 'DaemonSet.apps', 'StatefulSet.apps'],
      unsupported: 'restarting is not supported',
      patchFor(object, name) {
        if (isPaused(object)) throw new CommandError("can't restart paused deployment (run rollout resume first)");
        const at = localTime(kubectl.ports.clock.now());
        if (jsonEqual(annotationsOf(object)[RESTARTED_AT], at))
          return new CommandError(
            `failed to create patch for ${name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
          );
        return { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: at } } } } };
      },
    }),
});

function annotationsOf(object: JsonObject): JsonObject {
  const { spec } = object as { readonly spec?: { readonly template?: { readonly metadata?: { readonly annotations?: JsonObject } } } };
  return spec?.template?.metadata?.annotations ?? {};
}
