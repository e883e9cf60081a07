// ckadet up: makes a simulated cluster or brings it back, and says how to use it.
import { DEFAULT_CLUSTER } from '../../cluster/cluster-record.ts';
import { COMPONENTS, type UpResult } from '../../cluster/provider.ts';
import { defineCommand, jsonOption } from '../command.ts';
import { demandSimulated } from '../known-clusters.ts';
import { setOf, wholeNumber } from '../option-values.ts';
import { commandList, wrap } from '../output/wrap.ts';

const OUTCOMES: Readonly<Record<UpResult['outcome'], string>> = { created: 'is ready', resumed: 'is back', running: 'is running already' };
const parseParts = setOf(COMPONENTS);

export const command = defineCommand({
  description:
    'Starts a Kubernetes cluster that is simulated on this machine: a control plane and its workers in one background process, reachable on 127.0.0.1 only. It waits until all nodes are Ready.\n\nA cluster that exists is resumed with everything that was in it. Your ~/.kube/config is not touched: the cluster has a kubeconfig of its own.',
  arguments: { name: { summary: 'what to call the cluster', preset: DEFAULT_CLUSTER, completes: 'simulated' } },
  options: {
    workers: { summary: 'worker nodes of a new cluster, 2 if not given', value: 'count', parse: wholeNumber({ min: 0, max: 100 }) },
    disable: { summary: `start without these parts (${COMPONENTS.join(', ')}), to see what they do`, value: 'parts', parse: parseParts },
    'apiserver-arg': {
      summary: 'arguments of the API server from now on, NAME=VALUE with spaces between: enable-admission-plugins, disable-admission-plugins',
      value: 'arguments',
    },
    port: { summary: 'listen on this port from now on; 0 picks a free one', value: 'port', parse: wholeNumber({ min: 0, max: 65_535 }) },
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet up', says: `a control plane and two workers, named ${DEFAULT_CLUSTER}` },
    { command: 'ckadet up big --workers 5', says: 'a second cluster beside it' },
    { command: 'ckadet up --disable scheduler', says: 'pods stay Pending: schedule them by hand' },
  ],
  next: [
    { command: 'ckadet shell', says: 'work in it with kubectl' },
    { command: 'ckadet status', says: 'see it with its nodes' },
    { command: 'ckadet down', says: 'stop it; nothing is lost' },
  ],
  async run(input, context) {
    const { simulator, home, interrupts, signal, out } = context;
    const provider = await simulator(home);
    const { name, workers, disable, port, 'apiserver-arg': apiServerArguments } = input;
    await demandSimulated(name, [`see how it is: ckadet cluster status ${name}`, 'or choose another name for a simulated one'], context);
    const request = {
      name,
      ...(workers === undefined ? {} : { workers }),
      ...(disable === undefined ? {} : { disable }),
      ...(port === undefined ? {} : { port }),
      ...(apiServerArguments === undefined ? {} : { apiServerArguments: apiServerArguments.split(/\s+/).filter(Boolean) }),
    };
    const result = await interrupts.protect(() => provider.up(request, { progress: out.progress, signal }));
    const option = name === DEFAULT_CLUSTER ? '' : ` ${name}`;
    await out.data(result, () =>
      [
        wrap(`${out.style.good(`Cluster ${result.name} ${OUTCOMES[result.outcome]}`)} at ${result.server}`, out.width),
        '',
        commandList(
          [
            [`ckadet shell${option}`, 'a shell in which kubectl uses it'],
            [`eval "$(ckadet env${option})"`, 'the same for the shell you are in'],
            [`ckadet down${option}`, 'stop it; nothing is lost'],
          ],
          out.width,
          out.style.code,
        ),
      ].join('\n'),
    );
  },
});
