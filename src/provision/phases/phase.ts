// What a phase is: one idempotent step of making a cluster, as the actions it takes on each of its hosts. Phases are pure.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import type { HostFacts } from '../survey/facts.ts';
import type { PackageFolder } from '../packages/folder.ts';
import type { Action, PhaseInfo, ValueSpec } from '../plan/action.ts';

/** What of the cluster is there when a run begins, by the names of hosts. */
export interface Standing {
  /** Workers that joined, and whose nodes are not there any more. */
  readonly deleted: ReadonlySet<string>;
  /** Whose join was cut off, while their nodes are there: kubeadm would not let them join. */
  readonly halfJoined: ReadonlySet<string>;
}
export const NOTHING_STANDS: Standing = { deleted: new Set(), halfJoined: new Set() };

export interface PhaseContext {
  readonly spec: ClusterSpec;
  /** What is known of a host, or taken for granted. */
  facts(host: HostSpec): HostFacts;
  readonly standing: Standing;
  /** Undefined where packages come from repositories. */
  readonly packages: PackageFolder | undefined;
}

export interface Phase {
  readonly info: PhaseInfo;
  /** In the order in which a plan lists them. */
  hosts(spec: ClusterSpec): readonly HostSpec[];
  /** None: the phase has nothing to do there. */
  actions(host: HostSpec, context: PhaseContext): readonly Action[];
  /** Phases that must have ended on the same host, and on every host that they have. */
  readonly after: readonly string[];
  readonly afterAll?: readonly string[];
  /** On how many of its hosts at once, in order; left out: on all. */
  readonly atOnce?: number;
  values?(context: PhaseContext): readonly ValueSpec[];
}

/** Hosts that run a kubelet as members of the cluster. */
export const nodes = ({ controlPlanes, workers }: ClusterSpec): readonly HostSpec[] => [...controlPlanes, ...workers];
/** Hosts that run containers. */
export const everyHost = ({ hosts }: ClusterSpec): readonly HostSpec[] => hosts;
