// A lab on a cluster: begin it, grade it, put everything back.
import { parse } from 'yaml';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { type Needs, unmetNeeds } from '../cluster/capabilities.ts';
import type { KnownCluster } from '../cluster/cluster-source.ts';
import { calledAs } from '../cluster/find-backend.ts';
import type { ClusterTarget } from '../cluster/target.ts';
import type { Clock } from '../platform/clock.ts';
import { silentProgress, type Progress } from '../platform/progress.ts';
import { restoreNodes, takeNodeImages, type NodeImage } from './before-image.ts';
import type { CheckContext, MetAtStart } from './checks/check-context.ts';
import type { Pod } from '../kube/api/core-v1.ts';
import { isNotFound } from '../kube/machinery/status-error.ts';
import { grade, settle, type Grade } from './grade.ts';
import { resourceOf } from './kinds.ts';
import type { LabFile } from './lab-schema.ts';
import { metAlready, namedObjects } from './near-miss.ts';
import { labDocument, type Lab } from './library.ts';
import { inTheWay, type Made } from './make.ts';
import { namespacesOf, removeMade } from './put-away.ts';
import { workersFor } from './requirements.ts';
import { runStep } from './set-up.ts';
import { pickVariables, substitute, substituteAll, type Variables } from './variables.ts';

export interface Practice {
  readonly lab: Lab;
  readonly variables: Variables;
  readonly target: ClusterTarget;
  /** The lab file with its variables put in. */
  readonly file: LabFile;
}
export interface Means {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
}
/** What has to be put back. */
export interface Traces {
  readonly made: readonly Made[];
  readonly nodes: readonly NodeImage[];
  /** What met the checks before anything was done: no near miss. */
  readonly metAtStart?: MetAtStart;
}

/** Other clusters that can serve a lab, the best first; asked only when one is refused. */
export type Elsewhere = () => Promise<readonly KnownCluster[]>;
const nowhere: Elsewhere = () => Promise.resolve([]);

export async function preparePractice(lab: Lab, seed: number, target: ClusterTarget, elsewhere: Elsewhere = nowhere): Promise<Practice> {
  const variables = await pickVariables(lab.file.variables ?? {}, seed, target.client).catch(async (error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'TOO_FEW_NODES') throw error;
    const { code, what, why, exitCode } = error;
    throw new AppError({ code, what: `${what}: ${target.name}`, ...(why ? { why } : {}), next: await onAnother(lab, elsewhere, true), exitCode, cause: error });
  });
  return practiceWith(lab, variables, target);
}

export function practiceWith(lab: Lab, variables: Variables, target: ClusterTarget): Practice {
  return { lab, variables, target, file: substituteAll(lab.file, variables) };
}

const OTHERS_NAMED = 2;

/** How to have the lab on another cluster: one that is there, or else, where this one is too small, a new one by a name that no smaller one has. */
async function onAnother(lab: Lab, elsewhere: Elsewhere, isTooSmall: boolean): Promise<readonly string[]> {
  const { id } = lab;
  const start = `ckadet lab start ${id.slice(id.indexOf('/') + 1)} --cluster`;
  const there = await elsewhere();
  if (there.length) return there.slice(0, OTHERS_NAMED).map((each) => `${calledAs(each)} has what it needs: ${start} ${each.name}`);
  const own = 'use a cluster of your own that has it: ckadet allow CONTEXT, then --context CONTEXT';
  if (!isTooSmall) return [own];
  const workers = workersFor(lab);
  const name = `workers-${workers}`;
  return [`make one that is large enough: ckadet up ${name} --workers ${workers}`, `then begin on it: ${start} ${name}`, `or ${own}`];
}

/** Rejects with CLUSTER_UNFIT when the cluster lacks what the lab needs, with IN_THE_WAY when something is there that the learner is going to make. */
export async function demandFit({ lab, file, target }: Practice, elsewhere: Elsewhere = nowhere): Promise<void> {
  const reasons = unmetNeeds((file.needs ?? {}) as Needs, file.images ?? [], target.capabilities);
  const isTooSmall = Number(file.needs?.['workers'] ?? 0) > Number(target.capabilities.workers ?? 0);
  if (reasons.length)
    throw new AppError({
      code: 'CLUSTER_UNFIT',
      what: `the cluster ${target.name} cannot serve ${lab.id}`,
      why: reasons.join('; '),
      next: await onAnother(lab, elsewhere, isTooSmall),
      exitCode: EXIT.missingPrerequisite,
    });
  // The end of the lab removes these wherever they came from, so they must not be there before.
  for (const { kind, apiVersion, name, namespace } of file.cleanup ?? []) {
    const there = await target.client.get(resourceOf(kind, apiVersion), name, namespace ? { namespace } : {}).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (there) throw inTheWay({ kind, name, ...(namespace ? { namespace } : {}) });
  }
}

export function contextOf({ lab, file, variables, target }: Practice, { clock, signal }: Means, metAtStart: MetAtStart = {}): CheckContext {
  return {
    client: target.client,
    clock,
    signal,
    metAtStart,
    named: namedObjects(file.checks),
    async file(name) {
      const text = await labDocument(lab, name);
      if (text === undefined)
        throw new AppError({ code: 'LAB_INVALID', what: `the lab ${lab.id} has no ${name}`, why: 'its lab.yaml names that file', exitCode: EXIT.invalidFile });
      return substitute(text, variables);
    },
  };
}

/** Runs the set-up; `left` is told of every trace as soon as there is one, so that an interruption can be cleaned up. */
export async function setUp(practice: Practice, means: Means, left: (traces: Traces) => Promise<void>): Promise<Traces> {
  const context = contextOf(practice, means);
  const { client } = practice.target;
  const progress = means.progress ?? silentProgress;
  const nodes = await takeNodeImages(client);
  const made: Made[] = [];
  const log = {
    all: made,
    async add(object: Made) {
      made.push(object);
      await left({ made: [...made], nodes });
    },
  };
  await left({ made: [], nodes });
  await progress.step('Setting the scene', async (step) => {
    for (const [i, each] of (practice.file.setup ?? []).entries()) {
      step.update(`${i + 1} of ${practice.file.setup?.length ?? 0}`);
      await runStep(each, context, log);
    }
  });
  return { made, nodes, metAtStart: await metAlready(practice.file.checks, client) };
}

export async function gradePractice(practice: Practice, traces: Traces, means: Means): Promise<Grade> {
  const context = contextOf(practice, means, traces.metAtStart);
  await settle(context.client, namespacesOf(traces.made), means.clock, means.signal);
  return grade(practice.file.checks, context);
}

/** Names of the pods that grading itself makes for a moment. */
export async function probeNames({ lab, file, variables }: Practice): Promise<ReadonlySet<string>> {
  const texts = await Promise.all(file.checks.map(async ({ behaviour }) => (behaviour ? labDocument(lab, behaviour.make) : undefined)));
  return new Set(texts.flatMap((text) => (text === undefined ? [] : [String((parse(substitute(text, variables)) as Pod).metadata.name)])));
}

/** Removes what the lab made, what it asked the learner to make outside its namespaces, and puts the nodes back. */
export async function takeDown(practice: Practice, traces: Traces, means: Means): Promise<void> {
  const context = contextOf(practice, means);
  const asked = (practice.file.cleanup ?? []).map(({ kind, apiVersion = '', name, namespace }): Made => ({
    kind,
    apiVersion,
    name,
    ...(namespace ? { namespace } : {}),
  }));
  await restoreNodes(context.client, traces.nodes);
  await removeMade([...traces.made, ...asked], context);
}
