// ValidatingAdmissionPolicy and its binding: structure, and that expressions can be read. Models kubernetes/pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}
import { resetMetadataForStatus } from '../status-metadata.ts';
import type {
  ParamKind,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
  Variable,
} from '../../../kube/api/admissionregistration-v1.ts';
import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  invalidValues,
  notSupported,
  requiredValue,
  type FieldError,
} from '../../../kube/machinery/field-errors.ts';
import { validateDns1035Label, validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { formatSelector, selectorOf } from '../../../kube/machinery/selectors.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { validatePathSegment } from '../validation/path-segment.ts';
import { expressionProblem } from './expressions.ts';
import { defaultMatchResources, validateConditions, validateMatchResources } from './rules.ts';

const FAILURE_POLICIES: readonly string[] = ['Fail', 'Ignore'];
const REASONS: readonly string[] = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ACTIONS: readonly string[] = ['Audit', 'Deny', 'Warn'];
const NEITHER = 'validations or auditAnnotations must contain at least one item';
const NOT_FOUND: readonly string[] = ['Deny', 'Allow'];

function validateExpression(expression: string, field: string): FieldError[] {
  if (!expression.trim()) return [requiredValue(field, 'expression is not specified')];
  const problem = expressionProblem(expression);
  return problem ? [invalidValue(field, expression, problem)] : [];
}

function validateParamKind({ apiVersion = '', kind = '' }: ParamKind): FieldError[] {
  const at = 'spec.paramKind';
  const isOdd = apiVersion.split('/').length > 2;
  const slash = apiVersion.indexOf('/');
  const [group, version] = slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
  const groupProblems = group && !isOdd ? validateDnsSubdomain(group) : [];
  const versionProblems = isOdd ? [] : validateDns1035Label(version);
  const kindProblems = validateDns1035Label(kind.toLowerCase());
  return [
    ...(apiVersion ? [] : [requiredValue(`${at}.apiVersion`)]),
    ...(isOdd ? [invalidValue(`${at}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)] : []),
    ...(groupProblems.length ? [invalidValue(`${at}.apiVersion`, group, groupProblems.join(','))] : []),
    ...(apiVersion && versionProblems.length ? [invalidValue(`${at}.apiVersion`, version, versionProblems.join(','))] : []),
    ...(kind ? [] : [requiredValue(`${at}.kind`)]),
    ...(kind && kindProblems.length ? [invalidValue(`${at}.kind`, kind, `may have mixed case, but should otherwise match: ${kindProblems.join(',')}`)] : []),
  ];
}

function validateValidation({ expression, message = '', messageExpression = '', reason }: Validation, field: string): FieldError[] {
  const errors = validateExpression(expression, `${field}.expression`);
  if (messageExpression && !messageExpression.trim())
    errors.push(invalidValue(`${field}.messageExpression`, messageExpression, 'must be non-empty if specified'));
  else if (messageExpression) errors.push(...validateExpression(messageExpression, `${field}.messageExpression`));
  if (message && !message.trim()) errors.push(invalidValue(`${field}.message`, message, 'must be non-empty if specified'));
  else if (message.trim().includes('\n')) errors.push(invalidValue(`${field}.message`, message, 'must not contain line breaks'));
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${field}.reason`, reason, REASONS));
  return errors;
}

const validateVariable = ({ name, expression }: Variable, field: string): FieldError[] => [
  ...(name.trim()
    ? /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name)
      ? []
      : [invalidValue(`${field}.name`, name, 'must be a valid CEL identifier')]
    : [requiredValue(`${field}.name`, 'name is not specified')]),
  ...validateExpression(expression, `${field}.expression`),
];

function validatePolicy({ spec }: ValidatingAdmissionPolicy): FieldError[] {
  const { failurePolicy = '', paramKind, matchConstraints, matchConditions, variables = [], validations = [], auditAnnotations = [] } = spec;
  const errors: FieldError[] = [];
  if (!FAILURE_POLICIES.includes(failurePolicy)) errors.push(notSupported('spec.failurePolicy', failurePolicy, FAILURE_POLICIES));
  if (paramKind) errors.push(...validateParamKind(paramKind));
  if (!matchConstraints) errors.push(requiredValue('spec.matchConstraints'));
  else errors.push(...validateMatchResources(matchConstraints, 'spec.matchConstraints'));
  if (matchConstraints && !matchConstraints.resourceRules?.length) errors.push(requiredValue('spec.matchConstraints.resourceRules'));
  errors.push(
    ...validateConditions(matchConditions, 'spec.matchConditions'),
    ...variables.flatMap((each, i) => validateVariable(each, `spec.variables[${i}]`)),
  );
  if (!validations.length && !auditAnnotations.length)
    return [...errors, requiredValue('spec.validations', NEITHER), requiredValue('spec.auditAnnotations', NEITHER)];
  return [
    ...errors,
    ...validations.flatMap((each, i) => validateValidation(each, `spec.validations[${i}]`)),
    ...auditAnnotations.flatMap(({ key, valueExpression }, i) => [
      ...(key ? [] : [requiredValue(`spec.auditAnnotations[${i}].key`)]),
      ...(valueExpression.trim() ? [] : [requiredValue(`spec.auditAnnotations[${i}].valueExpression`)]),
      ...(auditAnnotations.findIndex((each) => each.key === key) < i ? [duplicateValue(`spec.auditAnnotations[${i}].key`, key)] : []),
    ]),
  ];
}

export const validatingAdmissionPolicies = defineKind<ValidatingAdmissionPolicy>('admissionregistration.k8s.io/v1', 'validatingadmissionpolicies', {
  bareFinalizers: true,
  metadataChecks: ['as new'],
  controller: 'validating-admission-policy',
  generation: true,
  defaults({ spec }) {
    spec.failurePolicy ??= 'Fail';
    defaultMatchResources(spec.matchConstraints);
  },
  validate: validatePolicy,
  validateUpdate: validatePolicy,
  subresources: { status: { metadataChecks: [], prepareForUpdate: resetMetadataForStatus } },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.spec.validations?.length ?? 0,
    object.spec.paramKind ? `${object.spec.paramKind.apiVersion ?? ''}/${object.spec.paramKind.kind ?? ''}` : '<unset>',
    age(object, now),
  ],
});

function validateParamRef(reference: ParamRef | undefined): FieldError[] {
  if (!reference) return [];
  const at = 'spec.paramRef';
  const { name, selector, parameterNotFoundAction: action } = reference;
  const both = 'name and selector are mutually exclusive';
  return [
    ...(name ? invalidValues(`${at}.name`, name, validatePathSegment(name)) : []),
    ...(name && selector ? [forbiddenValue(`${at}.name`, both)] : []),
    ...validateLabelSelector(selector, `${at}.selector`),
    ...(name && selector ? [forbiddenValue(`${at}.selector`, both)] : []),
    ...(name || selector ? [] : [requiredValue(at, 'one of name or selector must be specified')]),
    ...(action
      ? NOT_FOUND.includes(action)
        ? []
        : [notSupported(`${at}.parameterNotFoundAction`, action, NOT_FOUND)]
      : [requiredValue(`${at}.parameterNotFoundAction`)]),
  ];
}

function validateBinding({ spec }: ValidatingAdmissionPolicyBinding): FieldError[] {
  const { policyName, paramRef, matchResources, validationActions = [] } = spec;
  const actions: readonly string[] = validationActions;
  const at = 'spec.validationActions';
  return [
    ...(policyName ? invalidValues('spec.policyName', policyName, validateDnsSubdomain(policyName)) : [requiredValue('spec.policyName')]),
    ...validateParamRef(paramRef),
    ...validateMatchResources(matchResources, 'spec.matchResources'),
    ...(actions.length ? [] : [requiredValue(at, 'at least one validation action is required')]),
    ...actions.flatMap((each, i) => [
      ...(ACTIONS.includes(each) ? [] : [notSupported(`${at}[${i}]`, each, ACTIONS)]),
      ...(actions.indexOf(each) < i ? [duplicateValue(`${at}[${i}]`, each)] : []),
    ]),
    ...(actions.includes('Deny') && actions.includes('Warn')
      ? [
          invalidValue(
            at,
            actions,
            'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
          ),
        ]
      : []),
  ];
}

export const validatingAdmissionPolicyBindings = defineKind<ValidatingAdmissionPolicyBinding>(
  'admissionregistration.k8s.io/v1',
  'validatingadmissionpolicybindings',
  {
    bareFinalizers: true,
    metadataChecks: ['as new'],
    controller: 'validating-admission-policy',
    generation: true,
    defaults: ({ spec }) => defaultMatchResources(spec.matchResources),
    validate: validateBinding,
    validateUpdate: validateBinding,
    row(object, { now }) {
      const reference = object.spec.paramRef;
      const named = reference?.name ? `${reference.namespace || '*'}/${reference.name}` : undefined;
      const selected = reference?.selector ? formatSelector(selectorOf(reference.selector) ?? []) : undefined;
      return [object.metadata.name ?? '', object.spec.policyName ?? '', named ?? selected ?? '<unset>', age(object, now)];
    },
  },
);
