// A pod that ran before this kubelet began goes on: its containers keep their identities. Takes the place of reading them from the runtime after a restart.
import type { Pod, PodStatus } from '../../../kube/api/core-v1.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import type { ContainerStarter } from '../containers/container-starter.ts';
import type { NodeContext } from '../node/node-context.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import type { PodSyncer } from './pod-syncer.ts';

export interface AdoptionInput {
  readonly node: NodeContext;
  readonly pod: Pod;
  readonly status: PodStatus;
  readonly syncer: PodSyncer;
  readonly starter: ContainerStarter;
  readonly volumes: PodVolumes;
  readonly payload: Parameters<PodVolumes['ensure']>[1];
  /** The containers run since then although no status tells so: a control plane is there before its API is. */
  readonly runningSinceMs: number | undefined;
}

export async function adoptContainers({ node, pod, status, syncer, starter, volumes, payload, runningSinceMs }: AdoptionInput): Promise<void> {
  const uid = pod.metadata.uid ?? '';
  const sandboxIsUp = status.conditions?.some(({ type, status: value }) => type === 'PodReadyToStartContainers' && value === 'True') ?? false;
  if (!sandboxIsUp && runningSinceMs === undefined) return;
  syncer.adoptSandbox(pod, status.podIP);
  // The runtime has outlived the kubelet: it knows better than the status.
  if (node.runtime.containers(uid).length) return;
  try {
    await volumes.ensure(pod, payload);
  } catch {
    // Then the containers come up without files; the next sync tells what is wrong.
  }
  if (!sandboxIsUp && runningSinceMs !== undefined) {
    await adoptUntold(node, pod, syncer, starter, volumes, runningSinceMs);
    return;
  }
  const specs = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  for (const each of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const container = specs.find(({ name }) => name === each.name);
    const state = each.state ?? {};
    const ended = state.terminated ?? each.lastState?.terminated;
    const id = (each.containerID ?? ended?.containerID ?? '').replace(/^containerd:\/\//, '');
    if (!container || !id) continue;
    const image = node.runtime.image(container.image ?? '') ?? { name: each.image, ref: each.imageID, sizeBytes: 0, uid: 0 };
    const config = await starter.config({ pod, container, podIP: syncer.podIP(pod), volumes }, image, each.restartCount).catch(() => undefined);
    if (!config) continue;
    if (state.running) {
      const startedAtMs = parseTime(state.running.startedAt);
      node.runtime.adoptContainer(config, { id, image, state: 'running', createdAtMs: startedAtMs, startedAtMs });
    } else if (ended) {
      const startedAtMs = parseTime(ended.startedAt) || 0;
      node.runtime.adoptContainer(config, {
        id,
        image,
        state: 'exited',
        createdAtMs: startedAtMs,
        startedAtMs,
        finishedAtMs: parseTime(ended.finishedAt) || startedAtMs,
        exitCode: ended.exitCode,
        ...(ended.reason ? { reason: ended.reason } : {}),
        ...(ended.message ? { message: ended.message } : {}),
      });
    }
  }
}

async function adoptUntold(node: NodeContext, pod: Pod, syncer: PodSyncer, starter: ContainerStarter, volumes: PodVolumes, startedAtMs: number): Promise<void> {
  for (const container of pod.spec.containers) {
    const image = node.runtime.image(container.image ?? '');
    if (!image) continue;
    const id = `${node.random.uuid()}${node.random.uuid()}`.replaceAll('-', '');
    const config = await starter.config({ pod, container, podIP: syncer.podIP(pod), volumes }, image, 0);
    node.runtime.adoptContainer(config, { id, image, state: 'running', createdAtMs: startedAtMs, startedAtMs });
    const event = (reason: string, message: string): void =>
      node.recorder.event(pod, { type: 'Normal', reason, message, fieldPath: `spec.containers{${container.name}}` });
    event('Pulled', `Container image ${JSON.stringify(container.image)} already present on machine and can be accessed by the pod`);
    event('Created', 'Container created');
    event('Started', 'Container started');
  }
}
