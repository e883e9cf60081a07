// Taking a cluster back: what was done is undone, last first, on every host at once. Pure.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { FORGET, STATE_FOLDER, type Undo } from '../host-state.ts';
import type { CommandAction, PhaseInfo, Plan, Task } from '../plan/action.ts';
import { undoOf } from '../plan/undo.ts';

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
  /** How they are taken back, as it was noted when they began. */
  readonly undos: ReadonlyMap<string, Undo>;
}

interface Step extends Undo {
  readonly phase: string;
  /** `PHASE/ACTION` */
  readonly id: string;
}

/**
 * Of each host in `begun` what was begun is undone; other hosts are left out. What the plan of today does not have is undone by the notes of the host.
 * Throws RESET_UNKNOWN where neither knows: what was done could not be undone, and the last step would forget how it was before.
 */
export function resetPlan(created: Plan, begun: ReadonlyMap<string, Begun>): Plan {
  const unknown: string[] = [];
  const tasks = [...begun].map(([host, { ids, undos }]): Task => {
    const steps = stepsOf(created, host).filter(({ id }) => ids.has(id));
    let before: Step | undefined;
    for (const id of ids) {
      // Actions of an earlier reset that was cut off need no undoing.
      if (id.startsWith(`${INFO.name}/`)) continue;
      const known = steps.find((step) => step.id === id);
      const undo = undos.get(id);
      if (!known && !undo) unknown.push(`${host}: ${id}`);
      else before = known ?? insert(steps, { ...undo, says: undo?.says ?? id, id, phase: phaseOf(id) }, before);
    }
    return { id: `${INFO.name}/${host}`, phase: INFO.name, host, needs: [], actions: [...undoSteps(steps), FORGET_ALL] };
  });
  if (unknown.length) throw unknownBegun(created.cluster, unknown);
  return { cluster: created.cluster, phases: [INFO], tasks, values: [], assumptions: [] };
}

const phaseOf = (id: string): string => id.slice(0, id.indexOf('/'));

const stepsOf = (created: Plan, host: string): Step[] =>
  created.tasks.flatMap((task) =>
    task.host === host ? task.actions.map((action) => ({ ...undoOf(action), phase: task.phase, id: `${task.phase}/${action.id}` })) : [],
  );

/** Puts it behind the others of its phase, or behind the phase that was begun last before it: phases stay together. */
function insert(steps: Step[], step: Step, before: Step | undefined): Step {
  const own = steps.findLastIndex(({ phase }) => phase === step.phase);
  const at = own >= 0 ? own : steps.findLastIndex(({ phase }) => phase === before?.phase);
  steps.splice(at + 1, 0, step);
  return step;
}

const unknownBegun = (cluster: string, unknown: readonly string[]): AppError =>
  new AppError({
    code: 'RESET_UNKNOWN',
    what: `${cluster} was made in a way that this cluster file does not describe, and nothing was undone`,
    why: `neither the file nor the hosts tell how these steps are undone:\n${unknown.join('\n')}`,
    next: ['use the file that the cluster was made with: its hosts, roles, runtime, network and packages', 'see what this one would do: ckadet cluster plan'],
    exitCode: EXIT.invalidFile,
  });

/** Phase by phase, the last first. */
function undoSteps(steps: readonly Step[]): readonly CommandAction[] {
  const phases = [...new Set(steps.map(({ phase }) => phase))].toReversed();
  return phases.flatMap((phase) => {
    const own = steps.filter((step) => step.phase === phase);
    return [...own.toReversed().flatMap(undo), ...own.flatMap(afterUndo)];
  });
}

const undo = ({ id, says, undo: script }: Step): readonly CommandAction[] =>
  script === undefined ? [] : [{ kind: 'command', id: id.replace('/', '-'), says: `undo: ${says}`, script, timeoutMs: 300_000 }];

const afterUndo = ({ id, says, afterUndo: script }: Step): readonly CommandAction[] =>
  script === undefined ? [] : [{ kind: 'command', id: `${id.replace('/', '-')}-after`, says: `${says}, as it was before`, script }];

const FORGET_ALL: CommandAction = {
  kind: 'command',
  id: 'forget',
  says: 'remove empty folders and what ckadet kept on the host',
  script: `systemctl daemon-reload\nsystemctl reset-failed 2>/dev/null || true\n${FORGET}`,
  unless: `test ! -e ${STATE_FOLDER}`,
};
