// ckadet down: stops a cluster's process; with --delete also removes what was in it.
import { chooseCluster } from '../../cluster/select.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  description:
    'Stops the cluster. Everything in it is kept, and `ckadet up` brings it back as it was. With --delete the cluster is removed with all that is in it; there is no way back.',
  arguments: { name: { summary: 'the cluster to stop; the usual one if not given', completes: 'clusters' } },
  options: { delete: { summary: 'remove it for good' } },
  examples: [
    { command: 'ckadet down', says: 'stop the cluster' },
    { command: 'ckadet down cka --delete', says: 'begin anew: delete it, then ckadet up' },
  ],
  next: [{ command: 'ckadet up', says: 'bring it back' }],
  async run(input, { simulator, home, env, interrupts, signal, out }) {
    const provider = await simulator(home);
    const name = await chooseCluster(provider, env, input.name);
    const outcome = await interrupts.protect(() => provider.down(name, { delete: input.delete }, { progress: out.progress, signal }));
    const again = `ckadet up${input.name === undefined ? '' : ` ${name}`}`;
    out.print(
      {
        stopped: `Cluster ${name} is stopped. Bring it back: ${again}`,
        'was-stopped': `Cluster ${name} was not running. Start it: ${again}`,
        deleted: `Cluster ${name} is deleted.`,
      }[outcome],
    );
  },
});
