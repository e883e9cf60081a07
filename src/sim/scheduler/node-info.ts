// A node and the pods counted on it, assumed ones included. Models kubernetes/pkg/scheduler/framework/types.go (NodeInfo)
import type { Node } from '../../kube/api/core-v1.ts';
import { quantityOf } from '../../kube/machinery/quantity.ts';
import { toAmount, type Amounts, type HostPort, type PodInfo } from './pod-info.ts';

const COUNTS_LIMIT = 64;
const EVERY_ADDRESS = '0.0.0.0';
const portKey = ({ ip, protocol, port }: HostPort): string => `${protocol}/${port}/${ip}`;

export function allocatableOf(node: Node): Amounts {
  const amounts: Record<string, number> = {};
  for (const [name, text] of Object.entries(node.status?.allocatable ?? {})) amounts[name] = toAmount(name, quantityOf(text));
  return amounts;
}

export class NodeInfo {
  readonly name: string;
  #node: Node | undefined;
  #allocatable: Amounts = {};
  readonly #pods = new Map<string, PodInfo>();
  readonly #requested: Record<string, number> = {};
  readonly #scoreRequested = { cpu: 0, memory: 0 };
  readonly #ports = new Map<string, number>();
  readonly #withAffinity = new Map<string, PodInfo>();
  readonly #withAntiAffinity = new Map<string, PodInfo>();
  readonly #counts = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** Throws while only pods are known, not yet their node. */
  get node(): Node {
    if (!this.#node) throw new Error(`node ${this.name} is not known`);
    return this.#node;
  }
  get isKnown(): boolean {
    return this.#node !== undefined;
  }
  get isEmpty(): boolean {
    return this.#pods.size === 0;
  }

  setNode(node: Node | undefined): void {
    this.#node = node;
    this.#allocatable = node ? allocatableOf(node) : {};
  }

  label(key: string): string | undefined {
    return this.#node?.metadata.labels?.[key];
  }
  allocatable(resource: string): number {
    return this.#allocatable[resource] ?? 0;
  }
  requested(resource: string): number {
    return this.#requested[resource] ?? 0;
  }
  /** CPU and memory with stand-ins for what is not requested. */
  scoreRequested(resource: 'cpu' | 'memory'): number {
    return this.#scoreRequested[resource];
  }

  get podCount(): number {
    return this.#pods.size;
  }
  get pods(): Iterable<PodInfo> {
    return this.#pods.values();
  }
  get podsWithAffinity(): ReadonlyMap<string, PodInfo> {
    return this.#withAffinity;
  }
  get podsWithAntiAffinity(): ReadonlyMap<string, PodInfo> {
    return this.#withAntiAffinity;
  }

  /** A number about the pods here, kept until one comes or goes: most nodes stay as they are between two cycles. */
  counted(key: string, count: (pods: Iterable<PodInfo>) => number): number {
    let found = this.#counts.get(key);
    if (found === undefined) {
      if (this.#counts.size >= COUNTS_LIMIT) this.#counts.clear();
      this.#counts.set(key, (found = count(this.#pods.values())));
    }
    return found;
  }

  addPod(info: PodInfo): void {
    this.removePod(info.uid);
    this.#counts.clear();
    this.#pods.set(info.uid, info);
    this.#count(info, 1);
    if (info.hasAffinity) this.#withAffinity.set(info.uid, info);
    if (info.antiAffinity.length) this.#withAntiAffinity.set(info.uid, info);
  }

  removePod(uid: string): void {
    const info = this.#pods.get(uid);
    if (!info) return;
    this.#counts.clear();
    this.#pods.delete(uid);
    this.#count(info, -1);
    this.#withAffinity.delete(uid);
    this.#withAntiAffinity.delete(uid);
  }

  /** True when one of these host ports is taken. */
  portsConflict(wanted: readonly HostPort[]): boolean {
    return wanted.some((port) => {
      if (port.ip !== EVERY_ADDRESS) return this.#ports.has(portKey(port)) || this.#ports.has(portKey({ ...port, ip: EVERY_ADDRESS }));
      const prefix = `${port.protocol}/${port.port}/`;
      for (const key of this.#ports.keys()) if (key.startsWith(prefix)) return true;
      return false;
    });
  }

  /** A copy that pods may be tried on; the pods themselves are shared. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.setNode(this.#node);
    for (const info of this.#pods.values()) copy.addPod(info);
    return copy;
  }

  #count(info: PodInfo, sign: 1 | -1): void {
    for (const name in info.requests) this.#requested[name] = (this.#requested[name] ?? 0) + sign * (info.requests[name] ?? 0);
    this.#scoreRequested.cpu += sign * (info.scoreRequests['cpu'] ?? 0);
    this.#scoreRequested.memory += sign * (info.scoreRequests['memory'] ?? 0);
    for (const port of info.hostPorts) {
      const key = portKey(port);
      const uses = (this.#ports.get(key) ?? 0) + sign;
      if (uses > 0) this.#ports.set(key, uses);
      else this.#ports.delete(key);
    }
  }
}
