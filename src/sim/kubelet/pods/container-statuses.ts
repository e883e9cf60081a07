// What a pod's status says about each container: a pure function of spec, runtime and the status before. Models kubernetes/pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses)
import type { Container, ContainerState, ContainerStatus, Pod, VolumeMountStatus } from '../../../kube/api/core-v1.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import type { RuntimeContainer } from '../ports/container-runtime.ts';
import { newestContainer, type PodRuntime } from './pod-runtime.ts';
import { shouldStart } from './restart-policy.ts';

/** Why a container could not be started, by container name: `{reason: 'ErrImagePull', message: …}`. */
export type StartFailures = ReadonlyMap<string, { readonly reason: string; readonly message: string }>;

const mountStatuses = (container: Container): Pick<ContainerStatus, 'volumeMounts'> => {
  const mounts = container.volumeMounts?.map((mount): VolumeMountStatus => ({
    name: mount.name,
    mountPath: mount.mountPath,
    ...(mount.readOnly
      ? { readOnly: true, recursiveReadOnly: mount.recursiveReadOnly === 'Enabled' || mount.recursiveReadOnly === 'IfPossible' ? 'Enabled' : 'Disabled' }
      : {}),
  }));
  return mounts?.length ? { volumeMounts: mounts } : {};
};

export const containerIdOf = ({ id }: Pick<RuntimeContainer, 'id'>): string => `containerd://${id}`;

function stateOf(container: RuntimeContainer): ContainerState {
  if (container.state === 'created') return { waiting: {} };
  if (container.state === 'running') return { running: { startedAt: formatTime(container.startedAtMs ?? 0) } };
  return {
    terminated: {
      exitCode: container.exitCode ?? 0,
      ...(container.reason ? { reason: container.reason } : {}),
      ...(container.message ? { message: container.message } : {}),
      startedAt: formatTime(container.startedAtMs ?? 0),
      finishedAt: formatTime(container.finishedAtMs ?? 0),
      containerID: containerIdOf(container),
    },
  };
}

function statusOf(spec: Container, container: RuntimeContainer, old: ContainerStatus | undefined): ContainerStatus {
  const requests = spec.resources?.requests;
  return {
    name: container.name,
    state: stateOf(container),
    lastState: {},
    ready: false,
    restartCount: container.attempt,
    image: container.image.name,
    imageID: container.image.ref,
    containerID: containerIdOf(container),
    ...(requests && Object.keys(requests).length ? { allocatedResources: requests } : {}),
    resources: spec.resources ?? {},
    ...(old?.volumeMounts ? { volumeMounts: old.volumeMounts } : mountStatuses(spec)),
    user: { linux: { gid: container.uid, supplementalGroups: [container.uid], uid: container.uid } },
  };
}

/** The status of a container that the runtime does not know (yet, or any more). */
function statusWithoutContainer(spec: Container, old: ContainerStatus | undefined, waitingReason: string, isDeleted: boolean): ContainerStatus {
  if (old?.state?.terminated) return old;
  const status: ContainerStatus = {
    name: spec.name,
    state: { waiting: { reason: waitingReason } },
    lastState: old?.lastState ?? {},
    ready: false,
    restartCount: old?.restartCount ?? 0,
    image: spec.image ?? '',
    imageID: '',
    ...mountStatuses(spec),
  };
  if (!old?.state?.running || status.lastState?.terminated) return status;
  // It ran, and is gone: waiting alone would throw the pod back to Pending.
  return {
    ...status,
    lastState: {
      terminated: {
        exitCode: 137,
        reason: 'ContainerStatusUnknown',
        message: 'The container could not be located when the pod was deleted.  The container used to be Running',
      },
    },
    restartCount: status.restartCount + (isDeleted ? 0 : 1),
  };
}

export interface ContainerStatusesInput {
  readonly pod: Pod;
  readonly containers: readonly Container[];
  readonly isInit: boolean;
  readonly runtime: PodRuntime;
  readonly previous: readonly ContainerStatus[];
  readonly failures: StartFailures;
}

/** In the order of the spec for init containers, by name for the others. */
export function containerStatuses({ pod, containers, isInit, runtime, previous, failures }: ContainerStatusesInput): readonly ContainerStatus[] {
  const waitingReason = pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  const statuses = containers.map((spec): ContainerStatus => {
    const old = previous.find(({ name }) => name === spec.name);
    const [newest, before] = runtime.containers.filter(({ name }) => name === spec.name);
    let status = newest ? statusOf(spec, newest, old) : statusWithoutContainer(spec, old, waitingReason, pod.metadata.deletionTimestamp !== undefined);
    if (newest && before) status = { ...status, lastState: stateOf(before) };
    else if (newest && !before && old?.lastState?.terminated && newest.attempt > 0) status = { ...status, lastState: old.lastState };
    if (isInit && newest?.state === 'exited' && newest.exitCode === 0) return status;
    const failure = failures.get(spec.name);
    if (!failure || !shouldStart(spec, pod, runtime)) return status;
    return {
      ...status,
      ...(status.state?.terminated ? { lastState: status.state } : {}),
      state: { waiting: { reason: failure.reason, ...(failure.message ? { message: failure.message } : {}) } },
    };
  });
  return isInit ? statuses : [...statuses].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** True when a regular container has been created in the present sandbox. */
export const hasStartedRegularContainer = (pod: Pod, runtime: PodRuntime): boolean =>
  pod.spec.containers.some(({ name }) => newestContainer(runtime, name) !== undefined);
