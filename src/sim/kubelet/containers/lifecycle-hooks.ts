// Runs postStart and preStop. Models kubernetes/pkg/kubelet/lifecycle/handlers.go
import { secondsToMs } from '../../../kube/machinery/time.ts';
import type { Container, LifecycleHandler, Pod } from '../../../kube/api/core-v1.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { delay } from '../../../platform/clock.ts';
import { formatPod, type NodeContext } from '../node/node-context.ts';
import { resolvePort } from '../probes/probe-request.ts';

/** Rejects with the message for the container's status. */
export async function runHook(
  node: NodeContext,
  { pod, podIP, container, containerId }: { readonly pod: Pod; readonly podIP: string; readonly container: Container; readonly containerId: string },
  handler: LifecycleHandler,
): Promise<void> {
  const about = `for Container ${JSON.stringify(container.name)} in Pod ${JSON.stringify(formatPod(pod))} failed - error:`;
  if (handler.exec) {
    const command = handler.exec.command ?? [];
    const failed = (why: string, output: string): Error =>
      new Error(`Exec lifecycle hook ([${command.join(' ')}]) ${about} ${why}, message: ${JSON.stringify(output)}`);
    const { exitCode, output } = await node.runtime.exec(containerId, command, 0).catch((error: unknown) => {
      throw failed(messageOf(error), '');
    });
    if (exitCode !== 0) throw failed(`command '${command.join(' ')}' exited with ${exitCode}: ${output}`, output);
    return;
  }
  if (handler.sleep) {
    await delay(node.clock, secondsToMs(handler.sleep.seconds));
    return;
  }
  if (handler.httpGet) {
    const { httpGet } = handler;
    const answer = await node.runtime.httpGet({
      podUid: pod.metadata.uid ?? '',
      host: httpGet.host || podIP,
      port: resolvePort(httpGet.port, container) ?? 80,
      path: httpGet.path ?? '/',
      scheme: httpGet.scheme === 'HTTPS' ? 'HTTPS' : 'HTTP',
      timeoutMs: 0,
    });
    if ('error' in answer) throw new Error(`HTTP lifecycle hook (${httpGet.path ?? ''}) ${about} ${answer.error}`);
  }
}
