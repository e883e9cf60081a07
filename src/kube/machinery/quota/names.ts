// Names of resources, and selectors over scopes. Models kubernetes/pkg/apis/core/v1/helper
import type { ScopedResourceSelectorRequirement } from '../../api/core-v1.ts';

/** Without a domain, or in Kubernetes' own. */
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

/** Whether one of the values satisfies the requirement; without values, none does but the negative ones. */
export function requirementMatches({ operator, values = [] }: ScopedResourceSelectorRequirement, present: readonly string[]): boolean {
  switch (operator) {
    case 'Exists':
      return present.length > 0;
    case 'DoesNotExist':
      return present.length === 0;
    case 'In':
      return present.some((each) => values.includes(each));
    case 'NotIn':
      return present.length === 0 || present.some((each) => !values.includes(each));
    default:
      return false;
  }
}
