// Role and ClusterRole.
import type { ClusterRole, PolicyRule, Role } from '../../../kube/api/rbac-v1.ts';
import { invalidValue, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { defineKind } from '../descriptor.ts';

function validateRules(rules: readonly PolicyRule[] | undefined, namespaced: boolean): FieldError[] {
  return (rules ?? []).flatMap((rule, i) => {
    const at = `rules[${i}]`;
    const errors: FieldError[] = [];
    if (!rule.verbs?.length) errors.push(requiredValue(`${at}.verbs`, 'verbs must contain at least one value'));
    if (rule.nonResourceURLs?.length) {
      if (namespaced) errors.push(invalidValue(`${at}.nonResourceURLs`, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
      if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length)
        errors.push(invalidValue(`${at}.nonResourceURLs`, rule.nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'));
      return errors;
    }
    if (!rule.apiGroups?.length) errors.push(requiredValue(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
    if (!rule.resources?.length) errors.push(requiredValue(`${at}.resources`, 'resource rules must supply at least one resource'));
    return errors;
  });
}

export const roles = defineKind<Role>('rbac.authorization.k8s.io/v1', 'roles', {
  metadataChecks: ['as new', 'as changed'],
  names: 'path-segment',
  validate: ({ rules }) => validateRules(rules ?? undefined, true),
  validateUpdate: ({ rules }) => validateRules(rules ?? undefined, true),
  row: ({ metadata }) => [metadata.name ?? '', metadata.creationTimestamp ?? ''],
});

function validateClusterRole({ rules, aggregationRule }: ClusterRole): FieldError[] {
  const errors = validateRules(rules ?? undefined, false);
  if (!aggregationRule) return errors;
  const at = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (!selectors.length) errors.push(requiredValue(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  for (const [i, selector] of selectors.entries()) {
    const problems = validateLabelSelector(selector, `${at}[${i}]`);
    errors.push(...problems, ...(problems.length ? [invalidValue(`${at}[${i}]`, null, 'invalid label selector.')] : []));
  }
  return errors;
}

export const clusterRoles = defineKind<ClusterRole>('rbac.authorization.k8s.io/v1', 'clusterroles', {
  metadataChecks: ['as new', 'as changed'],
  controller: 'clusterrole-aggregation-controller',
  names: 'path-segment',
  validate: validateClusterRole,
  validateUpdate: validateClusterRole,
  row: ({ metadata }) => [metadata.name ?? '', metadata.creationTimestamp ?? ''],
});
