// Watches over nodes: marks those that fall silent, taints them, tells of it. Models kubernetes/pkg/controller/nodelifecycle/node_lifecycle_controller.go
import type { Node, NodeCondition, Pod } from '../../../kube/api/core-v1.ts';
import { leases, nodes, pods } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder, type EventTarget } from '../../../kube/client/event-recorder.ts';
import { changeNodeTaints } from '../../../kube/client/node-taints.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { conditionOf, podCondition } from '../../../kube/machinery/pod-conditions.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { sameTaint } from '../../../kube/machinery/tolerations.ts';
import type { Timer } from '../../../platform/clock.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { ZonedEvictor } from './evictor.ts';
import { NOT_READY, observeHealth, scheduleTaints, silentConditions, UNREACHABLE, type NodeHealth } from './health.ts';

const MONITOR_MS = 5000;
const TAINT_PASS_MS = 100;
const LEASE_NAMESPACE = 'kube-node-lease';
const EXCLUDED = 'node.kubernetes.io/exclude-disruption';
const MIRRORED_LABELS = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
] as const;

const zoneOf = ({ metadata }: Node): string =>
  `${metadata.labels?.['topology.kubernetes.io/region'] ?? ''}:${metadata.labels?.['topology.kubernetes.io/zone'] ?? ''}`;

export function nodeLifecycleController({ client, informers, clock, log }: ControllerContext): Component {
  const allNodes = informers.of(nodes);
  const allPods = informers.of(pods);
  const allLeases = informers.of(leases);
  allPods.addIndex('node', ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
  const recorder = new CoreEventRecorder(client, { component: 'node-controller' }, clock, log);
  const known = new Map<string, Node>();
  const health = new Map<string, NodeHealth>();
  const evictor = new ZonedEvictor();
  /** Nodes whose pods could not all be marked. */
  const unmarked = new Set<string>();
  let monitor: Timer | undefined;
  let tainter: Timer | undefined;
  let stopped = false;
  const failed =
    (what: string) =>
    (node: string, error: unknown): void =>
      log.warn(what, { node, error: messageOf(error) });
  const queue = new WorkQueue({ clock, sync: reconcileNode, workers: 8, maxDelayMs: 10_000, failed: failed('node not tainted') });

  function listen(): void {
    const enqueue = ({ metadata }: Node): void => queue.add(metadata.name ?? '');
    allNodes.addHandler({
      added: enqueue,
      updated(node, old) {
        const parts = ({ metadata, spec, status }: Node): unknown => [
          metadata.labels,
          spec.taints,
          spec.unschedulable,
          status?.conditions?.map(({ type, status: value }) => [type, value]),
        ];
        if (!jsonEqual(parts(node), parts(old))) enqueue(node);
      },
      deleted: ({ metadata }) => evictor.remove(metadata.name ?? ''),
    });
    // A pod bound to a node that is known to be lost was not among those marked.
    allPods.addHandler({
      added: markIfLost,
      updated: (pod, old) => {
        if (pod.spec.nodeName !== old.spec.nodeName) markIfLost(pod);
      },
    });
  }

  function markIfLost(pod: Pod): void {
    const node = pod.spec.nodeName ? allNodes.get(pod.spec.nodeName) : undefined;
    const ready = node && health.has(pod.spec.nodeName ?? '') ? conditionOf(node.status?.conditions, 'Ready') : undefined;
    if (ready && ready.status !== 'True') void markPodsNotReady([pod]).catch((error: unknown) => failed('pod not marked')(pod.spec.nodeName ?? '', error));
  }

  /** Taints and labels that follow from what the node says of itself. */
  async function reconcileNode(name: string): Promise<void> {
    const node = allNodes.get(name);
    if (!node) return;
    try {
      const { add, remove } = scheduleTaints(node, clock.now());
      if (add.length + remove.length) await changeNodeTaints(client, node, add, remove);
      const labels: Record<string, string> = {};
      for (const [primary, secondary] of MIRRORED_LABELS) {
        const value = node.metadata.labels?.[primary];
        if (value !== undefined && node.metadata.labels?.[secondary] !== value) labels[secondary] = value;
      }
      if (Object.keys(labels).length) await client.patch(nodes, name, 'strategic', { metadata: { labels } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async function monitorAll(): Promise<void> {
    const all = [...allNodes.list()];
    for (const node of all) {
      const name = node.metadata.name ?? '';
      if (!known.has(name)) {
        event(node, `Node ${name} event: Registered Node ${name} in Controller`, 'RegisteredNode');
        await reachable(node);
      }
      known.set(name, node);
    }
    for (const [name, node] of known) {
      if (allNodes.get(name)) continue;
      event(node, `Node ${name} event: Removing Node ${name} from Controller`, 'RemovingNode');
      known.delete(name);
      health.delete(name);
    }
    const ready = new Map<string, (NodeCondition | undefined)[]>();
    for (const node of all) {
      try {
        const condition = await monitorOne(node);
        if (node.metadata.labels?.[EXCLUDED] === undefined) ready.set(zoneOf(node), [...(ready.get(zoneOf(node)) ?? []), condition]);
      } catch (error) {
        failed('node health not updated')(node.metadata.name ?? '', error);
      }
    }
    const turn = evictor.judge(ready, clock.now());
    if (turn === 'all-lost') for (const node of all) await reachable(node);
    if (turn === 'back') for (const [name, each] of health) health.set(name, { ...each, probedAt: clock.now() });
  }

  async function monitorOne(node: Node): Promise<NodeCondition | undefined> {
    const name = node.metadata.name ?? '';
    const nowMs = clock.now();
    const observed = observeHealth(health.get(name), node, allLeases.get(name, LEASE_NAMESPACE), nowMs);
    health.set(name, observed);
    const before = conditionOf(node.status?.conditions, 'Ready');
    const conditions = silentConditions(node, observed, nowMs);
    let current = node;
    if (conditions) {
      current = await client.update(nodes, { ...node, status: { ...node.status, conditions } }, { subresource: 'status' });
      health.set(name, { ...observed, ready: conditionOf(current.status.conditions, 'Ready') });
    }
    const ready = conditionOf(current.status?.conditions, 'Ready');
    if (!ready) return ready;
    await evictionTaint(current, ready);
    const fell = ready.status !== 'True' && before?.status === 'True';
    if (fell) event(node, `Node ${name} status is now: NodeNotReady`, 'NodeNotReady');
    if (fell || (unmarked.has(name) && ready.status !== 'True')) {
      unmarked.add(name);
      await markPodsNotReady(allPods.byIndex('node', name));
    }
    unmarked.delete(name);
    return ready;
  }

  async function evictionTaint(node: Node, { status }: NodeCondition): Promise<void> {
    const name = node.metadata.name ?? '';
    if (status === 'True') {
      await reachable(node);
      return;
    }
    const [wanted, opposite] = status === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
    const has = (taint: typeof wanted): boolean => node.spec.taints?.some((each) => sameTaint(each, taint)) ?? false;
    if (has(opposite)) await changeNodeTaints(client, node, [{ ...wanted, timeAdded: formatTime(clock.now()) }], [opposite]);
    else if (!has(wanted)) evictor.add(zoneOf(node), name, clock.now());
  }

  async function reachable(node: Node): Promise<void> {
    evictor.remove(node.metadata.name ?? '');
    await changeNodeTaints(client, node, [], [UNREACHABLE, NOT_READY]).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  async function taintDue(): Promise<void> {
    for (const name of evictor.take(clock.now())) {
      const node = allNodes.get(name);
      const ready = node && conditionOf(node.status?.conditions, 'Ready');
      if (!node || !ready || ready.status === 'True') continue;
      const [wanted, opposite] = ready.status === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
      await changeNodeTaints(client, node, [{ ...wanted, timeAdded: formatTime(clock.now()) }], [opposite]).catch((error: unknown) => {
        failed('node not tainted')(name, error);
        evictor.add(zoneOf(node), name, clock.now());
      });
    }
  }

  async function markPodsNotReady(all: readonly Pod[]): Promise<void> {
    for (const pod of all) {
      const ready = podCondition(pod, 'Ready');
      if (ready?.status !== 'True') continue;
      const conditions =
        pod.status.conditions?.map((each) => (each === ready ? { ...each, status: 'False', lastTransitionTime: formatTime(clock.now()) } : each)) ?? [];
      try {
        await client.update(pods, { ...pod, status: { ...pod.status, conditions } }, { subresource: 'status' });
      } catch (error) {
        if (isNotFound(error)) continue;
        throw error;
      }
      recorder.event(pod, { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' });
    }
  }

  function event({ metadata: { name = '', uid } }: Node, message: string, reason: string): void {
    const target: EventTarget = { apiVersion: 'v1', kind: 'Node', metadata: { name, ...(uid ? { uid } : {}) } };
    recorder.event(target, { type: 'Normal', reason, message });
  }

  function monitorTick(): void {
    void monitorAll()
      .catch((error: unknown) => failed('node monitoring failed')('', error))
      .finally(() => {
        if (stopped) return;
        if (evictor.isWaiting && !tainter) taintTick();
        monitor = clock.after(MONITOR_MS, monitorTick);
      });
  }

  /** Runs only while some node is due. */
  function taintTick(): void {
    tainter = undefined;
    void taintDue().finally(() => {
      if (!stopped && evictor.isWaiting) tainter = clock.after(TAINT_PASS_MS, taintTick);
    });
  }

  return controllerComponent({
    name: 'nodelifecycle',
    informers: [allNodes, allPods, allLeases],
    queues: [queue],
    listen,
    run: monitorTick,
    stop() {
      stopped = true;
      monitor?.cancel();
      tainter?.cancel();
    },
  });
}
