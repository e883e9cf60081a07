// Carries out a plan: each task as soon as what it needs has ended, hosts side by side, one task at a time on each host.
import type { Plan, Task } from '../plan/action.ts';

export interface Outcome {
  /** Host → what was changed there, in order; what would be in a dry run. */
  readonly changes: ReadonlyMap<string, readonly string[]>;
  readonly skipped: readonly string[];
}

export interface CarryOutOptions {
  /** How many tasks at once, on different hosts. */
  readonly parallel: number;
  /** Tasks that are taken as done. */
  readonly done: ReadonlySet<string>;
  readonly signal: AbortSignal;
  run(task: Task): Promise<readonly string[]>;
}

/** Rejects with the first failure, after what was going on beside it has ended: nothing is left running. */
export async function carryOut(plan: Plan, { parallel, done, signal, run }: CarryOutOptions): Promise<Outcome> {
  const changes = new Map<string, string[]>();
  const ended = new Set(done);
  const waiting = plan.tasks.filter(({ id }) => !done.has(id));
  const busy = new Map<string, Promise<void>>();
  const failures: unknown[] = [];

  const start = (task: Task): void => {
    waiting.splice(waiting.indexOf(task), 1);
    const work = run(task).then(
      (changed) => {
        ended.add(task.id);
        changes.set(task.host, [...(changes.get(task.host) ?? []), ...changed]);
      },
      (error: unknown) => void failures.push(error),
    );
    busy.set(
      task.host,
      work.finally(() => busy.delete(task.host)),
    );
  };
  // Where not all hosts are worked on at once, the first goes ahead: all others wait for the control plane that it becomes.
  const rank = new Map([...new Set(plan.tasks.map(({ host }) => host))].map((host, i) => [host, i]));
  const ready = (): readonly Task[] =>
    waiting.filter(({ needs }) => needs.every((id) => ended.has(id))).sort((a, b) => (rank.get(a.host) ?? 0) - (rank.get(b.host) ?? 0));
  for (;;) {
    if (!failures.length && !signal.aborted) for (const task of ready()) if (busy.size < parallel && !busy.has(task.host)) start(task);
    if (!busy.size) break;
    await Promise.race(busy.values());
  }
  signal.throwIfAborted();
  if (failures.length) throw failures[0];
  if (waiting.length) throw new Error(`these tasks wait for each other: ${waiting.map(({ id }) => id).join(', ')}`);
  return { changes, skipped: [...done] };
}
