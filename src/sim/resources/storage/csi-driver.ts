// CSIDriver. Models kubernetes/pkg/apis/storage/{v1/defaults.go,validation/validation.go}
import type { CSIDriver } from '../../../kube/api/storage-v1.ts';
import { duplicateValue, invalidValue, notSupported, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { IMMUTABLE } from '../validation/rules.ts';

const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const MODES: readonly string[] = ['Persistent', 'Ephemeral'];
const SHORTEST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;
const SHORTEST_PERIOD_SECONDS = 10;

function validate({ spec }: CSIDriver): FieldError[] {
  const errors: FieldError[] = [];
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [], nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets } = spec;
  if (fsGroupPolicy !== undefined && !GROUP_POLICIES.includes(fsGroupPolicy)) errors.push(notSupported('spec.fsGroupPolicy', fsGroupPolicy, GROUP_POLICIES));
  for (const [i, { audience, expirationSeconds: seconds }] of tokenRequests.entries()) {
    const at = `spec.tokenRequests[${i}]`;
    if (tokenRequests.findIndex((each) => each.audience === audience) < i) {
      errors.push(duplicateValue(`${at}.audience`, audience));
      continue;
    }
    if (seconds !== undefined && seconds < SHORTEST_TOKEN_SECONDS)
      errors.push(invalidValue(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'));
    if (seconds !== undefined && seconds > LONGEST_TOKEN_SECONDS)
      errors.push(invalidValue(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  for (const mode of volumeLifecycleModes) if (!MODES.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, MODES));
  if (period !== undefined && period < SHORTEST_PERIOD_SECONDS)
    errors.push(invalidValue('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds'));
  if (serviceAccountTokenInSecrets !== undefined && !tokenRequests.length)
    errors.push(
      invalidValue('spec.serviceAccountTokenInSecrets', serviceAccountTokenInSecrets, 'serviceAccountTokenInSecrets is set but no tokenRequests are specified'),
    );
  return errors;
}

export const csiDrivers = defineKind<CSIDriver>('storage.k8s.io/v1', 'csidrivers', {
  defaults({ spec }) {
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  validate,
  validateUpdate: (object, old) => [
    ...validate(object),
    // The field's name in the message is upstream's.
    ...(object.spec.attachRequired === old.spec.attachRequired ? [] : [invalidValue('spec.attachedRequired', object.spec.attachRequired, IMMUTABLE)]),
    ...(jsonEqual(object.spec.volumeLifecycleModes, old.spec.volumeLifecycleModes)
      ? []
      : [invalidValue('spec.volumeLifecycleModes', object.spec.volumeLifecycleModes, IMMUTABLE)]),
  ],
  row: ({ metadata, spec }, { now }) => [
    metadata.name ?? '',
    spec.attachRequired ?? true,
    spec.podInfoOnMount ?? false,
    spec.storageCapacity ?? false,
    spec.tokenRequests ? spec.tokenRequests.map(({ audience }) => audience).join(',') : '<unset>',
    spec.requiresRepublish ?? false,
    spec.volumeLifecycleModes?.join(',') || '<none>',
    age({ metadata } as CSIDriver, now),
  ],
});
