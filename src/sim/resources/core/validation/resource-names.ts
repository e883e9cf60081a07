// What names of resources mean: standard, native, extended, huge pages, counted. Models kubernetes/pkg/apis/core/helper/helpers.go
import { parseQuantity } from '../../../../kube/machinery/quantity.ts';
import { validateLabelKey } from '../../../../kube/machinery/names.ts';

const HUGE_PAGES = 'hugepages-';
const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const QUOTA: ReadonlySet<string> = new Set([
  ...COMPUTE,
  ...COMPUTE.map((each) => `requests.${each}`),
  ...COMPUTE.map((each) => `limits.${each}`),
  'requests.storage',
  ...COUNTED,
]);

export const isHugePageName = (name: string): boolean => name.startsWith(HUGE_PAGES);
const isQuotaHugePageName = (name: string): boolean => isHugePageName(name) || name.startsWith(`requests.${HUGE_PAGES}`);
export const isNativeName = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
export const isExtendedName = (name: string): boolean =>
  !isNativeName(name) && !name.startsWith('requests.') && validateLabelKey(`requests.${name}`).length === 0;
export const isStandardContainerName = (name: string): boolean => COMPUTE.includes(name) || isHugePageName(name);
export const isStandardQuotaName = (name: string): boolean => QUOTA.has(name) || isQuotaHugePageName(name);
export const isStandardName = (name: string): boolean => name === 'storage' || isStandardQuotaName(name);
export const isIntegerName = (name: string): boolean => COUNTED.includes(name) || isExtendedName(name);
export const isOvercommitAllowed = (name: string): boolean => isNativeName(name) && !isHugePageName(name);

/** True when the amount is made of whole pages of the size in the name. */
export function isHugePageMultiple(name: string, amount: string): boolean {
  const page = parseQuantity(name.slice(HUGE_PAGES.length));
  const value = parseQuantity(amount);
  if (!page || !value || page.nanos <= 0n || page.nanos % 1_000_000_000n !== 0n) return false;
  return value.nanos % page.nanos === 0n;
}
