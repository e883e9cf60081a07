// Which of the known clusters can serve a lab: the one in use, or else which others, and what the rest lacks. Pure; no cluster is asked.
import { type Needs, unmetNeeds } from './capabilities.ts';
import { DEFAULT_CLUSTER } from './cluster-record.ts';
import type { KnownCluster } from './cluster-source.ts';

export interface Requirements {
  readonly needs: Needs;
  readonly images: readonly string[];
}

export interface Judged {
  readonly cluster: KnownCluster;
  /** One sentence for each need that is not met; none where it fits. */
  readonly lacks: readonly string[];
}

export interface Backends {
  /** The cluster of the shell, the usual one, or the only simulated one. */
  readonly inUse: Judged | undefined;
  /** Others that fit: simulated ones first, those that run before all. */
  readonly others: readonly KnownCluster[];
  /** All that lack something, in the order in which they are known. */
  readonly unfit: readonly Judged[];
}

/** `shell` is the cluster of the shell that the person is in. */
export function findBackends({ needs, images }: Requirements, known: readonly KnownCluster[], shell: string | undefined): Backends {
  const judged = known.map((cluster): Judged => ({ cluster, lacks: lacksOf(cluster) }));
  const simulated = judged.filter(({ cluster }) => cluster.origin === 'simulator');
  const [only] = simulated;
  const inUse =
    judged.find(({ cluster }) => cluster.name === shell) ??
    simulated.find(({ cluster }) => cluster.name === DEFAULT_CLUSTER) ??
    (simulated.length === 1 ? only : undefined);
  const others = judged.filter((each) => each !== inUse && !each.lacks.length).map(({ cluster }) => cluster);
  return { inUse, others: others.toSorted((a, b) => effort(a) - effort(b)), unfit: judged.filter(({ lacks }) => lacks.length) };

  function lacksOf({ capabilities }: KnownCluster): readonly string[] {
    return capabilities ? unmetNeeds(needs, images, capabilities) : ['what it can do is not known'];
  }
}

/** A simulated cluster costs nothing to use; a real one is somebody's. */
const effort = ({ origin, runs }: KnownCluster): number => (origin === 'provisioned' ? 2 : runs ? 0 : 1);

/** `cka (simulated)` */
export const calledAs = ({ name, madeBy }: KnownCluster): string => `${name} (${madeBy})`;
