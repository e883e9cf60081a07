// How a cluster of a local provider is: what the provider says of its nodes, and what the API says.
import { connect } from '../../cluster/connect.ts';
import type { Capabilities } from '../../cluster/capabilities.ts';
import { AppError, messageOf } from '../../errors/app-error.ts';
import { nodes as nodeResource } from '../../kube/api/resources.ts';
import { loadKubeconfig } from '../../kube/kubeconfig/load.ts';
import { resolveContext } from '../../kube/kubeconfig/resolve.ts';
import { readText } from '../../platform/files.ts';
import type { LoadedLocal } from '../load.ts';
import type { NodeState } from '../providers/provider.ts';
import { type LocalWork, placeOf } from './local.ts';

export interface LocalStatus {
  readonly cluster: string;
  readonly provider: string;
  /** `unknown`: what could tell is not installed. */
  readonly state: 'absent' | 'running' | 'stopped' | 'unknown';
  readonly isHealthy: boolean;
  readonly nodes: readonly (NodeState & { /** Undefined where the API does not tell. */ readonly ready: boolean | undefined })[];
  readonly api: { readonly server: string | null; readonly answers: boolean };
  /** What labs can do on it. */
  readonly capabilities: Capabilities;
  /** One sentence each; none when it is healthy. */
  readonly problems: readonly string[];
}

type Answer = { readonly server: string | null; readonly ready: ReadonlyMap<string, boolean> } | { readonly server: string | null; readonly why: string };

export async function localStatus({ cluster }: LoadedLocal, { home, machine }: Pick<LocalWork, 'home' | 'machine'>): Promise<LocalStatus> {
  const place = placeOf(home, cluster.name);
  const { state, nodes } = await cluster.state(machine, place);
  const base = { cluster: cluster.name, provider: cluster.provider, state, capabilities: cluster.capabilities };
  if (state === 'absent') {
    const { found, missing } = await cluster.detect(machine);
    const isKnown = found[cluster.provider] !== undefined;
    return {
      ...base,
      state: isKnown ? state : 'unknown',
      isHealthy: false,
      nodes: [],
      api: { server: null, answers: false },
      problems: [
        ...(isKnown ? [`${cluster.provider} has no cluster ${cluster.name}${missing.length ? '' : ': ckadet cluster create makes it'}`] : []),
        ...missing.map(({ what, get }) => `${what}; ${get[0]}`),
      ],
    };
  }
  const answer = await askApi(place.kubeconfig, cluster.context);
  const ready = 'ready' in answer ? answer.ready : new Map<string, boolean>();
  const problems = [
    ...nodes
      .filter(({ runs }) => !runs)
      .map(
        ({ name, parts }) =>
          `${name} does not run: ${Object.entries(parts)
            .map(([part, how]) => `${part} ${how}`)
            .join(', ')}`,
      ),
    ...('why' in answer ? [`the API does not answer: ${answer.why}`] : []),
    ...[...ready].filter(([, isReady]) => !isReady).map(([name]) => `node ${name} is not Ready`),
    // A node that runs and never joined; with the driver none the API knows it by the name of this machine.
    ...('ready' in answer && ready.size < nodes.length
      ? nodes.filter(({ name }) => !ready.has(name)).map(({ name }) => `node ${name} is not in the cluster`)
      : []),
    ...(nodes.length === cluster.nodeCount ? [] : [`it has ${nodes.length} nodes, and the file says ${cluster.nodeCount}`]),
  ];
  return {
    ...base,
    isHealthy: problems.length === 0,
    nodes: nodes.map((node) => ({ ...node, ready: ready.get(node.name) })),
    api: { server: answer.server, answers: 'ready' in answer },
    problems,
  };
}

async function askApi(kubeconfig: string, context: string): Promise<Answer> {
  if ((await readText(kubeconfig)) === undefined) return { server: null, why: 'its kubeconfig is not here; fetch it: ckadet cluster kubeconfig' };
  let server: string | null = null;
  try {
    const connection = await resolveContext(await loadKubeconfig({ env: {}, file: kubeconfig }), context);
    server = connection.server;
    const { items } = await (await connect(connection)).list(nodeResource);
    const ready = items.map(
      ({ metadata, status }) => [metadata.name ?? '', status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false] as const,
    );
    return { server, ready: new Map(ready) };
  } catch (error) {
    return { server, why: error instanceof AppError ? error.what : messageOf(error) }; // one of the findings: status never fails for it
  }
}
