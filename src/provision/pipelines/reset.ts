// Taking a cluster back: what was done is undone, last first, on every host at once. Pure.
import { FORGET, restoreFile, STATE_FOLDER } from '../host-state.ts';
import type { Action, CommandAction, PhaseInfo, Plan, Task } from '../plan/action.ts';

const INFO: PhaseInfo = {
  name: 'reset',
  title: 'Take back what was done',
  explains:
    'Undoes on each host what ckadet began there, last first: it leaves the cluster, stops what was started, removes files that were made and puts back those that were changed. What ckadet did not do stays.',
  objective: 'Cluster Architecture, Installation & Configuration: Manage the lifecycle of Kubernetes clusters',
};

/** `begun` tells for each host the actions that were begun there, as `PHASE/ACTION`. Hosts that are not in it are left out. */
export function resetPlan(created: Plan, begun: ReadonlyMap<string, ReadonlySet<string>>): Plan {
  const tasks = [...begun].map(([host, ids]): Task => {
    const undone = created.tasks
      .filter((task) => task.host === host)
      .toReversed()
      .flatMap((task) =>
        task.actions
          .toReversed()
          .filter(({ id }) => ids.has(`${task.phase}/${id}`))
          .flatMap((action) => undo(task.phase, action)),
      );
    return { id: `reset/${host}`, phase: INFO.name, host, needs: [], actions: [...undone, forget] };
  });
  return { cluster: created.cluster, phases: [INFO], tasks, values: [], assumptions: [] };
}

function undo(phase: string, action: Action): readonly CommandAction[] {
  const command = { kind: 'command' as const, id: `${phase}-${action.id}`, says: `undo: ${action.says}`, looks: true };
  if (action.kind !== 'command') {
    const paths = action.kind === 'file' ? [action.path] : action.files.map(({ path }) => path);
    const reload = paths.some((path) => path.startsWith('/etc/systemd/')) ? ['systemctl daemon-reload'] : [];
    return [{ ...command, script: [...paths.map(restoreFile), ...reload].join('\n') }];
  }
  return action.undo === undefined ? [] : [{ ...command, script: action.undo, timeoutMs: 300_000 }];
}

// Commands of a reset keep no notes on the host: the last one removes the notes.
const forget: CommandAction = {
  kind: 'command',
  id: 'forget',
  says: 'remove empty folders and what ckadet kept on the host',
  looks: true,
  script: `systemctl daemon-reload\nsystemctl reset-failed 2>/dev/null || true\n${FORGET}`,
  unless: `test ! -e ${STATE_FOLDER}`,
};
