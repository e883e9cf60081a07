// Steps on stderr: drawn by listr2 on a terminal, one line each elsewhere; and what is said when somebody interrupts them.
import type { Environment } from '../context.ts';
import { type Lane, type Progress, silentLane, type Step } from '../../platform/progress.ts';
import { widthOf } from './style.ts';
import { wrapAdvice } from './wrap.ts';

/** What it means is up to the work: that of a set-up is taken back, that on hosts is left where it is, to go on from. */
const interruption = (putsBack: boolean): string => `Interrupted: ${putsBack ? 'putting things back' : 'ending what is under way'} …`;
const SHOW_CURSOR = '\u001b[?25h';

export interface StepDisplay extends Progress {
  /** Says at once that the interruption was seen and why it takes a moment. */
  interrupted(putsBack: boolean): void;
}

/** Loads listr2 only on a terminal, and only once there is a step to show. */
export function stepDisplay(stderr: NodeJS.WriteStream, env: Environment): StepDisplay {
  const running = new Set<Step>();
  let drew = false;
  let owed: string | undefined;
  const note = (text: string): void => void stderr.write(`${wrapAdvice(text, widthOf(stderr, env))}\n`);
  const drawn = async <T>(title: string, work: (step: Step) => Promise<T>): Promise<T> => {
    const { terminalStep } = await import('./progress.ts');
    // Whatever ends the process, the cursor that listr2 hides comes back.
    if (!drew) process.once('exit', () => void (running.size && stderr.write(SHOW_CURSOR)));
    drew = true;
    let shown: Step | undefined;
    try {
      return await terminalStep(
        title,
        (step) => {
          shown = step;
          running.add(step);
          return work(step);
        },
        stderr,
      );
    } finally {
      if (shown) running.delete(shown);
      // What stood below the step is gone with it.
      if (owed !== undefined && !running.size) {
        note(owed);
        owed = undefined;
      }
    }
  };
  return {
    note,
    async step(title, work) {
      if (stderr.isTTY) return drawn(title, work);
      note(`${title} …`);
      return work({ update() {} });
    },
    async lanes(names, work) {
      if (stderr.isTTY) {
        const { terminalLanes } = await import('./progress.ts');
        return terminalLanes(names, work, stderr);
      }
      return work(plainLane(note));
    },
    interrupted(putsBack) {
      const says = interruption(putsBack);
      owed = running.size > 0 ? says : undefined;
      if (owed === undefined) note(says);
      else for (const step of running) step.update(says);
    },
  };
}

/** Away from a terminal a lane says a line for each stage, and does not repeat itself. */
function plainLane(note: (text: string) => void): (name: string) => Lane {
  const last = new Map<string, string>();
  return (name) => {
    const say = (detail: string): void => {
      if (last.get(name) !== detail) note(`${name}: ${detail}`);
      last.set(name, detail);
    };
    return { at: (stage) => say(stage), done: say };
  };
}

/** With --json nothing is drawn; an interruption is still answered. */
export function silentDisplay(stderr: NodeJS.WriteStream): StepDisplay {
  return {
    step: (_title, work) => work({ update() {} }),
    lanes: (_names, work) => work(() => silentLane),
    note() {},
    interrupted: (putsBack) => void stderr.write(`${interruption(putsBack)}\n`),
  };
}
