// Nodes. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Node, Taint } from '../../../../kube/api/core-v1.ts';
import { duplicateValue, forbiddenValue, invalidValue, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateLabelValue } from '../../../../kube/machinery/names.ts';
import { internalForm } from '../../validation/internal-form.ts';
import { cidrFamily, validateLegacyCidr } from '../../validation/ip.ts';
import { validateLabelName } from '../../validation/labels.ts';
import { validatePositive } from '../../validation/rules.ts';
import { validateTaintEffect } from './placement.ts';
import { validateResourceQuantity, type Amounts } from './resources.ts';

export function validateTaints(taints: readonly Taint[] = [], field = 'metadata.taints'): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const at = `${field}[${i}]`;
    const { key, value = '', effect } = taint;
    errors.push(...validateLabelName(key, `${at}.key`));
    const problems = validateLabelValue(value);
    if (problems.length) errors.push(invalidValue(`${at}.value`, value, problems.join(';')));
    errors.push(...(effect ? validateTaintEffect(effect, `${at}.effect`) : [requiredValue(`${at}.effect`)]));
    const unique = `${key}:${effect}`;
    if (seen.has(unique)) {
      const error = duplicateValue(at, internalForm('Taint', taint));
      errors.push({ ...error, detail: `${error.detail}: taints must be unique by key and effect pair` });
    }
    seen.add(unique);
  }
  return errors;
}

const validateAmounts = (amounts: Amounts, field: string): FieldError[] =>
  Object.entries(amounts ?? {}).flatMap(([name, amount]) => validateResourceQuantity(name, amount, `${field}.${name}`));
const validateNodeResources = ({ status }: Node): FieldError[] => [
  ...validateAmounts(status?.capacity, 'status.capacity'),
  ...validateAmounts(status?.allocatable, 'status.allocatable'),
];

export function validateNode(node: Node): FieldError[] {
  const { spec, status } = node;
  const errors = [...validateTaints(spec.taints), ...validateNodeResources(node)];
  const swap = status?.nodeInfo?.swap?.capacity;
  if (swap !== undefined) errors.push(...validatePositive(swap, 'metadata.nodeSwapStatus.capacity'));
  const cidrs = spec.podCIDRs ?? [];
  errors.push(...cidrs.flatMap((each, i) => validateLegacyCidr(each, `spec.podCIDRs[${i}]`)));
  if (cidrs.length > 1 && (new Set(cidrs.map(cidrFamily)).size < 2 || cidrs.length > 2))
    errors.push(invalidValue('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'));
  return errors;
}

/** What holds through the main resource and through status alike. */
export function validateNodeUpdate(next: Node, old: Node): FieldError[] {
  const errors = validateNodeResources(next);
  const addresses = new Set<string>();
  for (const [i, { type, address }] of (next.status?.addresses ?? []).entries()) {
    if (addresses.has(`${type}/${address}`)) errors.push(duplicateValue(`status.addresses[${i}]`, internalForm('NodeAddress', { type, address })));
    addresses.add(`${type}/${address}`);
  }
  const before = old.spec.podCIDRs ?? [];
  const after = next.spec.podCIDRs ?? [];
  const changed = forbiddenValue('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
  if (before.length && before.length !== after.length) errors.push(changed);
  else errors.push(...before.filter((each, i) => each !== after[i]).map(() => changed));
  if (old.spec.providerID && next.spec.providerID !== old.spec.providerID)
    errors.push(forbiddenValue('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  errors.push(...validateTaints(next.spec.taints));
  if (next.spec.externalID !== old.spec.externalID) errors.push(forbiddenValue('spec.externalID', 'may not be updated'));
  return errors;
}
