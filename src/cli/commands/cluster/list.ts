// ckadet cluster list: the clusters that were made from here.
import { defineCommand, jsonOption } from '../../command.ts';
import { wrapAdvice } from '../../output/wrap.ts';

export const command = defineCommand({
  description: 'Lists the clusters that `ckadet cluster create` made, as they were described then. No host is asked.',
  options: { json: jsonOption },
  examples: [{ command: 'ckadet cluster list', says: 'what there is' }],
  next: [{ command: 'ckadet cluster status NAME', says: 'how one of them is' }],
  async run(_input, { out, home }) {
    const { readRecords } = await import('../../../provision/cluster-records.ts');
    const { records, damaged } = await readRecords(home);
    for (const path of damaged) out.warn(`${path} cannot be read; \`ckadet cluster create\` writes it anew`);
    await out.data({ clusters: records }, () => {
      if (!records.length) return wrapAdvice('No cluster was made from here yet. Begin with: ckadet cluster init', out.width);
      return out.table(
        ['NAME', 'TOPOLOGY', 'VERSION', 'HOSTS', 'MADE', 'FILE'],
        records.map(({ name, topology, version, hosts, createdAt, finished, file }) => [
          name,
          topology,
          version,
          hosts.length ? String(hosts.length) : '-',
          finished === false ? 'half' : createdAt.slice(0, 10),
          file,
        ]),
      );
    });
  },
});
