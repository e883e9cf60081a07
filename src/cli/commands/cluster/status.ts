// ckadet cluster status: how a cluster of your own machines is, host by host.
import { EXIT } from '../../../errors/exit-codes.ts';
import type { ClusterStatus, HostStatus } from '../../../provision/status/cluster-status.ts';
import { withSite } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { Style } from '../../output/style.ts';
import { wrap, wrapAdvice } from '../../output/wrap.ts';
import { fileOption, nameArgument, withCluster } from '../../which-cluster.ts';

/** A host that is silent for longer is a finding. */
const PATIENCE_MS = 5_000;

export const command = defineCommand({
  description:
    'Asks every host at once: do its units run, does its API server answer, is its etcd member healthy, is its node Ready, and who holds the virtual address. A host that does not answer is told of like any other finding. The exit code is 1 when something is wrong.',
  arguments: { name: nameArgument },
  options: { file: fileOption, json: jsonOption },
  examples: [
    { command: 'ckadet cluster status', says: 'how the cluster of cluster.yaml is' },
    { command: 'ckadet cluster status --json', says: 'for scripts' },
  ],
  next: [{ command: 'ckadet cluster ssh HOST', says: 'look at a host' }],
  run: (input, context) =>
    withCluster(input, context, async (cluster, repeat) => {
      const { out, signal } = context;
      if (cluster.kind === 'local') {
        const { showLocalStatus } = await import('../../local-cluster.ts');
        return showLocalStatus(cluster.local, context, repeat);
      }
      const { loaded } = cluster;
      const { statusOfCluster } = await import('../../../provision/runs/status.ts');
      const told = await withSite(loaded, context, (site) => out.progress.step('Ask the hosts', () => statusOfCluster(site, signal)), undefined, {
        patienceMs: PATIENCE_MS,
      });
      const status = { ...told, problems: told.problems.map(repeat) };
      await out.data(status, async () => {
        const { style } = out;
        const rows = status.hosts.map((host) => row(host, style));
        const table = await out.table(['HOST', 'ROLES', 'KUBELET', 'RUNTIME', 'BALANCER', 'API', 'ETCD', 'NODE'], rows);
        return [
          wrap(repeat(headline(status, style)), out.width),
          '',
          table,
          ...status.problems.map((problem, i) => `${i === 0 ? '\n' : ''}${wrapAdvice(`- ${problem}`, out.width)}`),
        ].join('\n');
      });
      return status.isHealthy ? EXIT.ok : EXIT.failed;
    }),
});

function headline({ cluster, isHealthy, isMade, isFinished, isLeaving, endpoint: { url, isReady, holder }, etcd, hosts }: ClusterStatus, style: Style): string {
  if (!isMade) return style.bad(hosts.every(({ isReachable }) => !isReachable) ? `${cluster} does not answer` : `${cluster} is not made`);
  if (isLeaving) return `${style.bad(`${cluster} is taken back in part`)}: ckadet cluster reset goes on with it`;
  if (!isFinished) return `${style.bad(`${cluster} is half made`)}: ckadet cluster create --resume finishes it, ckadet cluster reset takes it back`;
  const how = isHealthy ? style.good(`${cluster} is healthy`) : style.bad(`${cluster} is not healthy`);
  return `${how}: ${url} ${isReady ? 'answers' : 'does not answer'}${holder === null ? '' : `, held by ${holder}`}; etcd ${etcd.healthy} of ${etcd.members} healthy`;
}

const BALANCER = ['haproxy', 'keepalived'] as const;

function row({ name, roles, isReachable, isMember, units, api, etcd, node }: HostStatus, style: Style): readonly string[] {
  const ready = node ? (node.isReady ? style.good('Ready') : style.bad('NotReady')) : '-';
  if (!isReachable) return [name, roles.join(','), style.bad('away'), '-', '-', '-', '-', ready];
  if (!isMember) return [name, roles.join(','), '-', '-', '-', '-', '-', ready];
  const state = (...names: readonly string[]): string => {
    const there = names.filter((unit) => unit in units);
    if (!there.length) return '-';
    const down = there.filter((unit) => units[unit] !== 'active');
    return down.length ? style.bad(names.length > 1 ? `no ${down.join(', ')}` : 'down') : style.good('up');
  };
  const say = (text: string | null, fine: string): string => (text === null ? '-' : text === fine ? style.good(fine) : style.bad('no'));
  return [name, roles.join(','), state('kubelet'), state('containerd', 'crio'), state(...BALANCER), say(api, 'ok'), say(etcd, 'healthy'), ready];
}
