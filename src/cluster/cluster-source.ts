// The clusters that exist, whoever made them, as labs and kubectl see them. What also makes and ends clusters is a ClusterProvider.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import type { Capabilities } from './capabilities.ts';
import type { ClusterTarget } from './target.ts';

export interface KnownCluster {
  readonly name: string;
  readonly origin: 'simulator' | 'provisioned';
  /** In a word: `simulated`, `kubeadm`, `minikube`, `kind`. */
  readonly madeBy: string;
  /** What it can do, as far as that is known without asking it; undefined where it is not. */
  readonly capabilities: Capabilities | undefined;
  /** Whether it runs; undefined where only the cluster itself could tell. */
  readonly runs: boolean | undefined;
}

export interface ClusterSource {
  /** Whether the name is one of its own: of a cluster that exists, or that may be made again under it. */
  has(name: string): Promise<boolean>;
  /** Names of the clusters that exist, running or not. */
  list(): Promise<readonly string[]>;
  /** The same with what is known of them here; no cluster is asked. */
  known(): Promise<readonly KnownCluster[]>;
  /** The path of the cluster's kubeconfig. Rejects with CLUSTER_NOT_FOUND. */
  kubeconfig(name: string): Promise<string>;
  /** A cluster, ready to be used. Rejects with CLUSTER_NOT_FOUND, or where it does not run or does not answer. */
  target(name: string): Promise<ClusterTarget>;
}

/** Two sources as one. Where both have a name, the first has it: names are kept apart when clusters are made. */
export function bothSources(first: ClusterSource, second: ClusterSource): ClusterSource {
  const owner = async (name: string): Promise<ClusterSource> => {
    if (await first.has(name)) return first;
    if (await second.has(name)) return second;
    throw clusterNotFound(name, [...new Set([...(await first.list()), ...(await second.list())])]);
  };
  return {
    has: async (name) => (await first.has(name)) || second.has(name),
    list: async () => [...new Set([...(await first.list()), ...(await second.list())])],
    async known() {
      const ours = await first.known();
      return [...ours, ...(await second.known()).filter(({ name }) => ours.every((each) => each.name !== name))];
    },
    kubeconfig: async (name) => (await owner(name)).kubeconfig(name),
    target: async (name) => (await owner(name)).target(name),
  };
}

const USUAL_WORKERS = 2;

/** `workers` are those that a new one of the name would need. */
export function clusterNotFound(name: string, known: readonly string[], workers = USUAL_WORKERS): AppError {
  const near = nearestName(name, known);
  return new AppError({
    code: 'CLUSTER_NOT_FOUND',
    what: `there is no cluster ${JSON.stringify(name)}`,
    ...(known.length ? { why: near ? `did you mean: ${near}` : `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}` } : {}),
    next: [`make it: ckadet up ${name}${workers === USUAL_WORKERS ? '' : ` --workers ${workers}`}`, 'list clusters: ckadet status'],
    exitCode: EXIT.usage,
  });
}
