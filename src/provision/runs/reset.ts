// Takes a cluster back from its hosts.
import { remove } from '../../platform/files.ts';
import type { Home } from '../../platform/home.ts';
import { kubeconfigPath } from '../cluster-kubeconfig.ts';
import { LIST_BEGUN } from '../host-state.ts';
import { createPlan } from '../load.ts';
import { resetPlan } from '../pipelines/reset.ts';
import type { Plan } from '../plan/action.ts';
import type { Site } from '../site.ts';
import { ownerOf } from './owner.ts';
import { type RunOptions, runPlan } from './run-plan.ts';

export interface ResetResult {
  readonly cluster: string;
  /** Hosts on which something was undone. */
  readonly hosts: readonly string[];
}

/** What a reset would do now: only what was begun on each host. Facts of the hosts make no difference to what is undone. Rejects with HOST_TAKEN. */
export async function plannedReset(site: Site, signal: AbortSignal): Promise<Plan> {
  const begun = await site.onAll(async (host) => {
    const owner = await ownerOf(host, site.loaded.spec.name, signal);
    const { stdout } = await host.run(LIST_BEGUN, { as: 'root', signal });
    const ids = new Set(stdout.split('\n').filter(Boolean));
    // One that was only taken has nothing to undo but that.
    return owner !== undefined || ids.size > 0 ? [[host.name, ids] as const] : [];
  });
  return resetPlan(createPlan(site.loaded), new Map(begun.flat()));
}

export async function resetCluster(site: Site, plan: Plan, options: Omit<RunOptions, 'done'> & { readonly home: Home }): Promise<ResetResult> {
  if (!options.dryRun) await site.lock(`reset ${plan.cluster}`);
  await runPlan(plan, site, 'reset', options);
  if (!options.dryRun) await remove(kubeconfigPath(options.home, plan.cluster));
  return { cluster: plan.cluster, hosts: plan.tasks.map(({ host }) => host) };
}
