// When an ended container starts again. Models kubernetes/pkg/api/v1/pod/util.go and pkg/kubelet/container/helpers.go
import type { Container, Pod } from '../../../kube/api/core-v1.ts';
import { newestContainer, type PodRuntime } from './pod-runtime.ts';

/** An init container that keeps running beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

/** Whether a container that ended with this exit code is started again: its own rules, its own policy, then the pod's. */
export function restartsAfterExit(container: Container, pod: Pod, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
      const listed = exitCodes?.values?.includes(exitCode) ?? false;
      return exitCodes !== undefined && (exitCodes.operator === 'NotIn' ? !listed : listed);
    });
    if (rule?.action === 'Restart') return true;
    return container.restartPolicy === 'Always' || (container.restartPolicy === 'OnFailure' && exitCode !== 0);
  }
  const policy = pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether probes that fail may restart a running container. */
export function restartsAfterProbe(container: Container, pod: Pod): boolean {
  return (container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always') !== 'Never';
}

/** Whether the next sync has to start this container. */
export function shouldStart(container: Container, pod: Pod, runtime: PodRuntime): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  const newest = newestContainer(runtime, container.name);
  if (!newest) return true;
  if (newest.state === 'running') return false;
  if (newest.state === 'created') return true;
  return restartsAfterExit(container, pod, newest.exitCode ?? 0);
}
