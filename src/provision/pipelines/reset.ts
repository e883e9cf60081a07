// Taking a cluster back: what was done is undone, last first, on every host at once. By the notes of the hosts alone: the cluster file of today,
// and the packages that it names, may have changed since, or be gone. Pure.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { FORGET, STATE_FOLDER, type Undo } from '../host-state.ts';
import type { CommandAction, PhaseInfo, Plan, Task } from '../plan/action.ts';

const INFO: PhaseInfo = {
  name: 'reset',
  title: 'Take back what was done',
  explains:
    'Undoes on each host what ckadet began there, last first: it leaves the cluster, stops what was started, removes files that were made and puts back those that were changed. What ckadet did not do stays.',
  objective: 'Cluster Architecture, Installation & Configuration: Manage the lifecycle of Kubernetes clusters',
};

/** What a host has notes of. */
export interface Begun {
  /** The actions that were begun there, as `PHASE/ACTION`, in that order. */
  readonly ids: ReadonlySet<string>;
  /** How they are taken back, as it was noted before they began. */
  readonly undos: ReadonlyMap<string, Undo>;
}

interface Step extends Undo {
  readonly phase: string;
  /** `PHASE/ACTION` */
  readonly id: string;
}

/** Of each host in `begun` what was begun is undone. Throws RESET_UNKNOWN where notes are lost: the last step would forget how it was before. */
export function resetPlan(cluster: string, begun: ReadonlyMap<string, Begun>): Plan {
  const unknown: string[] = [];
  const tasks = [...begun].map(([host, { ids, undos }]): Task => {
    const steps = [...ids].flatMap((id): readonly Step[] => {
      const phase = id.slice(0, id.indexOf('/'));
      // Actions of an earlier reset that was cut off need no undoing.
      if (phase === INFO.name) return [];
      const undo = undos.get(id);
      if (undo) return [{ ...undo, id, phase }];
      unknown.push(`${host}: ${id}`);
      return [];
    });
    return { id: `${INFO.name}/${host}`, phase: INFO.name, host, needs: [], actions: [...undoSteps(steps), FORGET_ALL] };
  });
  if (unknown.length) throw unknownBegun(cluster, unknown);
  return { cluster, phases: [INFO], tasks, values: [], assumptions: [] };
}

const unknownBegun = (cluster: string, unknown: readonly string[]): AppError =>
  new AppError({
    code: 'RESET_UNKNOWN',
    what: `notes of what was done for ${cluster} are lost, and nothing was undone`,
    why: `${STATE_FOLDER}/undos on the host does not say how these steps are undone:\n${unknown.join('\n')}`,
    next: [
      `put that file back from a copy; how each host was before is kept there in ${STATE_FOLDER}/originals`,
      'or make the host anew, and leave it out here: --skip-unreachable while it is off',
    ],
    exitCode: EXIT.invalidFile,
  });

/** Phase by phase, the one that was begun last first; a phase that was gone through again stays together. */
function undoSteps(steps: readonly Step[]): readonly CommandAction[] {
  const phases = [...new Set(steps.map(({ phase }) => phase))].toReversed();
  return phases.flatMap((phase) => {
    const own = steps.filter((step) => step.phase === phase);
    return [...own.toReversed().flatMap(undo), ...own.flatMap(afterUndo)];
  });
}

const undo = ({ id, says, undo: script, timeoutMs }: Step): readonly CommandAction[] =>
  script === undefined ? [] : [{ kind: 'command', id: id.replace('/', '-'), says: `undo: ${says}`, script, ...(timeoutMs === undefined ? {} : { timeoutMs }) }];

const afterUndo = ({ id, says, afterUndo: script }: Step): readonly CommandAction[] =>
  script === undefined ? [] : [{ kind: 'command', id: `${id.replace('/', '-')}-after`, says: `${says}, as it was before`, script }];

const FORGET_ALL: CommandAction = {
  kind: 'command',
  id: 'forget',
  says: 'remove empty folders and what ckadet kept on the host',
  script: `systemctl daemon-reload\nsystemctl reset-failed 2>/dev/null || true\n${FORGET}`,
  unless: `test ! -e ${STATE_FOLDER}`,
};
