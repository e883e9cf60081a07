// The extension points of scheduling: what a plugin may do and say. Models kubernetes/staging/src/k8s.io/kube-scheduler/framework/interface.go
import type { Node, Pod } from '../../kube/api/core-v1.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** Why a pod cannot have a node; success is undefined everywhere. */
export interface Rejection {
  /** Whether removing other pods could help (`unschedulable`) or not (`unresolvable`). */
  readonly code: 'unschedulable' | 'unresolvable';
  readonly reasons: readonly string[];
  /** Filled in by the framework. */
  readonly plugin?: string;
}

export const unschedulable = (...reasons: readonly string[]): Rejection => ({ code: 'unschedulable', reasons });
export const unresolvable = (...reasons: readonly string[]): Rejection => ({ code: 'unresolvable', reasons });

export const MAX_NODE_SCORE = 100;

/** A typed place in the state of one scheduling cycle. */
export class StateKey<T> {
  readonly name: string;
  /** Copies what adding or removing pods changes; left out for state that these do not touch. */
  readonly clone: ((value: T) => T) | undefined;

  constructor(name: string, clone?: (value: T) => T) {
    this.name = name;
    this.clone = clone;
  }
}

/** What plugins remember within one attempt to schedule one pod. */
export class CycleState {
  readonly #values = new Map<StateKey<unknown>, unknown>();
  /** Plugins whose PreFilter or PreScore found nothing to do. */
  readonly skipFilter = new Set<string>();
  readonly skipScore = new Set<string>();

  write<T>(key: StateKey<T>, value: T): void {
    this.#values.set(key as StateKey<unknown>, value);
  }

  read<T>(key: StateKey<T>): T | undefined {
    return this.#values.get(key as StateKey<unknown>) as T | undefined;
  }

  /** A copy in which pods may be added and removed without touching this one. */
  clone(): CycleState {
    const copy = new CycleState();
    for (const [key, value] of this.#values) copy.#values.set(key, key.clone ? key.clone(value) : value);
    for (const name of this.skipFilter) copy.skipFilter.add(name);
    return copy;
  }
}

/** Something that happened in the cluster and may help pods that did not fit. */
export type ClusterEvent =
  | { readonly kind: 'node'; readonly old?: Node; readonly node?: Node; readonly labels: boolean; readonly taints: boolean; readonly allocatable: boolean }
  /** A pod that has a node came, changed or went; `pod` is absent when it went. */
  | { readonly kind: 'assigned-pod'; readonly old?: Pod; readonly pod?: Pod; readonly labels: boolean; readonly scaledDown: boolean }
  /** A claim, a volume or a storage class came or changed. */
  | { readonly kind: 'storage'; readonly resource: string; readonly object: KubeObject }
  /** The waiting pod itself was changed. */
  | { readonly kind: 'own-update'; readonly old: Pod; readonly pod: Pod };

/** The verdicts on nodes of one cycle; nodes that are absent were not looked at one by one. */
export interface NodeVerdicts {
  readonly byNode: ReadonlyMap<string, Rejection>;
  readonly absent: Rejection;
}

export type PreFilterOutcome = 'skip' | { readonly onlyNodes: ReadonlySet<string> } | Rejection | undefined;
export interface PostFilterOutcome {
  readonly rejection?: Rejection;
  /** What went wrong: plugins after this one are not asked. */
  readonly error?: string;
  /** Node to nominate, '' to clear the nomination, undefined to leave it. */
  readonly nominate?: string;
}

export const isRejection = (outcome: PreFilterOutcome): outcome is Rejection => typeof outcome === 'object' && 'code' in outcome;

/** A plugin supplies the methods of the extension points where it has a say. */
export interface Plugin {
  readonly name: string;
  /** Keeps a pod out of the queue until it is looked at again. */
  preEnqueue?(pod: Pod): Rejection | undefined;
  preFilter?(state: CycleState, pod: PodInfo): PreFilterOutcome;
  /** Keeps what PreFilter computed right when a pod is tried on or off a node. */
  addPod?(state: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void;
  removePod?(state: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void;
  filter?(state: CycleState, pod: PodInfo, node: NodeInfo): Rejection | undefined;
  postFilter?(state: CycleState, pod: PodInfo, verdicts: NodeVerdicts): PostFilterOutcome;
  preScore?(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): 'skip' | undefined;
  score?(state: CycleState, pod: PodInfo, node: NodeInfo): number;
  /** Brings raw scores, in the order of `nodes`, into 0–100, in place. */
  normalize?(state: CycleState, pod: PodInfo, scores: number[], nodes: readonly NodeInfo[]): void;
  reserve?(state: CycleState, pod: PodInfo, node: string): Rejection | undefined;
  unreserve?(state: CycleState, pod: PodInfo, node: string): void;
  preBind?(state: CycleState, pod: PodInfo, node: string): Promise<void>;
  /** Resolves true when this plugin bound the pod. */
  bind?(state: CycleState, pod: PodInfo, node: string): Promise<boolean>;
  postBind?(state: CycleState, pod: PodInfo, node: string): void;
  /** Whether the event may help a pod that this plugin rejected; without this method every event may. */
  helps?(event: ClusterEvent, pod: PodInfo): boolean;
}

/** Divides by the largest score; reversed, fewer is better. */
export function normalizeByLargest(scores: number[], reverse: boolean): void {
  let largest = 0;
  for (const score of scores) if (score > largest) largest = score;
  for (let i = 0; i < scores.length; i++) {
    const scaled = largest === 0 ? 0 : Math.floor((MAX_NODE_SCORE * (scores[i] ?? 0)) / largest);
    scores[i] = reverse ? MAX_NODE_SCORE - scaled : scaled;
  }
}
