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
    const { records, takenBack, damaged } = await readRecords(home);
    for (const path of damaged) out.warn(`${path} cannot be read; \`ckadet cluster create\` writes it anew`);
    await out.data({ clusters: records, takenBack: takenBack.map(({ name, file }) => ({ name, file })) }, async () => {
      // Their names are known still, to whoever makes them again or forgets them.
      const gone = takenBack.map(({ name, file }) =>
        wrapAdvice(`${name} was taken back from its hosts; make it again: ckadet cluster create ${name} (${file})`, out.width),
      );
      if (!records.length)
        return gone.length
          ? ['No cluster that was made from here is there.', ...gone].join('\n')
          : wrapAdvice('No cluster was made from here yet. Begin with: ckadet cluster init', out.width);
      const table = await out.table(
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
      return gone.length ? [table, '', ...gone].join('\n') : table;
    });
  },
});
