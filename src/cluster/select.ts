// Which cluster a command means: the one of the sub-shell, that of the running lab, the usual one, or the only one there is.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Home } from '../platform/home.ts';
import { DEFAULT_CLUSTER } from './cluster-record.ts';
import type { ClusterSource } from './cluster-source.ts';
import { externalTarget } from './external.ts';
import type { ClusterTarget } from './target.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Set in the sub-shell of a cluster. */
export const SHELL_VARIABLE = 'CKADET_CLUSTER';

/** The name of an existing cluster. Rejects with CLUSTER_UNCLEAR or NO_CLUSTER when none can be meant. */
export async function chooseCluster(
  clusters: Pick<ClusterSource, 'list'>,
  env: Environment,
  { lab }: { readonly lab?: string | undefined } = {},
): Promise<string> {
  const known = await clusters.list();
  const [only] = known;
  for (const usual of [env[SHELL_VARIABLE], lab, DEFAULT_CLUSTER]) if (usual !== undefined && known.includes(usual)) return usual;
  if (only === undefined)
    throw new AppError({ code: 'NO_CLUSTER', what: 'there is no cluster yet', next: ['make one: ckadet up'], exitCode: EXIT.missingPrerequisite });
  if (known.length === 1) return only;
  throw new AppError({
    code: 'CLUSTER_UNCLEAR',
    what: 'it is not clear which cluster is meant',
    why: `there are ${known.join(', ')}`,
    next: ['give its name'],
    exitCode: EXIT.usage,
  });
}

/** `cluster` names one that ckadet made, `context` one of the learner's own; with neither, as `chooseCluster` does. */
export async function selectTarget(
  choice: { readonly cluster?: string | undefined; readonly context?: string | undefined },
  { clusters, home, env }: { readonly clusters: ClusterSource; readonly home: Home; readonly env: Environment },
): Promise<ClusterTarget> {
  if (choice.cluster !== undefined && choice.context !== undefined)
    throw new AppError({ code: 'USAGE', what: 'a cluster and a context cannot both be chosen', next: ['give --cluster or --context'], exitCode: EXIT.usage });
  if (choice.context !== undefined) return externalTarget(choice.context, { home, env });
  return clusters.target(choice.cluster ?? (await chooseCluster(clusters, env)));
}
