// Taking a cluster back: what was done is undone, last first, on every host at once. Pure.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { FORGET, restoreFile, STATE_FOLDER } from '../host-state.ts';
import type { Action, CommandAction, PhaseInfo, Plan, Task } from '../plan/action.ts';

const INFO: PhaseInfo = {
  name: 'reset',
  title: 'Take back what was done',
  explains:
    'Undoes on each host what ckadet began there, last first: it leaves the cluster, stops what was started, removes files that were made and puts back those that were changed. What ckadet did not do stays.',
  objective: 'Cluster Architecture, Installation & Configuration: Manage the lifecycle of Kubernetes clusters',
};

/**
 * `begun` tells for each host the actions that were begun there, as `PHASE/ACTION`. Hosts that are not in it are left out.
 * Throws RESET_UNKNOWN when the plan does not know one of them: what it did could not be undone, and the last step would forget how it was before.
 */
export function resetPlan(created: Plan, begun: ReadonlyMap<string, ReadonlySet<string>>): Plan {
  const unknown = [...begun].flatMap(([host, ids]) => unknownIds(created, host, ids).map((id) => `${host}: ${id}`));
  if (unknown.length) throw unknownBegun(created.cluster, unknown);
  const tasks = [...begun].map(([host, ids]): Task => ({
    id: `${INFO.name}/${host}`,
    phase: INFO.name,
    host,
    needs: [],
    actions: [
      ...created.tasks
        .filter((task) => task.host === host)
        .toReversed()
        .flatMap((task) => undoTask(task, ids)),
      FORGET_ALL,
    ],
  }));
  return { cluster: created.cluster, phases: [INFO], tasks, values: [], assumptions: [] };
}

/** Actions of an earlier reset that was cut off need no undoing. */
function unknownIds(created: Plan, host: string, ids: ReadonlySet<string>): readonly string[] {
  const known = new Set(created.tasks.filter((task) => task.host === host).flatMap(({ phase, actions }) => actions.map(({ id }) => `${phase}/${id}`)));
  return [...ids].filter((id) => !known.has(id) && !id.startsWith(`${INFO.name}/`));
}

const unknownBegun = (cluster: string, unknown: readonly string[]): AppError =>
  new AppError({
    code: 'RESET_UNKNOWN',
    what: `${cluster} was made in a way that this cluster file does not describe, and nothing was undone`,
    why: `the hosts have notes of steps that the file has not:\n${unknown.join('\n')}`,
    next: ['use the file that the cluster was made with: its hosts, roles, runtime, network and packages', 'see what this one would do: ckadet cluster plan'],
    exitCode: EXIT.invalidFile,
  });

function undoTask({ phase, actions }: Task, ids: ReadonlySet<string>): readonly CommandAction[] {
  const begun = actions.filter(({ id }) => ids.has(`${phase}/${id}`));
  return [
    ...begun.toReversed().flatMap((action) => undo(phase, action)),
    ...begun.flatMap((action) =>
      action.kind === 'command' && action.afterUndo !== undefined
        ? [{ kind: 'command' as const, id: `${phase}-${action.id}-after`, says: `${action.says}, as it was before`, script: action.afterUndo }]
        : [],
    ),
  ];
}

function undo(phase: string, action: Action): readonly CommandAction[] {
  const command = { kind: 'command' as const, id: `${phase}-${action.id}`, says: `undo: ${action.says}` };
  if (action.kind !== 'command') {
    const paths = action.kind === 'file' ? [action.path] : action.files.map(({ path }) => path);
    const reload = paths.some((path) => path.startsWith('/etc/systemd/')) ? ['systemctl daemon-reload'] : [];
    return [{ ...command, script: [...paths.map(restoreFile), ...reload].join('\n') }];
  }
  return action.undo === undefined ? [] : [{ ...command, script: action.undo, timeoutMs: 300_000 }];
}

const FORGET_ALL: CommandAction = {
  kind: 'command',
  id: 'forget',
  says: 'remove empty folders and what ckadet kept on the host',
  script: `systemctl daemon-reload\nsystemctl reset-failed 2>/dev/null || true\n${FORGET}`,
  unless: `test ! -e ${STATE_FOLDER}`,
};
