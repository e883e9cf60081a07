// What the parts of one node's kubelet share.
import type { Node, Pod, Service } from '../../../kube/api/core-v1.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import type { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Random } from '../../../platform/random.ts';
import type { ContainerRuntime } from '../ports/container-runtime.ts';
import type { PodNetwork } from '../ports/pod-network.ts';
import type { NodeSpec } from './node-spec.ts';

export interface NodeContext {
  readonly spec: NodeSpec;
  /** Speaks as `system:node:<name>`. */
  readonly client: ApiClient;
  readonly recorder: CoreEventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly runtime: ContainerRuntime;
  readonly network: PodNetwork;
  /** The node as the API last told it. */
  node(): Node | undefined;
  services(namespace: string): readonly Service[];
}

/** `web_shop(6f0c…)`: how the kubelet names a pod in messages. */
export const formatPod = ({ metadata }: Pod): string => `${metadata.name ?? ''}_${metadata.namespace ?? ''}(${metadata.uid ?? ''})`;

/** `spec.containers{nginx}`: the part of the pod that an event is about. */
export function containerFieldPath(pod: Pod, name: string): string {
  const has = (containers: readonly { readonly name: string }[] | undefined): boolean => containers?.some((each) => each.name === name) ?? false;
  const part = has(pod.spec.containers) ? 'containers' : has(pod.spec.initContainers) ? 'initContainers' : 'ephemeralContainers';
  return `spec.${part}{${name}}`;
}
