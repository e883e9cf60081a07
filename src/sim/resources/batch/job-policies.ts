// When a job has failed or succeeded before all its pods have. Models kubernetes/pkg/apis/batch/validation/validation.go
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../../../kube/api/batch-v1.ts';
import {
  duplicateValue,
  invalidValue,
  invalidWithoutValue,
  notSupported,
  requiredValue,
  tooLong,
  tooMany,
  type FieldError,
} from '../../../kube/machinery/field-errors.ts';
import { validateNonnegative, validateQualifiedName } from '../validation/rules.ts';
import { specOf } from '../core/validation/pod-template.ts';
import { internalForm } from '../validation/internal-form.ts';
import { parseIndexes } from './job-indexes.ts';

const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;
const MOST_PATTERNS = 20;
const LONGEST_INDEXES = 64 * 1024;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

/** As Go's %q shows a list. */
const listed = (values: readonly string[]): string => `[${values.map((each) => JSON.stringify(each)).join(' ')}]`;

function validateOneOf(value: string | undefined, supported: readonly string[], field: string): FieldError[] {
  if (!value) return [requiredValue(field, `valid values: ${listed(supported)}`)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

function validateExitCodes(
  { operator, containerName, values = [] }: PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
  field: string,
): FieldError[] {
  const errors = validateOneOf(operator, OPERATORS, `${field}.operator`);
  if (containerName !== undefined && !names.has(containerName))
    errors.push(invalidValue(`${field}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template'));
  const at = `${field}.values`;
  if (!values?.length) errors.push(invalidValue(at, values, 'at least one value is required'));
  else if (values.length > MOST_EXIT_CODES) errors.push(tooMany(at, values.length, MOST_EXIT_CODES));
  for (const [i, code] of (values ?? []).entries()) {
    if (operator === 'In' && code === 0) errors.push(invalidValue(`${at}[${i}]`, code, 'must not be 0 for the In operator'));
    if (values.indexOf(code) < i) errors.push(duplicateValue(`${at}[${i}]`, code));
  }
  if ((values ?? []).some((code, i) => i > 0 && (values[i - 1] ?? 0) > code)) errors.push(invalidValue(at, values, 'must be ordered'));
  return errors;
}

function validatePatterns(patterns: readonly PodFailurePolicyOnPodConditionsPattern[], field: string): FieldError[] {
  return [
    ...(patterns.length > MOST_PATTERNS ? [tooMany(field, patterns.length, MOST_PATTERNS)] : []),
    ...patterns.flatMap(({ type, status }, i) => [
      ...validateQualifiedName(type, `${field}[${i}].type`),
      ...validateOneOf(status, STATUSES, `${field}[${i}].status`),
    ]),
  ];
}

function validateFailureRule(
  { action, onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  spec: JobSpec,
  names: ReadonlySet<string>,
  field: string,
): FieldError[] {
  const errors =
    action === 'FailIndex'
      ? spec.backoffLimitPerIndex === undefined
        ? [invalidValue(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set')]
        : []
      : validateOneOf(action, ACTIONS, `${field}.action`);
  if (onExitCodes) errors.push(...validateExitCodes(onExitCodes, names, `${field}.onExitCodes`));
  const patterns = onPodConditions ?? [];
  if (patterns.length) errors.push(...validatePatterns(patterns, `${field}.onPodConditions`));
  if (onExitCodes && patterns.length) errors.push(invalidWithoutValue(field, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!onExitCodes && !patterns.length) errors.push(invalidWithoutValue(field, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

export function validatePodFailurePolicy(spec: JobSpec, field: string): FieldError[] {
  if (!spec.podFailurePolicy) return [];
  const rules = spec.podFailurePolicy.rules ?? [];
  const { containers = [], initContainers = [] } = specOf(spec.template);
  const names = new Set([...(containers ?? []), ...initContainers].map((each) => each.name));
  return [
    ...(rules.length > MOST_RULES ? [tooMany(`${field}.rules`, rules.length, MOST_RULES)] : []),
    ...rules.flatMap((each, i) => validateFailureRule(each, spec, names, `${field}.rules[${i}]`)),
  ];
}

function validateSuccessRule({ succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule, completions: number, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (count === undefined && indexes === undefined) errors.push(requiredValue(field, 'at least one of succeededCount or succeededIndexes must be specified'));
  const { total, problem } = parseIndexes(indexes ?? '', completions);
  if ((indexes ?? '').length > LONGEST_INDEXES) errors.push(tooLong(`${field}.succeededIndexes`, LONGEST_INDEXES));
  if (problem !== undefined) errors.push(invalidValue(`${field}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${problem}`));
  if (count === undefined) return errors;
  const at = `${field}.succeededCount`;
  errors.push(...validateNonnegative(count, at));
  if (count > completions) errors.push(invalidValue(at, count, `must be less than or equal to ${completions} (the number of specified completions)`));
  if (indexes !== undefined && count > total)
    errors.push(invalidValue(at, count, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`));
  return errors;
}

export function validateSuccessPolicy({ successPolicy, completionMode, completions = 0 }: JobSpec, field: string): FieldError[] {
  if (!successPolicy) return [];
  if (completionMode !== 'Indexed') return [invalidValue(field, internalForm('SuccessPolicy', successPolicy), 'requires indexed completion mode')];
  const rules = successPolicy.rules ?? [];
  return [
    ...(rules.length ? [] : [requiredValue(`${field}.rules`, 'at least one rules must be specified when the successPolicy is specified')]),
    ...(rules.length > MOST_RULES ? [tooMany(`${field}.rules`, rules.length, MOST_RULES)] : []),
    ...rules.flatMap((each, i) => validateSuccessRule(each, completions, `${field}.rules[${i}]`)),
  ];
}
