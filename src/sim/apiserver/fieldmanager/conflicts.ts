// Fields that an applier wants and others own, and the answer that says so.
// Models apimachinery/pkg/util/managedfields/internal/conflict.go
import { compareText, showPath, type FieldPath } from '../../../kube/machinery/field-path.ts';
import { difference, isEmptySet, pathsOf, type FieldSet } from '../../../kube/machinery/field-set.ts';
import { StatusError } from '../../../kube/machinery/status-error.ts';
import { identifierOf, type Owner } from './owners.ts';

export interface Conflict {
  readonly owner: Owner;
  readonly set: FieldSet;
}

/** Inside the field manager; a client gets its `toStatusError`. */
export class ApplyConflicts extends Error {
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    super('apply failed with conflicts');
    this.conflicts = conflicts;
  }

  /** What is in conflict beyond `allowed`. */
  beyond(allowed: FieldSet): ApplyConflicts {
    const rest = this.conflicts.map(({ owner, set }) => ({ owner, set: difference(set, allowed) }));
    return new ApplyConflicts(rest.filter(({ set }) => !isEmptySet(set)));
  }

  toStatusError(): StatusError {
    const ordered = [...this.conflicts].sort((a, b) => compareText(identifierOf(a.owner), identifierOf(b.owner)));
    const all = ordered.flatMap(({ owner, set }) => [...pathsOf(set)].map((path) => ({ owner, path })));
    return new StatusError({
      code: 409,
      reason: 'Conflict',
      message: messageOf(all, ordered),
      details: {
        causes: all.map(({ owner, path }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${shownOwner(owner)}`, field: showPath(path) })),
      },
    });
  }
}

function messageOf(all: readonly { readonly owner: Owner; readonly path: FieldPath }[], conflicts: readonly Conflict[]): string {
  const [only] = all;
  if (only && all.length === 1) return `Apply failed with 1 conflict: conflict with ${shownOwner(only.owner)}: ${showPath(only.path)}`;
  const lines = conflicts.flatMap(({ owner, set }) => [`conflicts with ${shownOwner(owner)}:`, ...[...pathsOf(set)].map((path) => `- ${showPath(path)}`)]);
  return `Apply failed with ${all.length} conflicts: ${lines.join('\n')}`;
}

function shownOwner({ manager, operation, apiVersion, subresource }: Owner): string {
  const who = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${who} using ${apiVersion}` : who;
}
