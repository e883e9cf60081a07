// Who is a node of a cluster that runs, as its API tells.
import { AppError, messageOf } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Host } from '../hosts/host.ts';
import type { HostSpec } from './cluster-file/cluster-spec.ts';
import { leaving } from './later-changes.ts';
import { KUBECTL } from './phases/kubectl-on-host.ts';
import type { Site } from './site.ts';

const TIMEOUT_MS = 30_000;
const NO_CONTROL_PLANE = 66;
export const LIST_NODES = `[ -e /etc/kubernetes/admin.conf ] || exit ${NO_CONTROL_PLANE}; ${KUBECTL} get nodes --request-timeout=10s -o name`;

/** The names of its nodes; undefined on a host that is no control plane, or not yet. Rejects with NODES_UNKNOWN where the API does not tell. */
export async function nodesOfCluster(host: Host, signal: AbortSignal): Promise<ReadonlySet<string> | undefined> {
  const { exitCode, stdout, stderr } = await host.run(LIST_NODES, { as: 'root', signal, timeoutMs: TIMEOUT_MS });
  if (exitCode === 0) return new Set(stdout.split('\n').flatMap((line) => (line.startsWith('node/') ? [line.slice('node/'.length)] : [])));
  if (exitCode === NO_CONTROL_PLANE) return undefined;
  throw new AppError({
    code: 'NODES_UNKNOWN',
    what: `${host.name} does not tell which nodes there are`,
    why: stderr.trim() || `exit code ${exitCode}`,
    next: ['see how the cluster is: ckadet cluster status'],
    exitCode: EXIT.remoteCommand,
  });
}

/** Asks the control planes of the site, one after the other, until one tells. Rejects with STILL_NODES or NODES_UNKNOWN. A cluster without any has no nodes. */
export async function demandNoNodes(site: Site, workers: readonly HostSpec[], signal: AbortSignal): Promise<void> {
  const silent: string[] = [];
  for (const { name } of site.loaded.spec.controlPlanes) {
    try {
      const nodes = await nodesOfCluster(site.host(name), signal);
      if (!nodes) continue;
      const left = workers.filter(({ nodeName }) => nodes.has(nodeName));
      if (left.length) throw stillNodes(site.loaded.spec.name, left);
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'STILL_NODES') throw error;
      silent.push(`${name}: ${messageOf(error)}`);
    }
  }
  if (!silent.length) return;
  const names = workers.map(({ name }) => name).join(', ');
  throw new AppError({
    code: 'NODES_UNKNOWN',
    what: `whether ${names} can be taken back cannot be told, and nothing was changed`,
    why: `no control plane of ${site.loaded.spec.name} says which nodes there are\n${silent.join('\n')}`,
    next: ['see how the cluster is: ckadet cluster status', 'where it is lost, take all of it back: ckadet cluster reset'],
    exitCode: EXIT.remoteCommand,
  });
}

function stillNodes(cluster: string, workers: readonly HostSpec[]): AppError {
  const names = workers.map(({ name }) => name).join(', ');
  return new AppError({
    code: 'STILL_NODES',
    what: `${names} ${workers.length === 1 ? 'is still a node' : 'are still nodes'} of ${cluster}, and nothing was changed`,
    why: 'what runs there would be lost, and the cluster would go on waiting for it',
    next: [...workers.flatMap(({ nodeName }) => leaving(nodeName)), `then again: ckadet cluster reset --hosts ${workers.map(({ name }) => name).join(',')}`],
    exitCode: EXIT.usage,
  });
}
