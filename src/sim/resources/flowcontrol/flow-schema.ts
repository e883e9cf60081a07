// FlowSchema: which requests go to which priority level. Models kubernetes/pkg/apis/flowcontrol/{v1/defaults.go,validation/validation.go}
import type { FlowSchema, Subject } from '../../../kube/api/flowcontrol-v1.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

const METHODS = ['ByNamespace', 'ByUser'];
const SUBJECTS = ['Group', 'ServiceAccount', 'User'];
const MOST_PRECEDENCE = 10_000;

function validateSubject({ kind, user, group, serviceAccount }: Subject, field: string): FieldError[] {
  if (!SUBJECTS.includes(kind)) return [notSupported(`${field}.kind`, kind, SUBJECTS)];
  const own = { Group: 'group', ServiceAccount: 'serviceAccount', User: 'user' }[kind] ?? '';
  const given: Readonly<Record<string, { readonly name: string } | undefined>> = { serviceAccount, user, group };
  const errors: FieldError[] = [];
  if (!given[own]) errors.push(requiredValue(`${field}.${own}`, `${own} is required when subject kind is '${kind}'`));
  else if (!given[own].name) errors.push(requiredValue(`${field}.${own}.name`));
  for (const [name, value] of Object.entries(given))
    if (name !== own && value)
      errors.push(forbiddenValue(`${field}.${name}`, `${name} is forbidden when subject kind is not '${name[0]?.toUpperCase() ?? ''}${name.slice(1)}'`));
  return errors;
}

function validate({ spec }: FlowSchema): FieldError[] {
  const { matchingPrecedence, distinguisherMethod, priorityLevelConfiguration, rules = [] } = spec;
  const errors: FieldError[] = [];
  if (matchingPrecedence <= 0) errors.push(invalidValue('spec.matchingPrecedence', matchingPrecedence, 'must be a positive value'));
  if (matchingPrecedence > MOST_PRECEDENCE)
    errors.push(invalidValue('spec.matchingPrecedence', matchingPrecedence, `must not be greater than ${MOST_PRECEDENCE}`));
  if (distinguisherMethod && !METHODS.includes(distinguisherMethod.type))
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: distinguisherMethod.type }, METHODS));
  if (!priorityLevelConfiguration?.name) errors.push(requiredValue('spec.priorityLevelConfiguration.name', 'must reference a priority level'));
  for (const [i, rule] of rules.entries()) {
    const subjects = rule.subjects ?? [];
    const { resourceRules = [], nonResourceRules = [] } = rule;
    const at = `spec.rules[${i}]`;
    if (!subjects.length) errors.push(requiredValue(`${at}.subjects`, 'subjects must contain at least one value'));
    errors.push(...subjects.flatMap((each, j) => validateSubject(each, `${at}.subjects[${j}]`)));
    if (!resourceRules.length && !nonResourceRules.length)
      errors.push(requiredValue(at, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  return errors;
}

export const flowSchemas = defineKind<FlowSchema>('flowcontrol.apiserver.k8s.io/v1', 'flowschemas', {
  metadataChecks: ['as new'],
  generation: true,
  defaults({ spec }) {
    if (!spec.matchingPrecedence) spec.matchingPrecedence = 1000;
  },
  validate,
  validateUpdate: validate,
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.spec.priorityLevelConfiguration.name,
    object.spec.matchingPrecedence,
    object.spec.distinguisherMethod?.type ?? '<none>',
    age(object, now),
    object.status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ],
});
