// What keeps a namespace from going, as conditions. Models kubernetes/pkg/controller/namespace/deletion/status_condition_utils.go
import type { NamespaceCondition } from '../../../kube/api/core-v1.ts';
import { conditionOf, withCondition } from '../../../kube/machinery/pod-conditions.ts';

export interface DeletionReport {
  readonly discoveryFailures: ReadonlyMap<string, string>;
  readonly contentErrors: readonly string[];
  /** Objects left by `resource.group`. Undefined when other resources were not looked at, because pods go first. */
  readonly remaining: ReadonlyMap<string, number> | undefined;
  readonly finalizers: ReadonlyMap<string, number>;
}

const OK: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  ['NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
];

const bad = (type: string, reason: string, message: string): NamespaceCondition => ({ type, status: 'True', reason, message });

function problems({ discoveryFailures, contentErrors, remaining, finalizers }: DeletionReport): readonly NamespaceCondition[] {
  const found: NamespaceCondition[] = [];
  if (discoveryFailures.size) {
    const each = [...discoveryFailures]
      .map(([groupVersion, error]) => `${groupVersion}: ${error}`)
      .sort()
      .join(', ');
    found.push(
      bad(
        'NamespaceDeletionDiscoveryFailure',
        'DiscoveryFailed',
        `Discovery failed for some groups, ${discoveryFailures.size} failing: unable to retrieve the complete list of server APIs: ${each}`,
      ),
    );
  }
  if (contentErrors.length)
    found.push(
      bad(
        'NamespaceDeletionContentFailure',
        'ContentDeletionFailed',
        `Failed to delete all resource types, ${contentErrors.length} remaining: ${contentErrors.toSorted().join(', ')}`,
      ),
    );
  if (remaining?.size)
    found.push(
      bad(
        'NamespaceContentRemaining',
        'SomeResourcesRemain',
        `Some resources are remaining: ${[...remaining]
          .map(([resource, count]) => `${resource} has ${count} resource instances`)
          .sort()
          .join(', ')}`,
      ),
    );
  if (remaining && finalizers.size)
    found.push(
      bad(
        'NamespaceFinalizersRemaining',
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${[...finalizers]
          .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
          .sort()
          .join(', ')}`,
      ),
    );
  return found;
}

/** The same list when nothing changed. */
export function deletionConditions(
  conditions: readonly NamespaceCondition[] | undefined,
  report: DeletionReport,
  nowMs: number,
): readonly NamespaceCondition[] {
  const found = problems(report);
  let list = conditions ?? [];
  for (const [type, reason, message] of OK) list = withCondition(list, conditionOf(found, type) ?? { type, status: 'False', reason, message }, nowMs);
  return list;
}
