// Evicts pods from nodes with NoExecute taints: at once, or when their toleration runs out. Models kubernetes/pkg/controller/tainteviction/taint_eviction.go
import type { Node, Pod, Taint } from '../../../kube/api/core-v1.ts';
import { nodes, pods } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { keyOf, splitKey } from '../../../kube/machinery/object.ts';
import { withCondition } from '../../../kube/machinery/pod-conditions.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { shortestTolerationMs, tolerationsOfAll } from '../../../kube/machinery/tolerations.ts';
import type { Timer } from '../../../platform/clock.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

const noExecute = (node: Node | undefined): readonly Taint[] => node?.spec.taints?.filter(({ effect }) => effect === 'NoExecute') ?? [];

export function taintEvictionController({ client, informers, clock, log }: ControllerContext): Component {
  const allNodes = informers.of(nodes);
  const allPods = informers.of(pods);
  allPods.addIndex('node', ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
  const recorder = new CoreEventRecorder(client, { component: 'taint-eviction-controller' }, clock, log);
  const planned = new Map<string, Timer>();
  const evictions = new WorkQueue({
    clock,
    sync: evict,
    workers: 8,
    baseDelayMs: 10,
    maxDelayMs: 10_000,
    failed: (pod, error) => log.warn('pod not evicted', { pod, error: messageOf(error) }),
  });

  const announce = (key: string, message: string): void => {
    const { namespace = '', name } = splitKey(key);
    recorder.event({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } }, { type: 'Normal', reason: 'TaintManagerEviction', message });
  };
  const cancel = (key: string): void => {
    const plan = planned.get(key);
    if (!plan) return;
    plan.cancel();
    planned.delete(key);
    announce(key, `Cancelling deletion of Pod ${key}`);
  };
  const start = (key: string): void => {
    planned.delete(key);
    announce(key, `Marking for deletion Pod ${key}`);
    evictions.add(key);
  };

  function judge(pod: Pod, taints: readonly Taint[]): void {
    const key = keyOf(pod);
    if (taints.length === 0) {
      cancel(key);
      return;
    }
    const used = tolerationsOfAll(taints, pod.spec.tolerations);
    if (!used) {
      cancel(key);
      start(key);
      return;
    }
    const stayMs = shortestTolerationMs(used);
    if (stayMs === Number.POSITIVE_INFINITY) {
      cancel(key);
      return;
    }
    // The time that has run already counts.
    if (!planned.has(key))
      planned.set(
        key,
        clock.after(stayMs, () => start(key)),
      );
  }

  function listen(): void {
    const nodeChanged = (node: Node): void => {
      const taints = noExecute(node);
      for (const pod of allPods.byIndex('node', node.metadata.name ?? '')) judge(pod, taints);
    };
    allNodes.addHandler({
      added: (node) => {
        if (noExecute(node).length) nodeChanged(node);
      },
      updated: (node, old) => {
        if (!jsonEqual(noExecute(node), noExecute(old))) nodeChanged(node);
      },
    });
    const podChanged = (pod: Pod): void => {
      const taints = pod.spec.nodeName ? noExecute(allNodes.get(pod.spec.nodeName)) : [];
      if (taints.length) judge(pod, taints);
    };
    allPods.addHandler({
      added: podChanged,
      updated: (pod, old) => {
        if (pod.spec.nodeName !== old.spec.nodeName || !jsonEqual(pod.spec.tolerations, old.spec.tolerations)) podChanged(pod);
      },
      deleted: (pod) => cancel(keyOf(pod)),
    });
  }

  async function evict(key: string): Promise<void> {
    const { namespace = '', name } = splitKey(key);
    try {
      const pod = await client.get(pods, name, { namespace });
      const { uid, generation } = pod.metadata;
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
        ...(generation === undefined ? {} : { observedGeneration: generation }),
      };
      const conditions = withCondition(pod.status.conditions, condition, clock.now());
      if (conditions !== pod.status.conditions) {
        await client.patch(
          pods,
          name,
          'strategic',
          { metadata: { uid }, status: { conditions: conditions.filter(({ type }) => type === 'DisruptionTarget').map((each) => ({ ...each })) } },
          { namespace, subresource: 'status' },
        );
      }
      await client.delete(pods, name, { namespace });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return controllerComponent({
    name: 'taint-eviction',
    informers: [allNodes, allPods],
    queues: [evictions],
    listen,
    stop() {
      for (const timer of planned.values()) timer.cancel();
    },
  });
}
