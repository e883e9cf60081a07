// Validation of pods and pod templates. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Container, Pod, PodSpec } from '../../../kube/api/core-v1.ts';
import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  invalidValues,
  notSupported,
  requiredValue,
  type FieldError,
} from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDnsLabel, validateDnsSubdomain, validateLabelKey } from '../../../kube/machinery/names.ts';
import { validateContainers } from './container-validation.ts';
import { validateAffinity } from './affinity-validation.ts';
import { validateVolumes } from './volume-validation.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const TOLERATION_OPERATORS = ['Equal', 'Exists'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateTolerations(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { key = '', operator = '', value = '', effect = '', tolerationSeconds }] of (spec.tolerations ?? []).entries()) {
    const at = `${field}[${i}]`;
    if (key) errors.push(...invalidValues(`${at}.key`, key, validateLabelKey(key)));
    else if (operator !== 'Exists')
      errors.push(invalidValue(`${at}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'));
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    if (operator === 'Exists' && value)
      errors.push(invalidValue(`${at}.operator`, { key, operator, value, effect }, "value must be empty when `operator` is 'Exists'"));
    else if (operator && !TOLERATION_OPERATORS.includes(operator)) errors.push(notSupported(`${at}.operator`, operator, TOLERATION_OPERATORS));
    if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS));
  }
  return errors;
}

function validateSpread(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, constraint] of (spec.topologySpreadConstraints ?? []).entries()) {
    const at = `${field}[${i}]`;
    if (constraint.maxSkew <= 0) errors.push(invalidValue(`${at}.maxSkew`, constraint.maxSkew, 'must be greater than zero'));
    if (!constraint.topologyKey) errors.push(requiredValue(`${at}.topologyKey`, 'can not be empty'));
    else errors.push(...invalidValues(`${at}.topologyKey`, constraint.topologyKey, validateLabelKey(constraint.topologyKey)));
    if (!['DoNotSchedule', 'ScheduleAnyway'].includes(constraint.whenUnsatisfiable))
      errors.push(notSupported(`${at}.whenUnsatisfiable`, constraint.whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']));
    const pair = `${constraint.topologyKey}, ${constraint.whenUnsatisfiable}`;
    if (seen.has(pair)) errors.push(duplicateValue(`${at}.{topologyKey, whenUnsatisfiable}`, `{${pair}}`));
    seen.add(pair);
  }
  return errors;
}

/** Of pods and templates alike; `field` is `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: PodSpec, field: string): FieldError[] {
  const volumes = new Set((spec.volumes ?? []).map((each) => each.name));
  const errors: FieldError[] = [...validateVolumes(spec.volumes ?? [], `${field}.volumes`)];
  errors.push(...validateContainers(spec, volumes, field));
  if (!spec.restartPolicy) errors.push(requiredValue(`${field}.restartPolicy`));
  else if (!RESTART_POLICIES.includes(spec.restartPolicy)) errors.push(notSupported(`${field}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES));
  if (!spec.dnsPolicy) errors.push(requiredValue(`${field}.dnsPolicy`));
  else if (!DNS_POLICIES.includes(spec.dnsPolicy)) errors.push(notSupported(`${field}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES));
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {}))
    errors.push(
      ...invalidValues(`${field}.nodeSelector`, key, validateLabelKey(key)),
      ...(value.length > 63 ? invalidValues(`${field}.nodeSelector`, value, ['must be no more than 63 bytes']) : []),
    );
  if (spec.serviceAccountName)
    errors.push(...invalidValues(`${field}.serviceAccountName`, spec.serviceAccountName, validateDnsSubdomain(spec.serviceAccountName)));
  if (spec.nodeName) errors.push(...invalidValues(`${field}.nodeName`, spec.nodeName, validateDnsSubdomain(spec.nodeName)));
  for (const name of ['hostname', 'subdomain'] as const)
    if (spec[name]) errors.push(...invalidValues(`${field}.${name}`, spec[name], validateDnsLabel(spec[name])));
  if (spec.activeDeadlineSeconds !== undefined && (spec.activeDeadlineSeconds < 1 || spec.activeDeadlineSeconds > 2147483647))
    errors.push(invalidValue(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 'must be between 1 and 2147483647, inclusive'));
  if (spec.terminationGracePeriodSeconds !== undefined && spec.terminationGracePeriodSeconds < 0)
    errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds, 'must be greater than or equal to 0'));
  if (spec.affinity) errors.push(...validateAffinity(spec.affinity, `${field}.affinity`));
  errors.push(...validateTolerations(spec, `${field}.tolerations`), ...validateSpread(spec, `${field}.topologySpreadConstraints`));
  if (spec.priorityClassName) errors.push(...invalidValues(`${field}.priorityClassName`, spec.priorityClassName, validateDnsSubdomain(spec.priorityClassName)));
  for (const [i, gate] of (spec.schedulingGates ?? []).entries())
    errors.push(...invalidValues(`${field}.schedulingGates[${i}]`, gate.name, validateLabelKey(gate.name)));
  return errors;
}

export function validatePod(pod: Pod): FieldError[] {
  const errors = validatePodSpec(pod.spec, 'spec');
  if (pod.spec.nodeName && pod.spec.schedulingGates?.length)
    errors.push(forbiddenValue('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  if (pod.spec.ephemeralContainers?.length) errors.push(forbiddenValue('spec.ephemeralContainers', 'cannot be set on create'));
  return errors;
}

const CHANGEABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export function validatePodUpdate(next: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const containers = next.spec.containers;
  if (containers.length !== old.spec.containers.length) {
    errors.push(forbiddenValue('spec.containers', 'pod updates may not add or remove containers'));
    return errors;
  }
  for (const [i, container] of containers.entries()) if (!container.image) errors.push(requiredValue(`spec.containers[${i}].image`));
  const gates = new Set((old.spec.schedulingGates ?? []).map((each) => each.name));
  for (const [i, gate] of (next.spec.schedulingGates ?? []).entries())
    if (!gates.has(gate.name))
      errors.push(forbiddenValue(`spec.schedulingGates[${i}]`, `only deletion is allowed, but found new scheduling gate '${gate.name}'`));
  const gated = Boolean(old.spec.schedulingGates?.length);
  const tolerations = next.spec.tolerations ?? [];
  const lost = (old.spec.tolerations ?? []).filter(
    (before) => !tolerations.some((after) => jsonEqual({ ...after, tolerationSeconds: undefined }, { ...before, tolerationSeconds: undefined })),
  );
  const withImages = (spec: PodSpec, images: readonly Container[] = []): readonly Container[] =>
    images.map((each, i) => ({ ...each, image: spec.containers[i]?.image ?? '' }));
  const expected = {
    ...old.spec,
    containers: withImages(next.spec, old.spec.containers),
    initContainers: old.spec.initContainers?.map((each, i) => ({ ...each, image: next.spec.initContainers?.[i]?.image ?? '' })),
    activeDeadlineSeconds: next.spec.activeDeadlineSeconds,
    tolerations: lost.length ? old.spec.tolerations : next.spec.tolerations,
    terminationGracePeriodSeconds: next.spec.terminationGracePeriodSeconds,
    schedulingGates: next.spec.schedulingGates,
    ...(gated ? { nodeSelector: next.spec.nodeSelector, affinity: next.spec.affinity } : {}),
  };
  const before = old.spec.activeDeadlineSeconds;
  const after = next.spec.activeDeadlineSeconds;
  if (after !== undefined && before !== undefined && before < after)
    errors.push(invalidValue('spec.activeDeadlineSeconds', after, 'must be less than or equal to previous value'));
  if (lost.length) errors.push(forbiddenValue('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'));
  else if (!jsonEqual(expected, next.spec)) errors.push(forbiddenValue('spec', `${CHANGEABLE}\n${specDiff(next.spec, expected)}`));
  return errors;
}

/** Which top-level fields differ, in the manner of upstream's diff. */
function specDiff(next: object, expected: object): string {
  const left = next as Readonly<Record<string, unknown>>;
  const right = expected as Readonly<Record<string, unknown>>;
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((key) => !jsonEqual(left[key], right[key]));
  return keys.map((key) => `- ${key}: ${JSON.stringify(left[key] ?? null)}\n+ ${key}: ${JSON.stringify(right[key] ?? null)}`).join('\n');
}

/** A pod template of a controller: always restarted unless the kind says otherwise. */
export function validateTemplate(
  template: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }; readonly spec?: PodSpec },
  field: string,
  restartPolicies: readonly string[],
): FieldError[] {
  const spec = template.spec ?? { containers: [] };
  const errors = validatePodSpec(spec, `${field}.spec`);
  if (RESTART_POLICIES.includes(spec.restartPolicy ?? '') && !restartPolicies.includes(spec.restartPolicy ?? ''))
    errors.push(notSupported(`${field}.spec.restartPolicy`, spec.restartPolicy, restartPolicies));
  if (spec.activeDeadlineSeconds !== undefined && restartPolicies.length === 1)
    errors.push(forbiddenValue(`${field}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported'));
  return errors;
}
