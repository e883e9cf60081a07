// How each action is taken back; the same text is noted on the host when the action begins. Pure.
import { restoreFile, type Undo } from '../host-state.ts';
import type { Action } from './action.ts';

export function undoOf(action: Action): Undo {
  const { says } = action;
  if (action.kind === 'command') {
    const { undo, afterUndo, timeoutMs } = action;
    return {
      says,
      ...(undo === undefined ? {} : { undo }),
      ...(afterUndo === undefined ? {} : { afterUndo }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
  }
  const paths = action.kind === 'file' ? [action.path] : action.files.map(({ path }) => path);
  const reload = paths.some((path) => path.startsWith('/etc/systemd/')) ? ['systemctl daemon-reload'] : [];
  return { says, undo: [...paths.map(restoreFile), ...reload].join('\n') };
}
