// Specs of stateful sets, and what of them may change. Models kubernetes/pkg/apis/apps/validation/validation.go
import type { StatefulSet, StatefulSetSpec } from '../../../kube/api/apps-v1.ts';
import type { PodTemplateSpec, Volume } from '../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateClaimSpec } from '../core/validation/claim.ts';
import { hasInvalidDeletionCost, validatePodAnnotations } from '../core/validation/pod-annotations.ts';
import { specOf, validatePodTemplate } from '../core/validation/pod-template.ts';
import { numberOf, validateNotMoreThan100Percent, validatePositiveIntOrPercent } from '../validation/int-or-percent.ts';
import { internalForm, sameInternally } from '../validation/internal-form.ts';
import { validateAnnotations, validateLabels } from '../validation/labels.ts';
import { validateDnsLabelField, validateNonnegative } from '../validation/rules.ts';
import { labelMismatch, matcherOf, shownSelector, templateOf, validateLongRunning, validateSelector } from './workload.ts';

const RETENTION = ['Retain', 'Delete'];

function validateStrategy({ updateStrategy = {} }: StatefulSetSpec): FieldError[] {
  const field = 'spec.updateStrategy';
  const { type, rollingUpdate: rolling } = updateStrategy;
  if (!type) return [requiredValue(field)];
  if (type === 'OnDelete')
    return rolling
      ? [invalidValue(`${field}.rollingUpdate`, internalForm('RollingUpdateStatefulSetStrategy', rolling), "only allowed for updateStrategy 'RollingUpdate'")]
      : [];
  if (type !== 'RollingUpdate')
    return [invalidValue(field, internalForm('StatefulSetUpdateStrategy', updateStrategy), "must be 'RollingUpdate' or 'OnDelete'")];
  if (!rolling) return [];
  const at = `${field}.rollingUpdate`;
  const most = rolling.maxUnavailable;
  return [
    ...validateNonnegative(rolling.partition, `${at}.partition`),
    ...(most === undefined
      ? []
      : [
          ...validatePositiveIntOrPercent(most, `${at}.maxUnavailable`),
          ...(numberOf(most) === 0 ? [invalidValue(`${at}.maxUnavailable`, most, 'cannot be 0')] : []),
          ...validateNotMoreThan100Percent(most, `${at}.maxUnavailable`),
        ]),
  ];
}

/** The template with the volumes that its claims will be, and without what the set gives each pod itself. */
function templateToValidate(spec: StatefulSetSpec): PodTemplateSpec {
  const template = templateOf(spec);
  const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }): Volume => {
    const name = metadata?.name ?? '';
    return { name, persistentVolumeClaim: { claimName: name } };
  });
  const { subdomain: _subdomain, hostname: _hostname, ...podSpec } = specOf(template);
  const own = (podSpec.volumes ?? []).filter(({ name }) => !claims.some((each) => each.name === name));
  return { ...template, spec: { ...podSpec, ...(claims.length ? { volumes: [...new Map(claims.map((each) => [each.name, each])).values(), ...own] } : {}) } };
}

interface Options {
  readonly old?: StatefulSetSpec;
  /** An older set has a template that is wrong already. */
  readonly skipTemplate?: boolean;
}

export function validateStatefulSetSpec(spec: StatefulSetSpec, { old, skipTemplate = false }: Options = {}): FieldError[] {
  const { podManagementPolicy: policy, persistentVolumeClaimRetentionPolicy: retention, selector } = spec;
  const errors: FieldError[] = [];
  if (!policy) errors.push(requiredValue('spec.podManagementPolicy'));
  else if (!['OrderedReady', 'Parallel'].includes(policy))
    errors.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  errors.push(...validateStrategy(spec));
  for (const each of ['whenDeleted', 'whenScaled'] as const)
    if (retention && !RETENTION.includes(retention[each] ?? ''))
      errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${each}`, retention[each] ?? '', RETENTION));
  if (!old) errors.push(...(spec.volumeClaimTemplates ?? []).flatMap((each, i) => validateClaimSpec(each.spec, `spec.volumeClaimTemplates[${i}].spec`)));
  errors.push(...validateNonnegative(spec.replicas, 'spec.replicas'), ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'));
  if (spec.ordinals) errors.push(...validateNonnegative(spec.ordinals.start, 'spec.ordinals.start'));
  if (!old && spec.serviceName) errors.push(...validateDnsLabelField(spec.serviceName, 'spec.serviceName'));
  errors.push(...validateSelector(selector, 'statefulset'));
  const template = templateOf(spec);
  const matches = matcherOf(selector);
  if (!matches) errors.push(invalidValue('spec.selector', shownSelector(selector), ''));
  else {
    const { labels, annotations } = template.metadata ?? {};
    const empty = selector && !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length;
    if (!empty && !matches(labels)) errors.push(labelMismatch(template));
    if (!skipTemplate) errors.push(...validatePodTemplate(templateToValidate(spec), 'spec.template', old?.template));
    errors.push(
      ...validateLabels(labels, 'spec.template.labels'),
      ...validateAnnotations(annotations, 'spec.template.annotations'),
      ...validatePodAnnotations(annotations, specOf(template), 'spec.template.annotations', hasInvalidDeletionCost(old?.template?.metadata?.annotations)),
    );
  }
  return [...errors, ...validateLongRunning(template, 'StatefulSet')];
}

const CHANGEABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
] as const;

export function validateStatefulSetUpdate(next: StatefulSet, old: StatefulSet): FieldError[] {
  const skipTemplate = validateStatefulSetSpec(old.spec, { old: old.spec }).length > 0;
  const errors = validateStatefulSetSpec(next.spec, { old: old.spec, skipTemplate });
  const kept: Record<string, unknown> = { ...next.spec };
  for (const each of CHANGEABLE) kept[each] = old.spec[each];
  if (!sameInternally('StatefulSetSpec', kept, old.spec))
    errors.push(
      forbiddenValue(
        'spec',
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ),
    );
  return errors;
}
