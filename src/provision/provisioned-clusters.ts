// The clusters that `ckadet cluster create` made, offered to labs and kubectl beside the simulated ones: found by their records, reached by the kubeconfigs that were fetched.
import type { Capabilities } from '../cluster/capabilities.ts';
import { clusterNotFound, type ClusterSource } from '../cluster/cluster-source.ts';
import { connect } from '../cluster/connect.ts';
import { probeCapabilities } from '../cluster/external.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { loadKubeconfig } from '../kube/kubeconfig/load.ts';
import { resolveContext } from '../kube/kubeconfig/resolve.ts';
import { readText } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { kubeconfigPath } from './cluster-kubeconfig.ts';
import { type ClusterRecord, readRecords } from './cluster-records.ts';
import { recordNamed } from './named-record.ts';

export function provisionedClusters(home: Home): ClusterSource {
  const records = async (): Promise<readonly ClusterRecord[]> => (await readRecords(home)).records;
  const recordOf = async (name: string): Promise<ClusterRecord> => {
    const record = await recordNamed(home, name);
    if (record && !record.takenBack) return record;
    if (record) throw takenBack(name);
    throw clusterNotFound(
      name,
      (await records()).map((each) => each.name),
    );
  };
  const kubeconfigOf = async ({ name }: ClusterRecord): Promise<string> => {
    const path = kubeconfigPath(home, name);
    if ((await readText(path)) !== undefined) return path;
    throw new AppError({
      code: 'CLUSTER_NOT_MADE',
      what: `the cluster ${name} is not finished, or its kubeconfig was never fetched`,
      why: `there is no ${path}`,
      next: [`finish it: ckadet cluster create ${name}`, `or fetch it: ckadet cluster kubeconfig ${name}`],
      exitCode: EXIT.missingPrerequisite,
    });
  };
  return {
    has: async (name) => (await recordNamed(home, name)) !== undefined,
    list: async () => (await records()).map(({ name }) => name),
    known: async () =>
      (await records()).map(({ name, provider, capabilities }) => ({ name, origin: 'provisioned', madeBy: provider, capabilities, runs: undefined })),
    kubeconfig: async (name) => kubeconfigOf(await recordOf(name)),
    async target(name) {
      const record = await recordOf(name);
      const kubeconfig = await kubeconfigOf(record);
      const connection = await resolveContext(await loadKubeconfig({ env: {}, file: kubeconfig }));
      const client = await connect(connection, { next: mending(record) });
      const capabilities = knownAndSeen(record.capabilities ?? {}, await probeCapabilities(client));
      return { name, context: connection.context, kubeconfig, client, capabilities, origin: 'provisioned' };
    },
  };
}

/** What the cluster says now counts, but for what cannot be seen from within: hosts that one can log in to, and what a network plugin enforces. */
const knownAndSeen = (known: Capabilities, seen: Capabilities): Capabilities => ({
  ...known,
  ...seen,
  'network-policy': seen['network-policy'] === true || known['network-policy'] === true,
});

const mending = ({ name }: ClusterRecord): readonly string[] => [
  `see how it is: ckadet cluster status ${name}`,
  `if it was stopped, or is not finished: ckadet cluster create ${name}`,
  `if it was made anew: ckadet cluster kubeconfig ${name}`,
];

/** Whoever had a lab on it finds that cluster no more. */
const takenBack = (name: string): AppError =>
  new AppError({
    code: 'CLUSTER_NOT_FOUND',
    what: `there is no cluster ${JSON.stringify(name)} any more`,
    why: 'its hosts were returned to what they were',
    next: [`make it again: ckadet cluster create ${name}`, `or forget it: ckadet cluster delete ${name}`],
    exitCode: EXIT.usage,
  });
