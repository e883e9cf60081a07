// Clears away pods that nobody else will: of nodes that are gone, never scheduled ones, and old ended ones. Models kubernetes/pkg/controller/podgc/gc_controller.go
import type { Node, Pod, PodCondition } from '../../../kube/api/core-v1.ts';
import { nodes, pods } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { conditionOf, isPodEnded, withCondition } from '../../../kube/machinery/pod-conditions.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import type { Timer } from '../../../platform/clock.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

const PERIOD_MS = 20_000;
/** A node has to be missing this long before its pods are given up. */
const QUARANTINE_MS = 40_000;
const ENDED_LIMIT = 12_500;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

const isEvicted = ({ status }: Pod): boolean => status?.phase === 'Failed' && status.reason === 'Evicted';
const oldestFirst = (a: Pod, b: Pod): number =>
  Number(isEvicted(b)) - Number(isEvicted(a)) ||
  parseTime(a.metadata.creationTimestamp) - parseTime(b.metadata.creationTimestamp) ||
  ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);
const isOutOfService = (node: Node | undefined): boolean =>
  node !== undefined &&
  conditionOf(node.status?.conditions, 'Ready')?.status !== 'True' &&
  (node.spec.taints?.some(({ key }) => key === OUT_OF_SERVICE) ?? false);

export function podGcController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(pods);
  const allNodes = informers.of(nodes);
  /** When a node was first missed. */
  const missing = new Map<string, number>();
  let timer: Timer | undefined;
  let stopped = false;

  async function collect(): Promise<void> {
    const known = [...all.list()];
    const ended = known.filter(isPodEnded).sort(oldestFirst);
    for (const pod of ended.slice(0, Math.max(0, ended.length - ENDED_LIMIT))) await remove(pod);
    for (const pod of known) if (pod.metadata.deletionTimestamp && pod.spec.nodeName && isOutOfService(allNodes.get(pod.spec.nodeName))) await remove(pod);
    for (const name of await goneNodes(known)) {
      for (const pod of known)
        if (pod.spec.nodeName === name)
          await remove(pod, { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' });
    }
    for (const pod of known) if (pod.metadata.deletionTimestamp && !pod.spec.nodeName) await remove(pod);
  }

  async function goneNodes(known: readonly Pod[]): Promise<readonly string[]> {
    const absent = new Set(known.flatMap(({ spec }) => (spec.nodeName && !allNodes.get(spec.nodeName) ? [spec.nodeName] : [])));
    for (const name of missing.keys()) if (!absent.has(name)) missing.delete(name);
    const gone: string[] = [];
    for (const name of absent) {
      const since = missing.get(name) ?? clock.now();
      missing.set(name, since);
      if (clock.now() - since < QUARANTINE_MS) continue;
      await client.get(nodes, name).catch((error: unknown) => {
        if (isNotFound(error)) gone.push(name);
      });
    }
    return gone;
  }

  async function remove(pod: Pod, condition?: PodCondition): Promise<void> {
    const { name = '', namespace = '', uid, generation } = pod.metadata;
    try {
      if (!isPodEnded(pod)) {
        const observed = generation === undefined ? {} : { observedGeneration: generation };
        const conditions = condition
          ? withCondition(pod.status?.conditions, { ...condition, ...observed }, clock.now()).filter(({ type }) => type === condition.type)
          : [];
        await client.patch(
          pods,
          name,
          'strategic',
          {
            metadata: { uid },
            status: { phase: 'Failed', ...observed, ...(conditions.length ? { conditions: conditions.map((each) => ({ ...each })) } : {}) },
          },
          { namespace, subresource: 'status' },
        );
      }
      await client.delete(pods, name, { namespace, gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isNotFound(error)) log.warn('pod not cleared away', { pod: `${namespace}/${name}`, error: messageOf(error) });
    }
  }

  function tick(): void {
    void collect().finally(() => {
      if (!stopped) timer = clock.after(PERIOD_MS, tick);
    });
  }

  return controllerComponent({
    name: 'pod-gc',
    informers: [all, allNodes],
    queues: [],
    run: tick,
    stop() {
      stopped = true;
      timer?.cancel();
    },
  });
}
