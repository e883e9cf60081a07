// ServiceAccount. Models kubernetes/pkg/registry/core/serviceaccount/strategy.go
import type { ServiceAccount } from '../../../kube/api/core-v1.ts';
import { age } from '../cells.ts';
import { defineKind, type Mutable } from '../descriptor.ts';

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';

/** Of secrets only the name counts. */
function cleanSecrets(account: Mutable<ServiceAccount>): void {
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => (name === undefined ? {} : { name }));
}

function warnings({ metadata }: ServiceAccount, old?: ServiceAccount): string[] {
  if (metadata.annotations?.[ENFORCE] === undefined || old?.metadata.annotations?.[ENFORCE] !== undefined) return [];
  return [`metadata.annotations[${ENFORCE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`];
}

export const serviceAccounts = defineKind<ServiceAccount>('v1', 'serviceaccounts', {
  metadataChecks: ['as changed', 'as new'],
  controller: 'serviceaccount-controller',
  prepareForCreate: cleanSecrets,
  prepareForUpdate: cleanSecrets,
  warningsOnCreate: (account) => warnings(account),
  warningsOnUpdate: warnings,
  row: (object, { now }) => [object.metadata.name ?? '', age(object, now)],
});
