// ckadet down: stops a cluster's process; with --delete also removes what was in it.
import { SHELL_VARIABLE } from '../../cluster/select.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { loadSession } from '../../labs/session.ts';
import { defineCommand, jsonOption } from '../command.ts';
import { demandSimulated, isProvisioned } from '../known-clusters.ts';
import { wrap } from '../output/wrap.ts';
import { meantCluster, named } from '../running-lab.ts';

export const command = defineCommand({
  description:
    'Stops the cluster. Everything in it is kept, and `ckadet up` brings it back as it was. With --delete the cluster is removed with all that is in it; there is no way back, so on a terminal it asks first.',
  arguments: { name: { summary: 'the cluster to stop; the usual one if not given', completes: 'simulated' } },
  options: { delete: { summary: 'remove it for good' }, yes: { summary: 'do not ask', short: 'y' }, json: jsonOption },
  examples: [
    { command: 'ckadet down', says: 'stop the cluster' },
    { command: 'ckadet down cka --delete', says: 'begin anew: delete it, then ckadet up' },
  ],
  next: [{ command: 'ckadet up', says: 'bring it back' }],
  async run(input, context) {
    const { simulator, home, env, interrupts, signal, out, questions } = context;
    const provider = await simulator(home);
    // In the shell of a real cluster another one is not meant.
    const here = env[SHELL_VARIABLE];
    const name = input.name ?? (here !== undefined && (await isProvisioned(here, context)) ? here : await meantCluster(provider, context));
    await demandSimulated(
      name,
      [`return its hosts to what they were: ckadet cluster reset ${name}`, `the same, and forget it: ckadet cluster delete ${name}`],
      context,
    );
    if (input.delete && !input.yes && questions.interactive && (await provider.list()).includes(name)) {
      const session = await loadSession({ home }).catch(() => undefined); // a damaged one is no reason to keep a cluster
      const lab = session?.cluster === name ? ` The lab ${session.lab} is going on in it.` : '';
      if (!(await questions.confirm(`Delete the cluster ${name} with all that is in it?${lab}`, false))) {
        out.print('Nothing was changed.');
        return EXIT.ok;
      }
    }
    const outcome = await interrupts.protect(() => provider.down(name, { delete: input.delete }, { progress: out.progress, signal }));
    const again = named('ckadet up', name);
    await out.data({ name, outcome }, () =>
      wrap(
        {
          stopped: `Cluster ${name} is stopped. Bring it back: ${again}`,
          'was-stopped': `Cluster ${name} was not running. Start it: ${again}`,
          deleted: `Cluster ${name} is deleted.`,
        }[outcome],
        out.width,
      ),
    );
    return EXIT.ok;
  },
});
