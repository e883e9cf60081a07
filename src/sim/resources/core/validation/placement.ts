// Tolerations, spread over topologies, gates. Models kubernetes/pkg/apis/core/validation/validation.go
import type { PodReadinessGate, PodSchedulingGate, Toleration, TopologySpreadConstraint } from '../../../../kube/api/core-v1.ts';
import { duplicateValue, forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateLabelValue } from '../../../../kube/machinery/names.ts';
import { hasInvalidLabelValue, validateLabelName, validateLabelSelector } from '../../validation/labels.ts';
import { validatePositive, validateQualifiedName } from '../../validation/rules.ts';
import { validateLabelKeys } from './affinity.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
export const validateTaintEffect = (effect: string, field: string): FieldError[] => (EFFECTS.includes(effect) ? [] : [notSupported(field, effect, EFFECTS)]);

function validateToleration(toleration: Toleration, field: string): FieldError[] {
  const { key, value = '', tolerationSeconds } = toleration;
  const operator: string = toleration.operator ?? '';
  const effect: string = toleration.effect ?? '';
  const errors: FieldError[] = key ? validateLabelName(key, `${field}.key`) : [];
  if (!key && operator !== 'Exists')
    errors.push(invalidValue(`${field}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'));
  if (tolerationSeconds !== undefined && effect !== 'NoExecute')
    errors.push(invalidValue(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  switch (operator) {
    case '':
    case 'Equal': {
      const problems = validateLabelValue(value);
      if (problems.length) errors.push(invalidValue(`${field}.operator`, value, problems.join(';')));
      break;
    }
    case 'Exists':
      if (value) errors.push(invalidValue(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'"));
      break;
    case 'Lt':
    case 'Gt':
      errors.push(notSupported(`${field}.operator`, operator, ['Equal', 'Exists', 'Lt', 'Gt']));
      break;
    default:
      errors.push(notSupported(`${field}.operator`, operator, ['Equal', 'Exists']));
  }
  if (effect) errors.push(...validateTaintEffect(effect, `${field}.effect`));
  return errors;
}
export const validateTolerations = (tolerations: readonly Toleration[] | undefined, field: string): FieldError[] =>
  (tolerations ?? []).flatMap((each, i) => validateToleration(each, `${field}[${i}]`));

export function validateReadinessGates(gates: readonly PodReadinessGate[] | undefined, field: string): FieldError[] {
  return (gates ?? []).flatMap(({ conditionType }, i) => validateQualifiedName(conditionType, `${field}[${i}].conditionType`));
}

export function validateSchedulingGates(gates: readonly PodSchedulingGate[] | undefined, field: string): FieldError[] {
  const seen = new Set<string>();
  return (gates ?? []).flatMap(({ name }, i) => {
    const errors = validateQualifiedName(name, `${field}[${i}]`);
    if (seen.has(name)) errors.push(duplicateValue(`${field}[${i}]`, name));
    seen.add(name);
    return errors;
  });
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

function validateSpread(constraint: TopologySpreadConstraint, later: readonly TopologySpreadConstraint[], options: SpreadOptions, field: string): FieldError[] {
  const { maxSkew, topologyKey, whenUnsatisfiable: action, minDomains, labelSelector, matchLabelKeys } = constraint;
  const errors = validatePositive(maxSkew, `${field}.maxSkew`);
  if (!topologyKey) errors.push(requiredValue(`${field}.topologyKey`, 'can not be empty'));
  if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}.whenUnsatisfiable`, action ?? '', ACTIONS));
  if (later.some((each) => each.topologyKey === topologyKey && each.whenUnsatisfiable === action))
    errors.push(duplicateValue(`${field}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${action}}`));
  if (minDomains !== undefined) {
    errors.push(...validatePositive(minDomains, `${field}.minDomains`));
    if (action !== 'DoNotSchedule')
      errors.push(invalidValue(`${field}.minDomains`, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`));
  }
  for (const each of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const policy = constraint[each];
    if (policy !== undefined && !NODE_POLICIES.includes(policy)) errors.push(notSupported(`${field}.${each}`, policy, NODE_POLICIES));
  }
  errors.push(...(options.oldKeys ? validateOlderKeys(constraint, field) : validateLabelKeys(matchLabelKeys, [], labelSelector, field)));
  if (!options.allowInvalidSelector) errors.push(...validateLabelSelector(labelSelector, `${field}.labelSelector`));
  return errors;
}

/** As releases before the keys were merged into the selector had it. */
function validateOlderKeys({ matchLabelKeys: keys = [], labelSelector }: TopologySpreadConstraint, field: string): FieldError[] {
  const at = `${field}.matchLabelKeys`;
  if (!keys.length) return [];
  const selected = new Set([...Object.keys(labelSelector?.matchLabels ?? {}), ...(labelSelector?.matchExpressions ?? []).map((each) => each.key)]);
  const errors: FieldError[] = labelSelector ? [] : [forbiddenValue(at, 'must not be specified when labelSelector is not set')];
  for (const [i, key] of keys.entries()) {
    errors.push(...validateLabelName(key, `${at}[${i}]`));
    if (selected.has(key)) errors.push(invalidValue(`${at}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
  }
  return errors;
}

export interface SpreadOptions {
  readonly allowInvalidSelector: boolean;
  readonly oldKeys: boolean;
}
export function spreadOptionsOf(old: readonly TopologySpreadConstraint[] | undefined): SpreadOptions {
  return {
    allowInvalidSelector: (old ?? []).some(({ labelSelector }) => hasInvalidLabelValue(labelSelector)),
    oldKeys: (old ?? []).some(({ matchLabelKeys, labelSelector }) => validateLabelKeys(matchLabelKeys, [], labelSelector, '').length > 0),
  };
}

export function validateSpreadConstraints(constraints: readonly TopologySpreadConstraint[] | undefined, options: SpreadOptions, field: string): FieldError[] {
  return (constraints ?? []).flatMap((each, i, all) => validateSpread(each, all.slice(i + 1), options, `${field}[${i}]`));
}
