// What the commands of `ckadet cluster` do for a cluster that a provider makes on this machine.
import { EXIT } from '../errors/exit-codes.ts';
import type { LoadedLocal } from '../provision/load.ts';
import type { LocalPlan } from '../provision/providers/local/local-plan.ts';
import type { Detection } from '../provision/providers/provider.ts';
import type { Credentials } from '../provision/runs/credentials.ts';
import type { LocalWork } from '../provision/runs/local.ts';
import type { LocalStatus } from '../provision/runs/local-status.ts';
import { clusterMade } from './cluster-made.ts';
import { confirmed, consentAfterLook } from './cluster-place.ts';
import type { CommandContext } from './context.ts';
import { demandFreeName } from './known-clusters.ts';
import type { Output } from './output/output.ts';
import { wrapAdvice } from './output/wrap.ts';
import type { Repeat } from './which-cluster.ts';

interface Switches {
  readonly 'dry-run': boolean;
  readonly explain: boolean;
  readonly yes: boolean;
}

async function localWork(
  { env, home, clock, out, signal }: CommandContext,
  { dryRun, explain }: { readonly dryRun: boolean; readonly explain: boolean },
): Promise<LocalWork> {
  const { thisMachine } = await import('../provision/providers/local/machine.ts');
  return { home, machine: thisMachine(env), clock, progress: out.progress, signal, dryRun, explain };
}

/** For work that must not be cut off halfway. */
async function withWork<T>(context: CommandContext, input: Pick<Switches, 'dry-run' | 'explain'>, run: (work: LocalWork) => Promise<T>): Promise<T> {
  await context.home.prepare();
  const work = await localWork(context, { dryRun: input['dry-run'], explain: input.explain });
  return context.interrupts.protect(() => run(work), { putsBack: false });
}

const QUIET = { 'dry-run': false, explain: false } as const;

/** `hosts`: whether this machine, the only host there is, has what it takes. Resolves with the exit code. */
export async function validateLocal({ cluster }: LoadedLocal, hosts: boolean, context: CommandContext): Promise<number> {
  const { out } = context;
  const { name, provider, version, size, capabilities } = cluster;
  const machine = hosts ? await cluster.detect((await localWork(context, { dryRun: true, explain: false })).machine) : undefined;
  await out.data({ cluster: name, provider, version, size, capabilities, ...(machine ? { machine } : {}) }, () =>
    [
      `${out.style.good('The cluster file is right')}: ${name}, Kubernetes ${version}, ${provider}, ${size}`,
      ...(machine ? ['', ...machineLines(machine, out)] : []),
    ].join('\n'),
  );
  return machine?.missing.length ? EXIT.missingPrerequisite : EXIT.ok;
}

function machineLines({ found, chosen, missing }: Detection, out: Output): readonly string[] {
  const has = [
    ...Object.entries(found).map(([program, version]) => `${program} ${version}`),
    ...Object.entries(chosen).map(([what, which]) => `${what} ${which}`),
  ];
  return [
    ...(has.length ? [`${out.style.good('This machine has')}: ${has.join(', ')}`] : []),
    ...missing.flatMap(({ what, why, get }) => [
      wrapAdvice(`${out.style.bad('red')} ${what}: ${why}`, out.width),
      ...get.map((step) => wrapAdvice(step, out.width, 2)),
    ]),
  ];
}

export async function planLocal({ cluster }: LoadedLocal, context: CommandContext): Promise<LocalPlan> {
  const { placeOf } = await import('../provision/runs/local.ts');
  const { machine } = await localWork(context, { dryRun: true, explain: false });
  const detection = await cluster.detect(machine);
  const plan = cluster.plan(detection, placeOf(context.home, cluster.name));
  return { ...plan, assumptions: [...detection.missing.map(({ what, get }) => `${what}; ${get[0]}`), ...plan.assumptions] };
}

export async function createLocalCluster(local: LoadedLocal, input: Switches, context: CommandContext, repeat: Repeat): Promise<void> {
  const { out } = context;
  const { cluster } = local;
  await demandFreeName(cluster.name, context);
  const dryRun = input['dry-run'];
  const consent = await consentAfterLook(`Make the cluster ${cluster.name} on this machine: ${cluster.provider}, ${cluster.size}?`, input, context);
  const { createLocal } = await import('../provision/runs/local.ts');
  const result = await withWork(context, input, (work) => createLocal(local, work, consent));
  await out.data(result, () => {
    if (dryRun)
      return result.changes.length
        ? `To be done:\n${result.changes.map((change) => `  - ${change}`).join('\n')}`
        : out.style.good('Nothing is to be done: the cluster is as the file says.');
    return clusterMade({ name: cluster.name, kubeconfig: result.kubeconfig, isNew: result.changes.length > 0 }, repeat, out);
  });
}

/** Its kubeconfig and the context in it. */
export async function localKubeconfigOf(local: LoadedLocal, context: CommandContext): Promise<{ readonly kubeconfig: string; readonly context: string }> {
  const { localKubeconfig } = await import('../provision/runs/local.ts');
  const kubeconfig = await withWork(context, QUIET, (work) => localKubeconfig(local, work));
  return { kubeconfig, context: local.cluster.context };
}

export async function localCredentialsOf(local: LoadedLocal, context: CommandContext): Promise<Credentials> {
  const { localCredentials } = await import('../provision/runs/local-credentials.ts');
  return withWork(context, QUIET, (work) => localCredentials(local, work));
}

export async function showLocalStatus(local: LoadedLocal, context: CommandContext, repeat: Repeat): Promise<number> {
  const { out } = context;
  const { localStatus } = await import('../provision/runs/local-status.ts');
  const work = await localWork(context, { dryRun: false, explain: false });
  const told = await out.progress.step(`Ask ${local.cluster.provider}`, () => localStatus(local, work));
  const status = { ...told, problems: told.problems.map(repeat) };
  await out.data(status, async () => {
    const { style } = out;
    const how = status.isHealthy
      ? style.good(`${status.cluster} is healthy`)
      : style.bad(
          status.state === 'unknown'
            ? `How ${status.cluster} is cannot be told`
            : `${status.cluster} is ${status.state === 'running' ? 'not healthy' : status.state}`,
        );
    const server = status.api.server === null ? '' : `: ${status.api.server} ${status.api.answers ? 'answers' : 'does not answer'}`;
    const table = status.nodes.length ? ['', await out.table(['NODE', 'ROLE', 'PARTS', 'READY'], status.nodes.map(row))] : [];
    return [`${how}${server}`, ...table, ...status.problems.map((problem, i) => `${i === 0 ? '\n' : ''}${wrapAdvice(`- ${problem}`, out.width)}`)].join('\n');
  });
  return status.isHealthy ? EXIT.ok : EXIT.failed;
}

function row({ name, role, parts, ready }: LocalStatus['nodes'][number]): readonly string[] {
  const told = Object.entries(parts).map(([part, how]) => `${part} ${how}`);
  return [name, role, told.join(', ') || '-', ready === undefined ? '-' : ready ? 'Ready' : 'NotReady'];
}

export async function deleteLocalCluster(local: LoadedLocal, input: Switches, context: CommandContext): Promise<void> {
  const { out, home, clock } = context;
  const { cluster } = local;
  const dryRun = input['dry-run'];
  if (!dryRun) await confirmed(`Delete the cluster ${cluster.name}? Everything in it is lost.`, input.yes, context);
  const [{ deleteLocal }, { forgetCluster, isRecorded }, { takeOutOfOwn }, { saysTakenOut }] = await Promise.all([
    import('../provision/runs/local.ts'),
    import('../provision/cluster-records.ts'),
    import('../provision/cluster-kubeconfig.ts'),
    import('./cluster-reset.ts'),
  ]);
  const result = await withWork(context, input, (work) => deleteLocal(local, work));
  const wasKnown = await isRecorded(home, cluster.name);
  const kubeconfigs = dryRun ? [] : await takeOutOfOwn(home, cluster.name, clock, out.progress);
  if (!dryRun) await forgetCluster(home, cluster.name);
  await out.data({ ...result, kubeconfigs, forgotten: !dryRun }, () => {
    if (dryRun && result.changes.length) return `To be done:\n${result.changes.map((change) => `  - ${change}`).join('\n')}`;
    const headline = result.changes.length
      ? `${cluster.name} is deleted, and forgotten here.`
      : `Nothing is to be deleted: ${cluster.provider} has no cluster ${cluster.name}.${wasKnown && !dryRun ? ' It is forgotten here.' : ''}`;
    return [out.style.good(headline), ...saysTakenOut(cluster.name, kubeconfigs)].join('\n');
  });
}
