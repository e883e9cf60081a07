// FlowSchema: which requests go to which priority level. Models kubernetes/pkg/apis/flowcontrol/{v1/defaults.go,validation/validation.go}
import { keepMetadata } from '../status-metadata.ts';
import type { FlowSchema, NonResourcePolicyRule, ResourcePolicyRule, Subject } from '../../../kube/api/flowcontrol-v1.ts';
import { validateDnsLabel } from '../../../kube/machinery/names.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
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

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

/** At least one, and nothing beside a star. `others` is what may not stand there too. */
function validateMembers(list: readonly string[], field: string, required: string, others: string): FieldError[] | undefined {
  if (!list.length) return [requiredValue(field, required)];
  if (!list.includes('*')) return undefined;
  return list.length > 1 ? [invalidValue(field, list, `if '*' is present, must not specify other ${others}`)] : [];
}

const validateVerbs = (verbs: readonly string[], field: string): FieldError[] =>
  validateMembers(verbs, field, 'verbs must contain at least one value', 'verbs') ??
  (verbs.every((each) => VERBS.includes(each)) ? [] : [notSupported(field, verbs, VERBS)]);

function validateResourceRule(rule: ResourcePolicyRule, at: string): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], namespaces = [], clusterScope } = rule;
  const inNamespaces = (): FieldError[] =>
    namespaces.flatMap((each, i) =>
      invalidValues(
        `${at}.namespaces[${i}]`,
        each,
        validateDnsLabel(each).map((why) => `each member of this list must be '*' or a DNS-1123 label; ${why}`),
      ),
    );
  const required = 'resource rules that are not cluster scoped must supply at least one namespace';
  return [
    ...validateVerbs(verbs, `${at}.verbs`),
    ...(validateMembers(apiGroups, `${at}.apiGroups`, 'resource rules must supply at least one api group', 'api groups') ?? []),
    ...(validateMembers(resources, `${at}.resources`, 'resource rules must supply at least one resource', 'resources') ?? []),
    ...(!namespaces.length && clusterScope ? [] : (validateMembers(namespaces, `${at}.namespaces`, required, 'namespaces') ?? inNamespaces())),
  ];
}

function pathProblem(path: string): string | undefined {
  if (!path) return 'must not be empty';
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const stars = path.split('*').length - 1;
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}

function validatePathRule({ verbs = [], nonResourceURLs = [] }: NonResourcePolicyRule, at: string): FieldError[] {
  const field = `${at}.nonResourceURLs`;
  const each = (): FieldError[] =>
    nonResourceURLs.flatMap((path, i) => {
      const problem = pathProblem(path);
      return problem === undefined ? [] : [invalidValue(`${field}[${i}]`, path, problem)];
    });
  return [
    ...validateVerbs(verbs, `${at}.verbs`),
    ...(validateMembers(nonResourceURLs, field, 'nonResourceURLs must contain at least one value', 'non-resource URLs') ?? each()),
  ];
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
    errors.push(
      ...resourceRules.flatMap((each, j) => validateResourceRule(each, `${at}.resourceRules[${j}]`)),
      ...nonResourceRules.flatMap((each, j) => validatePathRule(each, `${at}.nonResourceRules[${j}]`)),
    );
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
  subresources: { status: { prepareForUpdate: keepMetadata } },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.spec.priorityLevelConfiguration.name,
    object.spec.matchingPrecedence,
    object.spec.distinguisherMethod?.type ?? '<none>',
    age(object, now),
    object.status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ],
});
