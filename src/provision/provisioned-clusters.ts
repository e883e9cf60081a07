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
import { shellQuoted } from '../platform/shell-quote.ts';
import { kubeconfigPath } from './cluster-kubeconfig.ts';
import { type ClusterRecord, readRecords } from './cluster-records.ts';

export function provisionedClusters(home: Home): ClusterSource {
  const records = async (): Promise<readonly ClusterRecord[]> => (await readRecords(home)).records;
  const recordOf = async (name: string): Promise<ClusterRecord> => {
    const all = await records();
    const record = all.find((each) => each.name === name);
    if (!record)
      throw clusterNotFound(
        name,
        all.map((each) => each.name),
      );
    return record;
  };
  const kubeconfigOf = async (record: ClusterRecord): Promise<string> => {
    const path = kubeconfigPath(home, record.name);
    if ((await readText(path)) !== undefined) return path;
    throw new AppError({
      code: 'CLUSTER_NOT_MADE',
      what: `the cluster ${record.name} is not finished, or its kubeconfig was never fetched`,
      why: `there is no ${path}`,
      next: [`finish it: ckadet cluster create -f ${shellQuoted(record.file)}`, `or fetch it: ckadet cluster kubeconfig -f ${shellQuoted(record.file)}`],
      exitCode: EXIT.missingPrerequisite,
    });
  };
  return {
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

function mending({ file }: ClusterRecord): readonly string[] {
  const option = `-f ${shellQuoted(file)}`;
  return [
    `see how it is: ckadet cluster status ${option}`,
    `if it was stopped, or is not finished: ckadet cluster create ${option}`,
    `if it was made anew: ckadet cluster kubeconfig ${option}`,
  ];
}
