// Rules of which requests are meant, and how a webhook is reached. Models kubernetes/pkg/apis/admissionregistration/validation/validation.go
import type {
  MatchCondition,
  MatchResources,
  NamedRuleWithOperations,
  RuleWithOperations,
  WebhookClientConfig,
} from '../../../kube/api/admissionregistration-v1.ts';
import { duplicateValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain, validateLabelKey, validatePortNumber } from '../../../kube/machinery/names.ts';
import type { Mutable } from '../descriptor.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { expressionProblem } from './expressions.ts';

const OPERATIONS: readonly string[] = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES: readonly string[] = ['*', 'Cluster', 'Namespaced'];
export const MATCH_POLICIES: readonly string[] = ['Equivalent', 'Exact'];

type Rule = RuleWithOperations | NamedRuleWithOperations;

function validateResources(resources: readonly string[], field: string): FieldError[] {
  const errors: FieldError[] = resources.length ? [] : [requiredValue(field)];
  const wholes = new Set<string>();
  const subs = new Set<string>();
  let plain = false;
  for (const [i, each] of resources.entries()) {
    if (!each) {
      errors.push(requiredValue(`${field}[${i}]`));
      continue;
    }
    const slash = each.indexOf('/');
    if (slash < 0) {
      plain = each !== '*';
      continue;
    }
    const [resource, sub] = [each.slice(0, slash), each.slice(slash + 1)];
    if (wholes.has(resource)) errors.push(invalidValue(`${field}[${i}]`, each, `if '${resource}/*' is present, must not specify ${each}`));
    if (subs.has(sub)) errors.push(invalidValue(`${field}[${i}]`, each, `if '*/${sub}' is present, must not specify ${each}`));
    if (sub === '*') wholes.add(resource);
    if (resource === '*') subs.add(sub);
  }
  if (resources.length > 1 && resources.includes('*/*')) errors.push(invalidValue(field, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && plain) errors.push(invalidValue(field, resources, "if '*' is present, must not specify other resources without subresources"));
  return errors;
}

export function validateRule({ operations = [], apiGroups = [], apiVersions = [], resources = [], scope }: Rule, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const required = (list: readonly string[], name: string, what: string): void => {
    if (!list.length) errors.push(requiredValue(`${field}.${name}`));
    if (list.length > 1 && list.includes('*')) errors.push(invalidValue(`${field}.${name}`, list, `if '*' is present, must not specify other ${what}`));
  };
  required(operations, 'operations', 'operations');
  for (const [i, each] of operations.entries()) if (!OPERATIONS.includes(each)) errors.push(notSupported(`${field}.operations[${i}]`, each, OPERATIONS));
  required(apiGroups, 'apiGroups', 'API groups');
  required(apiVersions, 'apiVersions', 'API versions');
  for (const [i, each] of apiVersions.entries()) if (!each) errors.push(requiredValue(`${field}.apiVersions[${i}]`));
  errors.push(...validateResources(resources, `${field}.resources`));
  if (scope !== undefined && !SCOPES.includes(scope)) errors.push(notSupported(`${field}.scope`, scope, SCOPES));
  return errors;
}

function validateServicePath(path: string, field: string): FieldError[] {
  if (path === '' || path === '/') return [];
  if (path === '//') return [invalidValue(field, path, 'segment[0] may not be empty')];
  const errors = path.startsWith('/') ? [] : [invalidValue(field, path, "must start with a '/'")];
  for (const [i, step] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (!step) errors.push(invalidValue(field, path, `segment[${i}] may not be empty`));
    else errors.push(...validateDnsSubdomain(step).map((each) => invalidValue(field, path, `segment[${i}]: ${each}`)));
  }
  return errors;
}

function validateUrl(text: string, field: string): FieldError[] {
  const form = '; desired format: https://host[/path]';
  const found = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/.exec(text);
  const [, scheme = '', user, host = '', query, fragment] = found ?? [];
  return [
    ...(scheme.toLowerCase() === 'https' ? [] : [invalidValue(field, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`)]),
    ...(host ? [] : [invalidValue(field, host, `host must be specified${form}`)]),
    ...(user === undefined ? [] : [invalidValue(field, user, 'user information is not permitted in the URL')]),
    ...(fragment ? [invalidValue(field, fragment, 'fragments are not permitted in the URL')] : []),
    ...(query ? [invalidValue(field, query, 'query parameters are not permitted in the URL')] : []),
  ];
}

export function validateClientConfig({ url, service }: WebhookClientConfig, field: string): FieldError[] {
  if ((url === undefined) === (service === undefined)) return [requiredValue(field, 'exactly one of url or service is required')];
  if (url !== undefined) return validateUrl(url, `${field}.url`);
  if (!service) return [];
  const at = `${field}.service`;
  const port = validatePortNumber(service.port ?? 0);
  return [
    // Upstream takes the one for the other.
    ...(service.namespace ? [] : [requiredValue(`${at}.name`)]),
    ...(service.name ? [] : [requiredValue(`${at}.namespace`)]),
    ...(port.length ? [invalidValue(`${at}.port`, service.port ?? 0, `port is not valid: ${port.join(', ')}`)] : []),
    ...(service.path === undefined ? [] : validateServicePath(service.path, `${at}.path`)),
  ];
}

export function validateConditions(conditions: readonly MatchCondition[] = [], field: string): FieldError[] {
  return conditions.flatMap(({ name, expression }, i) => {
    const at = `${field}[${i}]`;
    const problem = expression.trim() ? expressionProblem(expression.trim()) : undefined;
    return [
      ...(expression.trim() ? [] : [requiredValue(`${at}.expression`)]),
      ...(problem ? [invalidValue(`${at}.expression`, expression.trim(), problem)] : []),
      ...(name ? invalidValues(`${at}.name`, name, validateLabelKey(name)) : [requiredValue(`${at}.name`)]),
      ...(name && conditions.findIndex((each) => each.name === name) < i ? [duplicateValue(`${at}.name`, name)] : []),
    ];
  });
}

export function validateMatchResources(match: MatchResources | undefined, field: string): FieldError[] {
  if (!match) return [];
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match;
  return [
    ...(matchPolicy !== undefined && !MATCH_POLICIES.includes(matchPolicy) ? [notSupported(`${field}.matchPolicy`, matchPolicy, MATCH_POLICIES)] : []),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...validateLabelSelector(objectSelector, `${field}.objectSelector`),
    ...resourceRules.flatMap((each, i) => validateRule(each, `${field}.resourceRules[${i}]`)),
    ...excludeResourceRules.flatMap((each, i) => validateRule(each, `${field}.excludeResourceRules[${i}]`)),
  ];
}

export function defaultMatchResources(match: Mutable<MatchResources> | undefined): void {
  if (!match) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const each of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) each.scope ??= '*';
}
