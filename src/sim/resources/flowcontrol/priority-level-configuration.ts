// PriorityLevelConfiguration: how much at a time. Models kubernetes/pkg/apis/flowcontrol/{v1/defaults.go,validation/validation.go}
import { keepMetadata } from '../status-metadata.ts';
import type { PriorityLevelConfiguration } from '../../../kube/api/flowcontrol-v1.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

const USUAL_SHARES = 30;
const MOST_QUEUES = 10_000_000;

function validate({ spec }: PriorityLevelConfiguration): FieldError[] {
  const { type, limited, exempt } = spec;
  const errors: FieldError[] = [];
  if (type === 'Exempt') {
    if (limited) errors.push(forbiddenValue('spec.limited', 'must be nil if the type is not Limited'));
    if (!exempt) return errors;
    if ((exempt.nominalConcurrencyShares ?? 0) < 0)
      errors.push(invalidValue('spec.exempt.nominalConcurrencyShares', exempt.nominalConcurrencyShares, 'must be a non-negative integer'));
    return errors;
  }
  if (type !== 'Limited') return [notSupported('spec.type', type, ['Exempt', 'Limited'])];
  if (exempt) errors.push(forbiddenValue('spec.exempt', 'must be nil if the type is Limited'));
  if (!limited) return [...errors, requiredValue('spec.limited', 'must not be empty when type is Limited')];
  const at = 'spec.limited';
  if ((limited.nominalConcurrencyShares ?? 0) < 0)
    errors.push(invalidValue(`${at}.nominalConcurrencyShares`, limited.nominalConcurrencyShares, 'must be a non-negative integer'));
  const { type: response = '', queuing } = limited.limitResponse ?? {};
  if (response === 'Reject' && queuing) errors.push(forbiddenValue(`${at}.limitResponse.queuing`, 'must be nil if limited.limitResponse.type is not Limited'));
  else if (response === 'Queue' && !queuing)
    errors.push(requiredValue(`${at}.limitResponse.queuing`, 'must not be empty if limited.limitResponse.type is Limited'));
  else if (response === 'Queue' && queuing) {
    const q = `${at}.limitResponse.queuing`;
    if (queuing.queueLengthLimit <= 0) errors.push(invalidValue(`${q}.queueLengthLimit`, queuing.queueLengthLimit, 'must be positive'));
    if (queuing.queues <= 0) errors.push(invalidValue(`${q}.queues`, queuing.queues, 'must be positive'));
    else if (queuing.queues > MOST_QUEUES) errors.push(invalidValue(`${q}.queues`, queuing.queues, `must not be greater than ${MOST_QUEUES}`));
    if (queuing.handSize <= 0) errors.push(invalidValue(`${q}.handSize`, queuing.handSize, 'must be positive'));
    else if (queuing.handSize > queuing.queues)
      errors.push(invalidValue(`${q}.handSize`, queuing.handSize, `should not be greater than queues (${queuing.queues})`));
  } else if (response !== 'Reject') errors.push(notSupported(`${at}.limitResponse.type`, response, ['Queue', 'Reject']));
  return errors;
}

export const priorityLevelConfigurations = defineKind<PriorityLevelConfiguration>('flowcontrol.apiserver.k8s.io/v1', 'prioritylevelconfigurations', {
  metadataChecks: ['as new'],
  generation: true,
  defaults({ spec }) {
    if (spec.type === 'Exempt') {
      spec.exempt ??= {};
      spec.exempt.nominalConcurrencyShares ??= 0;
      spec.exempt.lendablePercent ??= 0;
    }
    if (!spec.limited) return;
    spec.limited.nominalConcurrencyShares ??= USUAL_SHARES;
    spec.limited.lendablePercent ??= 0;
    const { queuing } = spec.limited.limitResponse ?? {};
    if (!queuing) return;
    queuing.handSize ||= 8;
    queuing.queues ||= 64;
    queuing.queueLengthLimit ||= 50;
  },
  validate,
  validateUpdate: validate,
  subresources: { status: { prepareForUpdate: keepMetadata } },
  row({ metadata, spec }, { now }) {
    const { limited } = spec;
    const queuing = limited?.limitResponse?.queuing;
    return [
      metadata.name ?? '',
      spec.type,
      limited?.nominalConcurrencyShares ?? '<none>',
      queuing?.queues ?? '<none>',
      queuing?.handSize ?? '<none>',
      queuing?.queueLengthLimit ?? '<none>',
      age({ metadata } as PriorityLevelConfiguration, now),
    ];
  },
});
