// Where clusters are made and ended in one breath: the port that the simulator implements.
import type { Progress } from '../platform/progress.ts';
import type { Capabilities } from './capabilities.ts';
import type { ClusterSource } from './cluster-source.ts';

/** Parts of a control plane that a learner may want to be missing. */
export const COMPONENTS = ['controllers', 'scheduler', 'kubelet'] as const;
export type ComponentName = (typeof COMPONENTS)[number];

export interface UpRequest {
  readonly name: string;
  /** Left out: as before, or the provider's usual number. */
  readonly workers?: number;
  readonly disable?: ReadonlySet<ComponentName>;
  /** Arguments of the API server, such as `enable-admission-plugins=AlwaysPullImages`. Left out: as before. */
  readonly apiServerArguments?: readonly string[];
  /** Left out: as before, or one that is free. */
  readonly port?: number;
  /** Names the piece of work of this process that the cluster is made for and ends with, such as `tour`. The name must be free. */
  readonly temporaryFor?: string;
}

export interface UpResult {
  readonly name: string;
  readonly context: string;
  readonly kubeconfig: string;
  readonly server: string;
  /** `running`: it was up already, nothing was changed. */
  readonly outcome: 'created' | 'resumed' | 'running';
}

export interface NodeSummary {
  readonly name: string;
  readonly ready: boolean;
  readonly schedulable: boolean;
}

export interface ClusterStatus {
  readonly name: string;
  /** `damaged`: its description on disk cannot be read; `unreachable`: its process runs and does not answer. */
  readonly state: 'running' | 'stopped' | 'killed' | 'unreachable' | 'damaged';
  readonly pid: number | null;
  readonly server: string | null;
  readonly kubeconfig: string;
  readonly version: string | null;
  readonly nodes: readonly NodeSummary[];
  readonly residentBytes: number | null;
  /** Kinds that are served without the controller that acts on them. */
  readonly unsupported: readonly string[];
  /** Of one that was killed: why, where its process could still tell. */
  readonly reason: string | null;
}

export interface Work {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface ClusterProvider extends ClusterSource {
  /** Makes the cluster or brings it back; after an abort or a failure nothing half-made is left. */
  up(request: UpRequest, work: Work): Promise<UpResult>;
  /** Ends the cluster; `deleted` also forgets everything in it. Resolves with what was found. */
  down(name: string, options: { readonly delete: boolean }, work: Work): Promise<'stopped' | 'was-stopped' | 'deleted'>;
  /** Removes clusters that were made for such work by a process that is gone. Resolves with their names. */
  removeLeftovers(temporaryFor: string, work: Work): Promise<readonly string[]>;
  status(): Promise<readonly ClusterStatus[]>;
  /** What a new cluster with so many workers could do. */
  offers(workers: number): Promise<Capabilities>;
}
