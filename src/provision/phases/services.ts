// Services of a host, some of which were there before ckadet came. Shell texts; pure.
import { STATE_FOLDER } from '../host-state.ts';

/** For one that is still running after its files were put back: it ran before, and shall run with what it had. */
export const restartIfActive = (unit: string): string => `systemctl daemon-reload
if systemctl is-active -q ${unit}; then systemctl restart ${unit}; fi`;

export interface Restarting {
  readonly script: string;
  readonly undo: string;
  readonly afterUndo: string;
}

/** Starts or restarts it; a reset stops one that did not run before, and restarts one that did when its files are back. */
export function restarting(unit: string): Restarting {
  const ranBefore = `${STATE_FOLDER}/ran-before-${unit}`;
  return {
    script: `if [ ! -f ${ranBefore} ]; then systemctl is-active -q ${unit} && echo yes > ${ranBefore}.new || echo no > ${ranBefore}.new; mv ${ranBefore}.new ${ranBefore}; fi
systemctl restart ${unit}`,
    undo: `if ! grep -qx yes ${ranBefore} 2>/dev/null; then systemctl stop ${unit} 2>/dev/null || true; fi`,
    afterUndo: restartIfActive(unit),
  };
}
