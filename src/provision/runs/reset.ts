// Takes a cluster back from its hosts.
import { remove } from '../../platform/files.ts';
import type { Home } from '../../platform/home.ts';
import { kubeconfigPath } from '../cluster-kubeconfig.ts';
import { LIST_BEGUN, LIST_UNDOS, parseUndos } from '../host-state.ts';
import { resetPlan } from '../pipelines/reset.ts';
import type { Plan } from '../plan/action.ts';
import type { Site } from '../site.ts';
import { ownerOf } from '../owner.ts';
import { type RunOptions, runPlan } from './run-plan.ts';

export interface ResetResult {
  readonly cluster: string;
  /** Hosts on which something was undone. */
  readonly hosts: readonly string[];
}

/** What a reset would do now: what was begun on each host. Rejects with HOST_TAKEN or RESET_UNKNOWN. */
export async function plannedReset(site: Site, signal: AbortSignal): Promise<Plan> {
  const found = await site.onAll(async (host) => {
    const owner = await ownerOf(host, site.loaded.spec.name, signal);
    const { stdout } = await host.run(LIST_BEGUN, { as: 'root', signal });
    const ids = new Set(stdout.split('\n').filter(Boolean));
    // One that was only taken has nothing to undo but that.
    if (owner === undefined && ids.size === 0) return [];
    const undos = parseUndos((await host.run(LIST_UNDOS, { as: 'root', signal })).stdout);
    return [[host.name, { ids, undos }] as const];
  });
  return resetPlan(site.loaded.spec.name, new Map(found.flat()));
}

export interface ResetOptions extends Omit<RunOptions, 'done' | 'packages'> {
  readonly home: Home;
  /** Only some hosts are taken back: the cluster goes on. */
  readonly keepKubeconfig?: boolean;
}

export async function resetCluster(site: Site, plan: Plan, options: ResetOptions): Promise<ResetResult> {
  if (!options.dryRun) await site.lock(`reset ${plan.cluster}`);
  await runPlan(plan, site, 'reset', options);
  if (!options.dryRun && !options.keepKubeconfig) await remove(kubeconfigPath(options.home, plan.cluster));
  return { cluster: plan.cluster, hosts: plan.tasks.map(({ host }) => host) };
}
