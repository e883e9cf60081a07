// MutatingWebhookConfiguration and ValidatingWebhookConfiguration. Models kubernetes/pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '../../../kube/api/admissionregistration-v1.ts';
import { duplicateValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDns1035Label, validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind, type Cell, type Mutable, type RowContext } from '../descriptor.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { MATCH_POLICIES, validateClientConfig, validateConditions, validateRule } from './rules.ts';

type Webhook = ValidatingWebhook | MutatingWebhook;
type Configuration = ValidatingWebhookConfiguration | MutatingWebhookConfiguration;

const FAILURE_POLICIES: readonly string[] = ['Fail', 'Ignore'];
const SIDE_EFFECTS: readonly string[] = ['None', 'NoneOnDryRun'];
const REVIEW_VERSIONS: readonly string[] = ['v1', 'v1beta1'];

function validateFullName(name: string, field: string): FieldError[] {
  if (!name) return [requiredValue(field)];
  const errors = invalidValues(field, name, validateDnsSubdomain(name));
  if (errors.length) return errors;
  return name.split('.').length < 3 ? [invalidValue(field, name, 'should be a domain with at least three segments separated by dots')] : [];
}

function validateReviewVersions(versions: readonly string[] = [], field: string): FieldError[] {
  if (!versions.length) return [requiredValue(field, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)];
  const errors = versions.flatMap((each, i) =>
    versions.indexOf(each) < i
      ? [invalidValue(`${field}[${i}]`, each, 'duplicate version')]
      : invalidValues(`${field}[${i}]`, each, validateDns1035Label(each)),
  );
  if (!versions.some((each) => REVIEW_VERSIONS.includes(each)))
    errors.push(invalidValue(field, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
  return errors;
}

function validateWebhook(hook: Webhook, field: string): FieldError[] {
  const { failurePolicy, matchPolicy, sideEffects, timeoutSeconds } = hook;
  const errors = [...validateFullName(hook.name, `${field}.name`), ...(hook.rules ?? []).flatMap((each, i) => validateRule(each, `${field}.rules[${i}]`))];
  if (failurePolicy !== undefined && !FAILURE_POLICIES.includes(failurePolicy))
    errors.push(notSupported(`${field}.failurePolicy`, failurePolicy, FAILURE_POLICIES));
  if (matchPolicy !== undefined && !MATCH_POLICIES.includes(matchPolicy)) errors.push(notSupported(`${field}.matchPolicy`, matchPolicy, MATCH_POLICIES));
  if (!sideEffects) errors.push(requiredValue(`${field}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(', ')}`));
  else if (!SIDE_EFFECTS.includes(sideEffects)) errors.push(notSupported(`${field}.sideEffects`, sideEffects, SIDE_EFFECTS));
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1))
    errors.push(invalidValue(`${field}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'));
  errors.push(
    ...validateLabelSelector(hook.namespaceSelector, `${field}.namespaceSelector`),
    ...validateLabelSelector(hook.objectSelector, `${field}.objectSelector`),
  );
  if ('reinvocationPolicy' in hook && hook.reinvocationPolicy !== undefined && !['IfNeeded', 'Never'].includes(hook.reinvocationPolicy))
    errors.push(notSupported(`${field}.reinvocationPolicy`, hook.reinvocationPolicy, ['IfNeeded', 'Never']));
  return [
    ...errors,
    ...validateClientConfig(hook.clientConfig, `${field}.clientConfig`),
    ...validateConditions(hook.matchConditions, `${field}.matchConditions`),
  ];
}

function validate({ webhooks = [] }: Configuration): FieldError[] {
  const hooks: readonly Webhook[] = webhooks;
  return hooks.flatMap((hook, i) => {
    const at = `webhooks[${i}]`;
    const isDouble = Boolean(hook.name) && hooks.findIndex(({ name }) => name === hook.name) < i;
    return [
      ...validateWebhook(hook, at),
      ...validateReviewVersions(hook.admissionReviewVersions ?? [], `${at}.admissionReviewVersions`),
      ...(isDouble ? [duplicateValue(`${at}.name`, hook.name)] : []),
    ];
  });
}

function defaultWebhook(hook: Mutable<Webhook>): void {
  hook.failurePolicy ??= 'Fail';
  hook.matchPolicy ??= 'Equivalent';
  hook.namespaceSelector ??= {};
  hook.objectSelector ??= {};
  hook.timeoutSeconds ??= 10;
  for (const rule of hook.rules ?? []) rule.scope ??= '*';
  if (hook.clientConfig.service) hook.clientConfig.service.port ??= 443;
}

const row = (object: Configuration, { now }: RowContext): readonly Cell[] => [object.metadata.name ?? '', object.webhooks?.length ?? 0, age(object, now)];

export const validatingWebhookConfigurations = defineKind<ValidatingWebhookConfiguration>(
  'admissionregistration.k8s.io/v1',
  'validatingwebhookconfigurations',
  {
    bareFinalizers: true,
    metadataChecks: ['as new'],
    controller: 'webhook',
    generation: true,
    defaults: ({ webhooks }) => webhooks?.forEach(defaultWebhook),
    validate,
    validateUpdate: validate,
    row,
  },
);

export const mutatingWebhookConfigurations = defineKind<MutatingWebhookConfiguration>('admissionregistration.k8s.io/v1', 'mutatingwebhookconfigurations', {
  bareFinalizers: true,
  metadataChecks: ['as new'],
  controller: 'webhook',
  generation: true,
  defaults({ webhooks }) {
    for (const each of webhooks ?? []) {
      defaultWebhook(each);
      each.reinvocationPolicy ??= 'Never';
    }
  },
  validate,
  validateUpdate: validate,
  row,
});
