// ckadet status: the clusters that exist, whether they run, and what they need.
import { calledAs } from '../../cluster/find-backend.ts';
import type { ClusterStatus } from '../../cluster/provider.ts';
import { defineCommand, jsonOption } from '../command.ts';
import { wrapAdvice } from '../output/wrap.ts';

const ADVICE: Readonly<Partial<Record<ClusterStatus['state'], (status: ClusterStatus) => string>>> = {
  killed: ({ name, reason }) =>
    `The process of ${name} ended ${reason ? `by itself: ${reason}` : 'without being asked to'}. Nothing is lost; ${reason ? 'once that is mended, ' : ''}resume it: ckadet up ${name}`,
  unreachable: ({ name }) => `${name} runs and does not answer. Restart it: ckadet down ${name} && ckadet up ${name}`,
  damaged: ({ name }) => `The description of ${name} cannot be read. Remove it: ckadet down ${name} --delete`,
};

export const command = defineCommand({
  description:
    'Shows every simulated cluster: where it listens, its version, how many nodes are Ready and how much memory it takes; and which real ones ckadet made.',
  options: { json: jsonOption },
  examples: [
    { command: 'ckadet status', says: 'what is there' },
    { command: 'ckadet status --json', says: 'for scripts, with nodes, process ids and paths' },
  ],
  next: [
    { command: 'ckadet shell', says: 'work in a cluster' },
    { command: 'ckadet doctor', says: 'find out why something does not work' },
  ],
  async run(_input, { simulator, provisioned, home, out }) {
    const [clusters, real] = await Promise.all([(await simulator(home)).status(), (await provisioned(home)).known()]);
    // Of real ones only their hosts and providers can tell more: that is another command's work.
    const others = real.length
      ? ['', wrapAdvice(`Real clusters, made by ckadet cluster: ${real.map(calledAs).join(', ')}. How one is: ckadet cluster status NAME`, out.width)]
      : [];
    await out.data(
      { clusters, provisioned: real.map(({ name, madeBy, capabilities }) => ({ name, madeBy, capabilities: capabilities ?? null })) },
      async () => {
        if (clusters.length === 0) return [`There is no ${real.length ? 'simulated ' : ''}cluster yet. Make one: ckadet up`, ...others].join('\n');
        const table = await out.table(['NAME', 'STATE', 'NODES', 'VERSION', 'MEMORY', 'SERVER'], clusters.map(row));
        return [
          table,
          ...clusters.flatMap((status) => {
            const advice = ADVICE[status.state]?.(status);
            return advice ? ['', wrapAdvice(advice, out.width)] : [];
          }),
          ...others,
        ].join('\n');
      },
    );
  },
});

function row({ name, state, nodes, version, residentBytes, server }: ClusterStatus): readonly string[] {
  const ready = nodes.filter((node) => node.ready).length;
  return [
    name,
    state,
    state === 'running' ? `${ready}/${nodes.length} ready` : '-',
    version ?? '-',
    residentBytes === null ? '-' : `${Math.round(residentBytes / 2 ** 20)} MB`,
    server ?? '-',
  ];
}
