// Finalizers of custom resources should say whose they are. Models apiextensions-apiserver/pkg/registry/customresource/{strategy,validator}.go
import { validateLabelKey } from '../../../kube/machinery/names.ts';

const STANDARD: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** Of those that are new. */
export function finalizerWarnings(finalizers: readonly string[] = [], before: readonly string[] = []): string[] {
  return [...new Set(finalizers)]
    .filter((each) => !before.includes(each))
    .sort()
    .flatMap((each) => {
      const about = `metadata.finalizers: ${JSON.stringify(each)}: `;
      const warnings = validateLabelKey(each).map((why) => about + why);
      if (each.includes('/') || STANDARD.has(each)) return warnings;
      const path = each.includes('.') ? ' including a path (/)' : '';
      return [...warnings, `${about}prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`];
    });
}
