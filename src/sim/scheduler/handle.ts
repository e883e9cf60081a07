// What plugins are built with. Models kubernetes/staging/src/k8s.io/kube-scheduler/framework/interface.go (Handle)
import type { ApiClient } from '../../kube/client/api-client.ts';
import type { SeriesEventRecorder } from '../../kube/client/event-recorder.ts';
import type { InformerFactory } from '../../kube/client/informer.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Random } from '../../platform/random.ts';
import type { SchedulerCache } from './cache.ts';
import type { CycleState, Plugin, Rejection } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { Nominator } from './nominator.ts';
import type { PodInfo } from './pod-info.ts';

export interface SchedulerHandle {
  readonly client: ApiClient;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly recorder: SeriesEventRecorder;
  readonly cache: SchedulerCache;
  readonly nominator: Nominator;
  /** Runs all filters, with pods nominated to the node counted on it. */
  filter(state: CycleState, pod: PodInfo, node: NodeInfo): Rejection | undefined;
  /** Tells the plugins, and the node, that a pod is tried on it or off it. */
  addPod(state: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void;
  removePod(state: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void;
  /** Puts a waiting pod at once back among those to try. */
  retry(uid: string): void;
}

export interface PluginEntry {
  readonly name: string;
  /** Of its score; default 1. */
  readonly weight?: number;
  create(handle: SchedulerHandle): Plugin;
}
