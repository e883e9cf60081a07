// Registers the node and keeps its status: soon when it changes, every five minutes when it does not. Models kubernetes/pkg/kubelet/kubelet_node_status.go (syncNodeStatus)
import type { Node } from '../../../kube/api/core-v1.ts';
import { nodes } from '../../../kube/api/resources.ts';
import { isAlreadyExists, isNotFound } from '../../../kube/machinery/status-error.ts';
import type { JsonValue } from '../../../kube/machinery/json.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { Timer } from '../../../platform/clock.ts';
import type { NodeContext } from './node-context.ts';
import { conditionEvents, defaultLabels, nodeConditions, nodeObject } from './node-object.ts';

const CHECK_MS = 10_000;
const REPORT_MS = 300_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 7_000;

export class NodeReporter {
  readonly #node: NodeContext;
  /** Runs once the node is known to the API. */
  readonly #registered: (node: Node) => void;
  #isRegistered = false;
  #unschedulable: boolean | undefined;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(node: NodeContext, registered: (node: Node) => void) {
    this.#node = node;
    this.#registered = registered;
  }

  start(): void {
    this.event('Starting', 'Starting kubelet.');
    this.event('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
    void this.#register(FIRST_RETRY_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** The node has changed in the API. */
  observe(node: Node): void {
    if (!this.#isRegistered || this.#stopped) return;
    const unschedulable = node.spec.unschedulable ?? false;
    if (this.#unschedulable !== undefined && this.#unschedulable !== unschedulable) this.#statusEvent(unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable');
    this.#unschedulable = unschedulable;
    // Somebody else says otherwise, such as a controller that missed us.
    if (this.#differs(node)) this.#schedule(Math.min(CHECK_MS, 1_000));
  }

  event(reason: string, message: string): void {
    const { name } = this.#node.spec;
    // The kubelet's reference to its node carries the name as uid and no version.
    this.#node.recorder.event({ apiVersion: '', kind: 'Node', metadata: { name, uid: name } }, { type: 'Normal', reason, message });
  }

  #statusEvent(reason: string): void {
    this.event(reason, `Node ${this.#node.spec.name} status is now: ${reason}`);
  }

  async #register(retryMs: number): Promise<void> {
    const { client, clock, spec, log } = this.#node;
    if (this.#stopped) return;
    const draft = nodeObject(spec, 'container runtime status check may not have completed yet', clock.now());
    try {
      let known: Node;
      try {
        known = await client.create(nodes, draft);
        for (const reason of conditionEvents([], draft.status?.conditions ?? [])) this.#statusEvent(reason);
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
        known = await client.get(nodes, spec.name);
        const labels = defaultLabels(spec);
        if (Object.entries(labels).some(([key, value]) => known.metadata.labels?.[key] !== value))
          known = await client.patch(nodes, spec.name, 'strategic', { metadata: { labels } });
      }
      this.#isRegistered = true;
      this.#unschedulable = known.spec.unschedulable ?? false;
      this.#registered(known);
      await this.#report(known);
    } catch (error) {
      log.warn('node not registered', { node: spec.name, error: messageOf(error) });
      this.#timer = clock.after(retryMs, () => {
        void this.#register(Math.min(retryMs * 2, LAST_RETRY_MS));
      });
    }
  }

  async #report(known: Node | undefined): Promise<void> {
    const { client, clock, spec, log } = this.#node;
    if (this.#stopped) return;
    try {
      const current = known ?? (await client.get(nodes, spec.name));
      const before = current.status.conditions ?? [];
      const conditions = nodeConditions(before, this.#notReady(current), clock.now());
      const status = { conditions: conditions as unknown as JsonValue, ...this.#inventory(current) };
      const written = await client.patch(nodes, spec.name, 'strategic', { status }, { subresource: 'status' });
      for (const reason of conditionEvents(before, written.status.conditions ?? conditions).filter((each) => each.startsWith('Node')))
        this.#statusEvent(reason);
      // Spread, so that nodes that began together do not report together.
      this.#schedule(this.#differs(written) ? CHECK_MS : REPORT_MS * (0.5 + this.#node.random.next()));
    } catch (error) {
      // A node that was deleted stays away until its kubelet starts again.
      if (isNotFound(error)) {
        this.#schedule(CHECK_MS);
        return;
      }
      log.warn('node status not written', { node: spec.name, error: messageOf(error) });
      this.#schedule(CHECK_MS);
    }
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel();
    if (!this.#stopped)
      this.#timer = this.#node.clock.after(delayMs, () => {
        void this.#report(this.#node.node());
      });
  }

  #notReady(node: Node): string | undefined {
    return this.#node.network.notReady(node.spec.podCIDR ?? this.#node.spec.podCIDR);
  }

  #differs(node: Node): boolean {
    const has = node.status.conditions ?? [];
    return nodeConditions(has, this.#notReady(node), this.#node.clock.now()).some(({ type, status, reason }) => {
      const before = has.find((each) => each.type === type);
      return before?.status !== status || before.reason !== reason;
    });
  }

  /** What an existing node lacks of what this machine has. */
  #inventory({ status }: Node): Readonly<Record<string, JsonValue>> {
    if (status.nodeInfo) return {};
    const { addresses, capacity, allocatable, daemonEndpoints, nodeInfo } = nodeObject(this.#node.spec, undefined, this.#node.clock.now()).status ?? {};
    return { addresses, capacity, allocatable, daemonEndpoints, nodeInfo } as unknown as Readonly<Record<string, JsonValue>>;
  }
}
