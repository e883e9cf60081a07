// ckadet cluster ssh: a shell on a host of the cluster, or one command there.
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { nearestName } from '../../../errors/nearest-name.ts';
import { withSite } from '../../cluster-place.ts';
import { defineCommand } from '../../command.ts';
import { fileOption, nameArgument, withHosts } from '../../which-cluster.ts';

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
  run: ({ host, command: words, file, cluster: name }, context) =>
    withHosts({ name, file }, context, async (loaded) => {
      const names = loaded.spec.hosts.map(({ name }) => name);
      if (!names.includes(host)) {
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
    }),
});
