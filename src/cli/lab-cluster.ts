// The cluster a lab is begun on: the one that was named, or the first that meets its needs, or a new simulated one.
import { DEFAULT_CLUSTER } from '../cluster/cluster-record.ts';
import { unmetNeeds } from '../cluster/capabilities.ts';
import { clusterNotFound, type KnownCluster } from '../cluster/cluster-source.ts';
import { type Backends, calledAs, findBackends, type Requirements } from '../cluster/find-backend.ts';
import { SHELL_VARIABLE } from '../cluster/select.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Lab } from '../labs/library.ts';
import { requirementsOf, workersFor } from '../labs/requirements.ts';
import type { CommandContext } from './context.ts';
import { isProvisioned, knownClusters } from './known-clusters.ts';
import { ensureRunning } from './running-lab.ts';

interface Asked {
  readonly cluster: string | undefined;
  readonly context: string | undefined;
}
interface Chosen {
  readonly cluster?: string;
  readonly context?: string;
}

/** Resolves with a cluster that runs, or a context. Rejects with CLUSTER_NOT_FOUND for an unknown name, with CLUSTER_UNFIT when nothing can serve the lab. */
export async function clusterForLab(lab: Lab, { cluster, context: asked }: Asked, context: CommandContext): Promise<Chosen> {
  if (asked !== undefined && cluster !== undefined) return { cluster, context: asked }; // refused by whoever selects
  if (asked !== undefined) return { context: asked };
  if (cluster !== undefined) {
    if (await isProvisioned(cluster, context)) return { cluster };
    const names = await (await knownClusters(context)).list();
    // A name that is not known is more often mistyped than meant for a new cluster.
    if (!names.includes(cluster)) throw clusterNotFound(cluster, names, workersFor(lab));
    await ensureRunning(cluster, context);
    return { cluster };
  }
  const requirements = requirementsOf(lab);
  const known = await (await knownClusters(context)).known();
  const backends = findBackends(requirements, known, context.env[SHELL_VARIABLE]);
  const found = await existing(backends, context);
  if (found !== undefined) return { cluster: found };
  const names = known.map(({ name }) => name);
  return { cluster: await made(lab, requirements, backends, names, context) };
}

/** The other clusters that can serve the lab, those that cost least first. */
export async function clustersElsewhere(lab: Lab, { cluster: refused }: Chosen, context: CommandContext): Promise<readonly KnownCluster[]> {
  const known = (await (await knownClusters(context)).known()).filter(({ name }) => name !== refused);
  const { inUse, others } = findBackends(requirementsOf(lab), known, context.env[SHELL_VARIABLE]);
  return inUse && !inUse.lacks.length ? [inUse.cluster, ...others] : others;
}

async function existing({ inUse, others }: Backends, context: CommandContext): Promise<string | undefined> {
  if (inUse && !inUse.lacks.length) {
    if (inUse.cluster.origin === 'simulator') await ensureRunning(inUse.cluster.name, context);
    return inUse.cluster.name;
  }
  const why = inUse ? `${calledAs(inUse.cluster)} cannot serve this lab: ${inUse.lacks.join('; ')}. ` : '';
  for (const cluster of others) {
    if (cluster.origin === 'simulator') {
      context.out.progress.note(`${why}The lab goes to ${calledAs(cluster)}, which has what it needs.`);
      await ensureRunning(cluster.name, context);
      return cluster.name;
    }
    // Labs delete objects and drain nodes: on a real cluster only for somebody who has named it or says yes.
    if (!context.questions.interactive) {
      context.out.progress.note(`${calledAs(cluster)} has what the lab needs; a real cluster is used only when it is named: --cluster ${cluster.name}`);
      continue;
    }
    const question = `${why}${calledAs(cluster)} has what the lab needs. The lab makes and removes objects there, and may drain its nodes. Use it?`;
    if (await context.questions.confirm(question, false)) return cluster.name;
  }
  return undefined;
}

/** A new simulated cluster that is large enough. */
async function made(lab: Lab, { needs, images }: Requirements, backends: Backends, taken: readonly string[], context: CommandContext): Promise<string> {
  const { out, home, signal, questions, interrupts, simulator } = context;
  const provider = await simulator(home);
  const workers = workersFor(lab);
  demandOffered(lab, unmetNeeds(needs, images, await provider.offers(workers)), backends);
  if (!taken.length) {
    await ensureRunning(DEFAULT_CLUSTER, context, workers);
    return DEFAULT_CLUSTER;
  }
  const name = freeName(taken.includes(DEFAULT_CLUSTER) ? `workers-${workers}` : DEFAULT_CLUSTER, taken);
  const lacks = backends.unfit.map(({ cluster, lacks: reasons }) => `${calledAs(cluster)}: ${reasons.join('; ')}`);
  if (questions.interactive) {
    const question = `${lacks.length ? `No cluster has what the lab needs (${lacks.join('. ')}). ` : ''}Make ${name}, simulated with ${workers} workers?`;
    if (!(await questions.confirm(question, true)))
      throw new AppError({
        code: 'NO_CLUSTER',
        what: 'a lab needs a cluster',
        ...(lacks.length ? { why: lacks.join('\n') } : {}),
        next: [`ckadet up ${name} --workers ${workers}`],
        exitCode: EXIT.missingPrerequisite,
      });
  } else for (const each of lacks) out.progress.note(`${each}.`);
  await interrupts.protect(() => provider.up({ name, workers }, { progress: out.progress, signal }));
  return name;
}

function demandOffered(lab: Lab, lacks: readonly string[], { unfit }: Backends): void {
  if (!lacks.length) return;
  const all = [...unfit.map(({ cluster, lacks: reasons }) => `${calledAs(cluster)}: ${reasons.join('; ')}`), `a new simulated one: ${lacks.join('; ')}`];
  throw new AppError({
    code: 'CLUSTER_UNFIT',
    what: `no cluster can serve ${lab.id}`,
    why: all.join('\n'),
    next: ['use a cluster that has it, one of your own for example: ckadet allow CONTEXT, then --context CONTEXT', 'or make one: ckadet cluster init'],
    exitCode: EXIT.missingPrerequisite,
  });
}

function freeName(wanted: string, taken: readonly string[]): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}-${i}`;
    if (!taken.includes(name)) return name;
  }
}
