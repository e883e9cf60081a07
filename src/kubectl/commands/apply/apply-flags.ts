// The flags of `kubectl apply`.
import { array, bool, duration, int, string, type FlagSpecs } from '../../flags/flag.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS, SELECTOR, VALIDATE } from '../../flags/sets.ts';

export const CLIENT_SIDE_MANAGER = 'kubectl-client-side-apply';

export const APPLY_FLAGS = {
  ...PRINT_FLAGS,
  ...fileFlags('is applied'),
  all: bool('All objects in the namespace of the types that are pruned.'),
  cascade: string('background, orphan or foreground: what becomes of what depends on a deleted object.', { preset: 'background', bare: 'background' }),
  'dry-run': DRY_RUN,
  'field-manager': fieldManager(CLIENT_SIDE_MANAGER),
  force: bool('Delete an object that cannot be changed and make it anew.'),
  'force-conflicts': bool('Take fields from other managers; with --server-side only.'),
  'grace-period': int('Seconds a deleted object is given to end; negative for its own default.', { preset: -1 }),
  'openapi-patch': bool("Make patches by the server's schemas.", { preset: true }),
  overwrite: bool('Values that were changed on the cluster are changed back.', { preset: true }),
  prune: bool('Delete what was applied once and is in the files no more; with -l or --all.'),
  'prune-allowlist': array('Type that is pruned, as GROUP/VERSION/KIND; can be given several times.'),
  selector: SELECTOR,
  'server-side': bool('Let the server merge what is applied.'),
  subresource: string('Subresource that is applied to; with --server-side only.'),
  timeout: duration('How long to wait until a deleted object is gone.'),
  validate: VALIDATE,
  wait: bool('Wait until a deleted object is gone.'),
} as const satisfies FlagSpecs;
