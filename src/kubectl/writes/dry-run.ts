// --dry-run and --validate: what their values mean. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (GetDryRunStrategy, GetValidationDirective)
import { CommandError } from '../failures.ts';
import { DRY_RUN } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { klogLine } from '../klog.ts';
import { parseGoBool } from '../flags/go-numbers.ts';

export type DryRun = 'none' | 'client' | 'server';

/** Throws kubectl's sentence for a value that is none. */
export function dryRunOf(value: string, kubectl: Kubectl): DryRun {
  if (value === 'none' || value === 'client' || value === 'server') return value;
  if (value === DRY_RUN.bare) {
    kubectl.complain(klogLine('W', 'helpers.go:719', '--dry-run is deprecated and can be replaced with --dry-run=client.', kubectl.ports));
    return 'client';
  }
  throw new CommandError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** Behind the operation in what is printed: `created (dry run)`. */
export const withDryRun = (operation: string, dryRun: DryRun): string =>
  dryRun === 'client' ? `${operation} (dry run)` : dryRun === 'server' ? `${operation} (server dry run)` : operation;

/** `Strict`, `Warn` or `Ignore`. Throws kubectl's sentence for a value that is none. */
export function fieldValidationOf(value: string): string {
  if (value === 'strict') return 'Strict';
  if (value === 'warn') return 'Warn';
  if (value === 'ignore') return 'Ignore';
  try {
    return parseGoBool(value) ? 'Strict' : 'Ignore';
  } catch {
    throw new CommandError(`invalid - validate option "${value}"; must be one of: strict (or true), warn, ignore (or false)`);
  }
}
