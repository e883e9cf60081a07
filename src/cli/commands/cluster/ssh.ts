// ckadet cluster ssh: a shell on a host of the cluster, or one command there.
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { nearestName } from '../../../errors/nearest-name.ts';
import { readText } from '../../../platform/files.ts';
import { shellWord } from '../../../platform/shell-quote.ts';
import { withSite } from '../../cluster-place.ts';
import { defineCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { CLUSTER_FILE, fileOption, nameArgument, withHosts } from '../../which-cluster.ts';

export const command = defineCommand({
  description:
    'Logs in to a host as the cluster file says: address, user, identity and jump hosts. With a command it runs that, and its exit code is the command’s. Words that begin with a dash come after --.',
  arguments: {
    host: { summary: 'a host, as the cluster file calls it', required: true },
    command: { summary: 'what to run there; a shell if not given', variadic: true },
  },
  // HOST comes first here, so that the name of the cluster has an option.
  options: { file: fileOption, cluster: { ...nameArgument, value: 'name' } },
  examples: [
    { command: 'ckadet cluster ssh n1', says: 'a shell on n1' },
    { command: 'ckadet cluster ssh n1 -- sudo journalctl -u kubelet -n 50', says: 'one command' },
  ],
  run: async ({ host, command: words, file, cluster: name }, context) => {
    // Without a cluster to look in, the first word may be meant as one.
    if (name === undefined && file === undefined && !(await isThere(CLUSTER_FILE))) await demandNoCluster(host, words, context);
    return withHosts({ name, file }, context, async (loaded) => {
      const names = loaded.spec.hosts.map(({ name }) => name);
      if (!names.includes(host)) {
        await demandNoCluster(host, words, context);
        const near = nearestName(host, names);
        throw new AppError({
          code: 'NO_SUCH_HOST',
          what: `the cluster ${loaded.spec.name} has no host ${host}`,
          why: `its hosts are ${names.join(', ')}`,
          next: [`ckadet cluster ssh ${near ?? names[0]}`],
          exitCode: EXIT.usage,
        });
      }
      return withSite(
        loaded,
        context,
        // The words of a command become one line for the shell there, as ssh does it.
        (site) => context.interrupts.foreground(() => site.host(host).interactive(words.length ? words.join(' ') : undefined)),
        [host],
      );
    });
  },
});

const isThere = async (path: string): Promise<boolean> => (await readText(path).catch(() => '')) !== undefined;

/** Elsewhere the name of the cluster comes first. */
async function demandNoCluster(word: string, words: readonly string[], { home }: CommandContext): Promise<void> {
  const { readRecords } = await import('../../../provision/cluster-records.ts');
  const record = (await readRecords(home)).records.find(({ name }) => name === word);
  if (!record?.hosts.length) return;
  const [host = '', ...command] = words;
  const isHost = record.hosts.includes(host);
  throw new AppError({
    code: 'NO_SUCH_HOST',
    what: `${word} is a cluster, and a host comes first here`,
    why: `its hosts are ${record.hosts.join(', ')}`,
    next: [
      `ckadet cluster ssh --cluster ${word} ${isHost ? host : record.hosts[0]}${isHost && command.length ? ` -- ${command.map(shellWord).join(' ')}` : ''}`,
    ],
    exitCode: EXIT.usage,
  });
}
