// Whose a host is: nobody works on one that another cluster has.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Host } from '../hosts/host.ts';
import { READ_OWNER } from './host-state.ts';

/** Resolves with the cluster, or undefined where the host is nobody's; rejects with HOST_TAKEN when it is another's. */
export async function ownerOf(host: Host, cluster: string, signal: AbortSignal): Promise<string | undefined> {
  const owner = (await host.run(READ_OWNER, { as: 'root', signal })).stdout.trim();
  if (owner === '' || owner === cluster) return owner || undefined;
  throw new AppError({
    code: 'HOST_TAKEN',
    what: `${host.name} belongs to the cluster ${owner}`,
    why: `ckadet made it part of that one; ${cluster} cannot have it too`,
    next: [`if nobody needs ${owner} any more, take it back with its own file: ckadet cluster reset -f FILE`, 'or name another host in the cluster file'],
    exitCode: EXIT.missingPrerequisite,
  });
}

/** Rejects with HOST_TAKEN where the host is another cluster's, and with CLUSTER_NOT_MADE where it is nobody's: what is there is not this cluster's. */
export async function demandOwned(host: Host, cluster: string, signal: AbortSignal): Promise<void> {
  if ((await ownerOf(host, cluster, signal)) !== undefined) return;
  throw new AppError({
    code: 'CLUSTER_NOT_MADE',
    what: `the cluster ${cluster} is not made yet`,
    why: `${host.name} does not belong to it`,
    next: ['make it: ckadet cluster create'],
    exitCode: EXIT.missingPrerequisite,
  });
}
