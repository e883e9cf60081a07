// The clusters a command may be about, the simulated ones and those of `ckadet cluster`, and what is only for one of both.
import { bothSources, type ClusterSource } from '../cluster/cluster-source.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { CommandContext } from './context.ts';

type Means = Pick<CommandContext, 'simulator' | 'provisioned' | 'home'>;

export async function knownClusters({ simulator, provisioned, home }: Means): Promise<ClusterSource> {
  const [simulated, real] = await Promise.all([simulator(home), provisioned(home)]);
  return bothSources(simulated, real);
}

/** Whether the name is that of a cluster that `ckadet cluster` made, there or taken back, and no simulated one has it. */
export async function isProvisioned(name: string, { simulator, provisioned, home }: Means): Promise<boolean> {
  const [simulated, real] = await Promise.all([simulator(home), provisioned(home)]);
  return (await real.has(name)) && !(await simulated.has(name));
}

/** Refuses for a real cluster what is done with simulated ones only. */
export async function demandSimulated(name: string, next: readonly string[], means: Means): Promise<void> {
  if (!(await isProvisioned(name, means))) return;
  throw new AppError({
    code: 'NOT_SIMULATED',
    what: `${name} is no simulated cluster`,
    why: '`ckadet cluster create` made it',
    next,
    exitCode: EXIT.usage,
  });
}

/** Refuses to make a real cluster with the name of a simulated one: commands find clusters by their names. */
export async function demandFreeName(name: string, means: Means): Promise<void> {
  const [simulated, real] = await Promise.all([means.simulator(means.home), means.provisioned(means.home)]);
  if ((await real.has(name)) || !(await simulated.has(name))) return;
  throw new AppError({
    code: 'CLUSTER_TAKEN',
    what: `there is a simulated cluster ${name} already`,
    why: 'labs, kubectl and shells find a cluster by its name alone',
    next: ['give yours another name in the cluster file', `or remove the simulated one: ckadet down ${name} --delete`],
    exitCode: EXIT.usage,
  });
}
