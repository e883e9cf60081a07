// Services of a host, some of which were there before ckadet came. Shell texts; pure.
import { STATE_FOLDER } from '../host-state.ts';

/** For one that is still running after its files were put back: it ran before, and shall run with what it had. */
export const restartIfActive = (unit: string): string => `systemctl daemon-reload
if systemctl is-active -q ${unit}; then systemctl restart ${unit}; fi`;

export interface ServiceCommand {
  readonly script: string;
  readonly undo: string;
}

const noteOf = (unit: string): string => `${STATE_FOLDER}/service-${unit}`;

/** Notes once whether it was active and enabled, before anything of ours is done to it. */
function noteService(unit: string): string {
  const note = noteOf(unit);
  return `if [ ! -f ${note} ]; then { if systemctl is-active -q ${unit}; then echo active; fi; if systemctl is-enabled -q ${unit} 2>/dev/null; then echo enabled; fi; } > ${note}.new; mv ${note}.new ${note}; fi`;
}
const unlessIt = (was: 'active' | 'enabled', unit: string, script: string): string =>
  `if ! grep -qx ${was} ${noteOf(unit)} 2>/dev/null; then ${script} 2>/dev/null || true; fi`;
const stopped = (unit: string): string => unlessIt('active', unit, `systemctl stop ${unit}`);

/** Starts or restarts it; a reset stops one that did not run before. One that did is `restartIfActive`'s when its files are back. */
export const restarting = (unit: string): ServiceCommand => ({
  script: `${noteService(unit)}
systemctl daemon-reload
systemctl restart ${unit}`,
  undo: stopped(unit),
});

/** Starts it, now and at boot; a reset takes back what of that is new. */
export const enabling = (unit: string): ServiceCommand => ({
  script: `${noteService(unit)}
systemctl enable --now ${unit}`,
  undo: `${stopped(unit)}
${unlessIt('enabled', unit, `systemctl disable ${unit}`)}`,
});
