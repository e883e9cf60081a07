// How something is deleted, for the commands that delete on the way to something else (replace, run).
import { bool, duration, int, string } from './flag.ts';

export const DELETION_FLAGS = {
  cascade: string('background, orphan or foreground: what becomes of what depends on a deleted object.', { preset: 'background', bare: 'background' }),
  force: bool('Remove it from the API at once; of some resources something may go on running.'),
  'grace-period': int('Seconds a deleted object is given to end; negative for its own default, 1 for at once, 0 only with --force.', { preset: -1 }),
  timeout: duration('How long to wait until it is gone; 0 takes the time from the object.'),
  wait: bool('Wait until it is gone, finalizers and all.'),
} as const;
