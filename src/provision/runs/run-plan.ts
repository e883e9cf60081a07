// Carries out a plan on a site, with a line of progress for each host.
import type { Progress } from '../../platform/progress.ts';
import { carryOut, type Outcome } from './carry-out.ts';
import type { PackageFolder } from '../packages/folder.ts';
import type { Plan } from '../plan/action.ts';
import type { Site } from '../site.ts';
import { Explainer } from './explain.ts';

export interface RunOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  readonly explain: boolean;
  /** How many hosts are worked on at once. */
  readonly parallel: number;
  /** Ids of tasks that are taken as done. */
  readonly done?: ReadonlySet<string>;
  /** The folder that files of the plan come from. */
  readonly packages?: PackageFolder | undefined;
}

export async function runPlan(
  plan: Plan,
  site: Site,
  run: string,
  { progress, signal, dryRun, explain, parallel, done = new Set(), packages }: RunOptions,
): Promise<Outcome> {
  const journal = await site.openJournal(dryRun ? `${run} --dry-run` : run);
  const gate = site.gates(plan, journal, dryRun, packages);
  const titles = new Map(plan.phases.map(({ name, title }) => [name, title]));
  const explainer = new Explainer(plan, (text) => progress.note(text));
  const left = new Map<string, number>();
  for (const { host } of plan.tasks) left.set(host, (left.get(host) ?? 0) + 1);
  const hosts = [...left.keys()];
  const { changes, ...outcome } = await progress.lanes(hosts, (lane) =>
    carryOut(plan, {
      parallel,
      done,
      signal: AbortSignal.any([signal, site.signal]),
      async run(task) {
        const title = titles.get(task.phase) ?? task.phase;
        const line = lane(task.host);
        if (explain && task.actions.length) explainer.before(task.phase);
        const { changes } = await gate(task.host).carryOut(task, (says) => line.at(title, says));
        const more = (left.get(task.host) ?? 1) - 1;
        left.set(task.host, more);
        if (more === 0) line.done('done');
        return changes;
      },
    }),
  );
  // In the order of the cluster file, whoever was ready first.
  return { ...outcome, changes: new Map(site.loaded.spec.hosts.flatMap(({ name }) => [[name, changes.get(name) ?? []] as const])) };
}
