// Ends containers: the hook first, then the signal, then force; sidecars after the others. Models kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go (killContainer)
import { secondsToMs } from '../../../kube/machinery/time.ts';
import type { Container, Pod } from '../../../kube/api/core-v1.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { delay } from '../../../platform/clock.ts';
import { containerFieldPath, type NodeContext } from '../node/node-context.ts';
import type { RuntimeContainer } from '../ports/container-runtime.ts';
import type { KillReason } from '../pods/container-verdicts.ts';
import { isSidecar } from '../pods/restart-policy.ts';
import { runHook } from './lifecycle-hooks.ts';

const MINIMUM_GRACE_SECONDS = 2;

export interface KillOrder {
  readonly message?: string;
  readonly reason?: KillReason;
  /** Overrides what the pod says. */
  readonly graceSeconds?: number;
  /** Resolves when it is this container's turn to get the signal. */
  readonly turn?: Promise<unknown>;
  /** Resolves when waiting is over before the grace period is: somebody asked again with less time. */
  readonly cut?: Promise<unknown>;
}

const specOf = (pod: Pod, name: string): Container | undefined =>
  [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...((pod.spec.ephemeralContainers ?? []) as readonly Container[])].find(
    (each) => each.name === name,
  );

export function gracePeriodSeconds(pod: Pod, container: Container | undefined, reason: KillReason): number {
  const { deletionGracePeriodSeconds } = pod.metadata;
  if (deletionGracePeriodSeconds !== undefined) return deletionGracePeriodSeconds;
  const probe = reason === 'StartupProbe' ? container?.startupProbe : reason === 'LivenessProbe' ? container?.livenessProbe : undefined;
  return probe?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? MINIMUM_GRACE_SECONDS;
}

/** Resolves when the container has ended. */
export async function killContainer(
  node: NodeContext,
  pod: Pod,
  podIP: string,
  target: Pick<RuntimeContainer, 'id' | 'name'>,
  { message, reason, graceSeconds, turn, cut }: KillOrder,
): Promise<void> {
  const container = specOf(pod, target.name);
  const event = (type: 'Normal' | 'Warning', why: string, text: string): void =>
    node.recorder.event(pod, { type, reason: why, message: text, fieldPath: containerFieldPath(pod, target.name) });
  event('Normal', 'Killing', message ?? `Stopping container ${target.name}`);
  const deadlineMs = node.clock.now() + secondsToMs(graceSeconds ?? gracePeriodSeconds(pod, container, reason));
  const leftMs = (): number => deadlineMs - node.clock.now();
  const within = (work: Promise<unknown>): Promise<unknown> => Promise.race([work, delay(node.clock, Math.max(0, leftMs())), ...(cut ? [cut] : [])]);

  const preStop = container?.lifecycle?.preStop;
  if (preStop && container && leftMs() > 0) {
    await within(
      runHook(node, { pod, podIP, container, containerId: target.id }, preStop).catch((error: unknown) => {
        node.log.warn('preStop hook failed', { container: target.name, error: messageOf(error) });
        event('Warning', 'FailedPreStopHook', 'PreStopHook failed');
      }),
    );
  }
  if (turn && leftMs() > 0) await within(turn);
  await node.runtime.stopContainer(target.id, Math.max(leftMs(), MINIMUM_GRACE_SECONDS * 1000));
}

/** Ends everything that runs of a pod: regular containers at once, then sidecars in reverse order. */
export async function killPodContainers(
  node: NodeContext,
  pod: Pod,
  podIP: string,
  containers: readonly RuntimeContainer[],
  override: Pick<KillOrder, 'graceSeconds' | 'cut'> = {},
): Promise<void> {
  const running = containers.filter(({ state }) => state === 'running');
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const regular = running.filter(({ name }) => !sidecars.includes(name)).map((each) => killContainer(node, pod, podIP, each, override));
  const all = [...regular];
  let before: Promise<unknown> = Promise.allSettled(regular);
  for (const name of [...sidecars].reverse()) {
    const target = running.find((each) => each.name === name);
    if (!target) continue;
    const kill = killContainer(node, pod, podIP, target, { ...override, turn: before });
    all.push(kill);
    before = Promise.allSettled([before, kill]);
  }
  await Promise.all(all);
}
