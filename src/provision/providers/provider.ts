// The port to what makes clusters on this machine. Adding one: a folder beside this file and a line in registry.ts.
import type * as z from 'zod/mini';
import type { Capabilities } from '../../cluster/capabilities.ts';
import type { Problem } from '../../platform/checked-yaml.ts';
import type { LocalPlan } from './local/local-plan.ts';
import type { Machine } from './local/machine.ts';

/** Where ckadet keeps what belongs to one cluster. */
export interface Place {
  readonly kubeconfig: string;
  /** The absolute path of a file beside it. */
  path(name: string): string;
}

/** A program that is needed and not there, or does not work. */
export interface Missing {
  /** `minikube is not installed` */
  readonly what: string;
  readonly why: string;
  /** How to get it on this operating system. */
  readonly get: readonly string[];
}

export interface Detection {
  /** What was found: program → version, as it says itself. */
  readonly found: Readonly<Record<string, string>>;
  readonly missing: readonly Missing[];
  /** What was chosen from what is installed: `driver` → `docker`. */
  readonly chosen: Readonly<Record<string, string>>;
}

export interface NodeState {
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  /** What the provider says of it, part by part: `host` → `Running`. */
  readonly parts: Readonly<Record<string, string>>;
  readonly runs: boolean;
}

/** `stopped`: it is there and does not run. */
export interface LocalState {
  readonly state: 'absent' | 'running' | 'stopped';
  readonly nodes: readonly NodeState[];
}

/** A cluster of a cluster file, bound to its provider. */
export interface LocalCluster {
  readonly name: string;
  readonly provider: string;
  /** `v1.35.4`, or the image that decides it. */
  readonly version: string;
  /** For people: `3 nodes`. */
  readonly size: string;
  readonly nodeCount: number;
  /** Making it again goes on with one that was not finished. */
  readonly resumes: boolean;
  /** The context in its kubeconfig. */
  readonly context: string;
  readonly capabilities: Capabilities;
  /** Never rejects because something is missing: that is its answer. */
  detect(machine: Machine): Promise<Detection>;
  /** What making it takes; without a detection it says what it assumes. */
  plan(detection: Detection | undefined, place: Place): LocalPlan;
  state(machine: Machine, place: Place): Promise<LocalState>;
  /** What brings its kubeconfig to `place.kubeconfig`; one that prints it says so. */
  kubeconfigPlan(place: Place): LocalPlan & { readonly printed: boolean };
  removal(place: Place): LocalPlan;
  /** Commands of the provider itself for what ckadet leaves to it. */
  readonly hints: { readonly changeSize: string; readonly remove: string };
}

export interface LocalProvider<F = never> {
  readonly name: string;
  readonly schema: z.ZodMiniType<F>;
  /** What the schema cannot say. */
  relations(file: F): readonly Problem[];
  cluster(file: F): LocalCluster;
}
