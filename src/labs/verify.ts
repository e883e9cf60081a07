// Proves a lab: for every variant the start fails, each solution reaches full marks, each wrong answer fails just what it names, and nothing is left behind.
import type { ClusterTarget } from '../cluster/target.ts';
import { messageOf } from '../errors/app-error.ts';
import * as builtIn from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import type { KubeObject, ResourceRef } from '../kube/machinery/object.ts';
import { isStatusError } from '../kube/machinery/status-error.ts';
import { takeNodeImages } from './before-image.ts';
import { isFull, type Grade } from './grade.ts';
import { labScripts, type Lab } from './library.ts';
import { demandFit, gradePractice, preparePractice, setUp, takeDown, type Means, type Practice, type Traces } from './practice.ts';
import { playScript, scriptText } from './solve.ts';
import type { Variables } from './variables.ts';

export interface Finding {
  readonly lab: string;
  readonly seed: number;
  readonly variables: Variables;
  /** `start`, `solutions/1-drain.sh`, `wrong/…`, `reset`. */
  readonly script: string;
  /** The check it is about, where it is about one. */
  readonly check: string | undefined;
  readonly says: string;
}
export interface Proof {
  readonly lab: string;
  readonly seed: number;
  readonly variables: Variables;
  readonly cases: number;
  readonly findings: readonly Finding[];
}

type Environment = Readonly<Record<string, string | undefined>>;
const NO_TRACES: Traces = { made: [], nodes: [] };
/** They come and go by themselves, or belong to what does. */
const FLEETING: ReadonlySet<string> = new Set([
  'events',
  'leases',
  'endpointslices',
  'endpoints',
  'controllerrevisions',
  'ipaddresses',
  'certificatesigningrequests',
]);
/** kubeadm's own secrets run out after hours. */
const isFleeting = ({ metadata, type }: KubeObject & { readonly type?: unknown }): boolean =>
  (metadata.ownerReferences ?? []).length > 0 || type === 'bootstrap.kubernetes.io/token';

/** Names of all objects that somebody made, and how the nodes are: the same before and after. */
async function inventory(client: ApiClient): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const listable = (Object.values(builtIn) as unknown as readonly ResourceRef[]).filter(
    ({ resource, kind }) =>
      !FLEETING.has(resource) && !kind.endsWith('Review') && kind !== 'Binding' && kind !== 'Pod' && kind !== 'ReplicaSet' && kind !== 'ComponentStatus',
  );
  for (const resource of listable) {
    let items: readonly KubeObject[] = [];
    try {
      ({ items } = await client.list(resource));
    } catch (error) {
      // Not every cluster serves every kind.
      if (!isStatusError(error)) throw error;
    }
    for (const { metadata } of items.filter((item) => !isFleeting(item)))
      found.add(`${resource.kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name ?? ''}`);
  }
  for (const image of await takeNodeImages(client)) found.add(`Node ${JSON.stringify(image)}`);
  return found;
}

const failedIds = ({ results }: Grade): string[] => results.filter(({ state }) => state === 'failed').map(({ id }) => id);

interface Judgement {
  readonly check: string | undefined;
  readonly says: string;
}

function judgeStart(grade: Grade): Judgement[] {
  if (!failedIds(grade).length) return [{ check: undefined, says: 'no check fails before anything was done' }];
  return grade.results
    .filter(({ state }) => state === 'passed')
    .map(({ id }) => ({ check: id, says: 'passes before anything was done: let it come after one that does not' }));
}

function judgeSolution(grade: Grade): Judgement[] {
  if (isFull(grade)) return [];
  return grade.results
    .filter(({ state }) => state !== 'passed')
    .map(({ id, state, observation }) => ({
      check: id,
      says:
        state === 'failed'
          ? `fails on the solved lab: ${observation?.found ?? ''}${observation?.because ? ` (${observation.because})` : ''}`
          : 'is not reached on the solved lab',
    }));
}

function judgeWrong(grade: Grade, script: string): Judgement[] {
  const named = /^#\s*fails:\s*(.+)$/m
    .exec(script)?.[1]
    ?.split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  if (!named?.length) return [{ check: undefined, says: 'lacks a first line "# fails: CHECK, …"' }];
  const failed = failedIds(grade);
  return [
    ...named.filter((id) => !failed.includes(id)).map((id) => ({ check: id, says: 'should fail with this wrong answer and does not' })),
    ...failed
      .filter((id) => !named.includes(id))
      .map((id) => ({
        check: id,
        says: `fails with this wrong answer without being named: ${grade.results.find((each) => each.id === id)?.observation?.found ?? ''}`,
      })),
  ];
}

async function proveCase(practice: Practice, script: string, means: Means, env: Environment): Promise<readonly Judgement[]> {
  let traces = NO_TRACES;
  try {
    traces = await setUp(practice, means, async (left) => {
      traces = left;
    });
    if (script === 'start') return judgeStart(await gradePractice(practice, traces, means));
    const text = await scriptText(practice, script);
    const { exitCode, stderr, stdout } = await playScript(practice, text, env);
    if (exitCode !== 0) return [{ check: undefined, says: `ended with exit code ${exitCode}: ${(stderr || stdout).trim().split('\n').slice(-3).join(' / ')}` }];
    const grade = await gradePractice(practice, traces, means);
    return script.startsWith('wrong/') ? judgeWrong(grade, text) : judgeSolution(grade);
  } finally {
    await takeDown(practice, traces, means);
  }
}

/** One lab with one seed on a cluster. `told` hears of every case as it is proven. */
export async function verifyLab(lab: Lab, seed: number, target: ClusterTarget, means: Means, env: Environment, told: (script: string) => void): Promise<Proof> {
  const practice = await preparePractice(lab, seed, target);
  await demandFit(practice);
  const { variables } = practice;
  const findings: Finding[] = [];
  const add = (script: string, judgements: readonly Judgement[]): void => {
    for (const { check, says } of judgements) findings.push({ lab: lab.id, seed, variables, script, check, says });
  };
  const solutions = await labScripts(lab, 'solutions');
  const wrong = await labScripts(lab, 'wrong');
  if (solutions.length < 2)
    add('solutions', [{ check: undefined, says: `has ${solutions.length} solution(s); a lab is finished with two that differ in method` }]);
  if (!wrong.length) add('wrong', [{ check: undefined, says: 'has no wrong answer' }]);
  const before = await inventory(target.client);
  const cases = ['start', ...solutions.map((name) => `solutions/${name}`), ...wrong.map((name) => `wrong/${name}`)];
  for (const script of cases) {
    told(script);
    try {
      add(script, await proveCase(practice, script, means, env));
    } catch (error) {
      if (means.signal.aborted) throw error;
      add(script, [{ check: undefined, says: messageOf(error) }]);
    }
  }
  const after = await inventory(target.client);
  for (const each of after) if (!before.has(each)) add('reset', [{ check: undefined, says: `leaves ${each} behind` }]);
  for (const each of before) if (!after.has(each)) add('reset', [{ check: undefined, says: `takes ${each} away` }]);
  return { lab: lab.id, seed, variables, cases: cases.length, findings };
}
