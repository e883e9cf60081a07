// The scheduler: watches pods and nodes, gives every waiting pod a node, tells pods why they have none. Models kubernetes/pkg/scheduler/scheduler.go and schedule_one.go
import type { Node, Pod } from '../../kube/api/core-v1.ts';
import {
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  replicaSets,
  services,
  storageClasses,
} from '../../kube/api/resources.ts';
import type { Component, ComponentContext } from '../../kube/client/component.ts';
import { SeriesEventRecorder } from '../../kube/client/event-recorder.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import { isPodEnded } from '../../kube/machinery/pod-conditions.ts';
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { messageOf } from '../../errors/app-error.ts';
import { SchedulerCache } from './cache.ts';
import { fitSentence, type FitFailure } from './fit-error.ts';
import { NodeFinder } from './find-node.ts';
import { CycleState, type ClusterEvent } from './framework.ts';
import type { PluginEntry, SchedulerHandle } from './handle.ts';
import { assignedPodAdded, assignedPodDeleted, assignedPodUpdated, nodeAdded, nodeDeleted, nodeUpdated } from './node-changes.ts';
import { Nominator } from './nominator.ts';
import { podInfo, type PodInfo } from './pod-info.ts';
import { patchPodStatus } from './pod-status.ts';
import { DEFAULT_PLUGINS } from './plugins/registry.ts';
import { Profile } from './profile.ts';
import { SchedulingQueue, type QueuedPod } from './queue.ts';

export interface SchedulerOptions {
  /** Pods that ask for this name are scheduled. */
  readonly schedulerName?: string;
  /** The host that events name: `default-scheduler-controlplane`. */
  readonly host?: string;
  readonly plugins?: readonly PluginEntry[];
}

const NOTE_LIMIT = 1024;
/** Pods tried before others get their turn on the event loop. */
const CYCLES_PER_SLICE = 8;
const NO_NODES = 'no nodes available to schedule pods';

const truncated = (note: string): string => (note.length <= NOTE_LIMIT ? note : `${note.slice(0, NOTE_LIMIT - 4)} ...`);
/** Higher priority first, then whoever waits longer. */
const prioritySort = (a: QueuedPod, b: QueuedPod): boolean =>
  a.info.priority > b.info.priority || (a.info.priority === b.info.priority && a.timestamp < b.timestamp);

export function createScheduler(context: ComponentContext, options: SchedulerOptions = {}): Component {
  const { client, informers, clock, log } = context;
  const schedulerName = options.schedulerName ?? 'default-scheduler';
  const recorder = new SeriesEventRecorder(client, schedulerName, `${schedulerName}-${options.host ?? 'controlplane'}`, clock, log);
  const cache = new SchedulerCache();
  const nominator = new Nominator();
  const profile = new Profile(nominator);
  const handle: SchedulerHandle = {
    ...context,
    recorder,
    cache,
    nominator,
    filter: (state, pod, node) => profile.filter(state, pod, node),
    addPod: (state, pod, added, node) => profile.addPod(state, pod, added, node),
    removePod: (state, pod, removed, node) => profile.removePod(state, pod, removed, node),
    retry: (uid) => queue.retry(uid),
  };
  profile.use(options.plugins ?? DEFAULT_PLUGINS, (entry) => entry.create(handle));
  const finder = new NodeFinder(cache, profile, context.random);
  let running = false;
  let scheduled = false;
  const queue = new SchedulingQueue({ clock, plugins: profile.plugins, before: prioritySort, ready: () => wake() });

  const wake = (): void => {
    if (!running || scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      for (let i = 0; i < CYCLES_PER_SLICE; i++) {
        const next = running ? queue.pop() : undefined;
        if (!next) return;
        scheduleOne(next);
      }
      wake();
    });
  };

  const podInformer = informers.of(pods);

  function scheduleOne(queued: QueuedPod): void {
    const { info } = queued;
    const { pod } = info;
    if (pod.metadata.deletionTimestamp !== undefined) {
      recorder.event(pod, {
        type: 'Warning',
        reason: 'FailedScheduling',
        action: 'Scheduling',
        note: `skip schedule deleting pod: ${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`,
      });
      return;
    }
    if (cache.isAssumed(info.uid)) return;
    const state = new CycleState();
    try {
      if (cache.nodes.length === 0) {
        failed(queued, NO_NODES, 'Unschedulable', new Set(), '');
        return;
      }
      const placement = finder.find(state, info);
      if ('node' in placement) {
        assign(queued, state, placement.node);
        return;
      }
      const { nominate, rejection } = profile.postFilter(state, info, placement.failure.verdicts);
      const failure: FitFailure = { ...placement.failure, postFilter: rejection?.reasons ?? [] };
      failed(queued, fitSentence(failure), 'Unschedulable', placement.rejectedBy, nominate);
    } catch (error) {
      failed(queued, messageOf(error), 'SchedulerError', new Set(), '');
    }
  }

  function assign(queued: QueuedPod, state: CycleState, node: string): void {
    const { info } = queued;
    cache.assume(info, node);
    nominator.delete(info.uid);
    const rejection = profile.reserve(state, info, node);
    if (rejection) {
      release(state, info, node);
      const failure: FitFailure = { nodeCount: 1, verdicts: { byNode: new Map([[node, rejection]]), absent: rejection } };
      failed(queued, fitSentence(failure), 'Unschedulable', new Set(rejection.plugin ? [rejection.plugin] : []), '');
      return;
    }
    profile.bind(state, info, node).then(
      () => {
        const { namespace = '', name = '' } = info.pod.metadata;
        recorder.event(info.pod, { type: 'Normal', reason: 'Scheduled', action: 'Binding', note: `Successfully assigned ${namespace}/${name} to ${node}` });
      },
      (error: unknown) => {
        release(state, info, node);
        queue.moveFor(assignedPodDeleted({ ...info.pod, spec: { ...info.pod.spec, nodeName: node } }));
        failed(queued, messageOf(error), 'SchedulerError', new Set(), '');
      },
    );
  }

  function release(state: CycleState, info: PodInfo, node: string): void {
    profile.unreserve(state, info, node);
    cache.forget(info.uid);
  }

  function failed(
    queued: QueuedPod,
    message: string,
    reason: 'Unschedulable' | 'SchedulerError',
    rejectedBy: ReadonlySet<string>,
    nominate: string | undefined,
  ): void {
    const { pod } = queued.info;
    const latest = podInformer.get(pod.metadata.name ?? '', pod.metadata.namespace);
    if (latest && latest.metadata.uid === pod.metadata.uid && !latest.spec.nodeName) {
      queued.info = podInfo(latest);
      queue.returned(queued, rejectedBy);
      nominator.set(queued.info, nominate);
    }
    recorder.event(pod, { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note: truncated(message) });
    const { generation } = pod.metadata;
    patchPodStatus(context, pod, {
      condition: { type: 'PodScheduled', status: 'False', reason, message, ...(generation === undefined ? {} : { observedGeneration: generation }) },
      ...(nominate === undefined ? {} : { nominatedNodeName: nominate }),
    }).catch((error: unknown) => {
      if (!isNotFound(error)) log.warn('pod status not written', { pod: pod.metadata.name, error: messageOf(error) });
    });
  }

  const announce = (event: ClusterEvent | undefined): void => {
    if (event) queue.moveFor(event);
  };
  const isMine = ({ spec }: Pod): boolean => (spec.schedulerName ?? 'default-scheduler') === schedulerName;

  const podHandler = {
    added(pod: Pod): void {
      if (isPodEnded(pod)) return;
      if (pod.spec.nodeName) {
        cache.setPod(pod);
        announce(assignedPodAdded(pod));
      } else if (isMine(pod)) {
        queue.add(pod);
        nominator.set(podInfo(pod));
      }
    },
    updated(pod: Pod, old: Pod): void {
      if (isPodEnded(pod)) {
        if (!isPodEnded(old)) podHandler.deleted(old);
        return;
      }
      if (pod.spec.nodeName) {
        if (!old.spec.nodeName) {
          queue.delete(pod.metadata.uid ?? '');
          nominator.delete(pod.metadata.uid ?? '');
        }
        cache.setPod(pod);
        announce(old.spec.nodeName ? assignedPodUpdated(old, pod) : assignedPodAdded(pod));
      } else if (isMine(pod) && !cache.isAssumed(pod.metadata.uid ?? '')) {
        const info = queue.update(old, pod);
        if (info) nominator.update(old, info);
      }
    },
    deleted(pod: Pod): void {
      const uid = pod.metadata.uid ?? '';
      queue.delete(uid);
      nominator.delete(uid);
      const counted = cache.removePod(pod);
      if (counted || (!pod.spec.nodeName && pod.status?.nominatedNodeName)) announce(assignedPodDeleted(pod));
    },
  };
  const nodeHandler = {
    added(node: Node): void {
      cache.setNode(node);
      announce(nodeAdded(node));
    },
    updated(node: Node, old: Node): void {
      cache.setNode(node);
      announce(nodeUpdated(old, node));
    },
    deleted(node: Node): void {
      cache.removeNode(node);
      announce(nodeDeleted(node));
    },
  };

  return {
    name: 'scheduler',
    start() {
      informers.of(nodes).addHandler(nodeHandler);
      podInformer.addHandler(podHandler);
      const storage = [informers.of(persistentVolumeClaims), informers.of(persistentVolumes), informers.of(storageClasses)];
      for (const informer of storage) {
        const changed = (object: KubeObject): void => announce({ kind: 'storage', resource: informer.resource.resource, object });
        informer.addHandler({ added: changed, updated: changed });
      }
      // Others that plugins look at may be missing from a server; these it must have.
      const needed = [
        podInformer,
        informers.of(nodes),
        informers.of(namespaces),
        informers.of(services),
        informers.of(replicaSets),
        informers.of(podDisruptionBudgets),
        ...storage,
      ];
      void Promise.all(needed.map((informer) => informer.synced)).then(() => {
        running = true;
        wake();
      });
    },
    stop() {
      running = false;
      queue.stop();
    },
  };
}
