// CertificateSigningRequest: says who asked, never changes but through approval and status. Models kubernetes/pkg/registry/certificates/certificates/strategy.go
import type { CertificateSigningRequest, CertificateSigningRequestCondition as Condition } from '../../../kube/api/certificates-v1.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { humanDuration } from '../../../kube/machinery/human-duration.ts';
import { age } from '../cells.ts';
import { defineKind, type Mutable } from '../descriptor.ts';
import { validateSigningRequest, validateSigningRequestUpdate } from './csr-validation.ts';

type Draft = Mutable<CertificateSigningRequest>;

function stateOf({ status }: CertificateSigningRequest): string {
  const has = (type: string): boolean => status.conditions?.some((each) => each.type === type) ?? false;
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${status.certificate ? ',Issued' : ''}`;
}

/** Conditions get the times they are silent about. */
function fillTimes(draft: Draft, old: CertificateSigningRequest, now: number): void {
  const present = formatTime(now);
  for (const condition of draft.status.conditions ?? []) {
    condition.lastUpdateTime ||= present;
    const before = old.status.conditions?.find(
      ({ type, status, lastTransitionTime }) => type === condition.type && status === condition.status && lastTransitionTime,
    );
    condition.lastTransitionTime ||= before?.lastTransitionTime ?? present;
  }
}

/** Approvals stay as they were, where there are as many as before. */
function keepDecisions(draft: Draft, old: CertificateSigningRequest): void {
  for (const type of ['Approved', 'Denied']) {
    const before = (old.status.conditions ?? []).filter((each) => each.type === type);
    const conditions = draft.status.conditions ?? [];
    if (conditions.filter((each) => each.type === type).length !== before.length) continue;
    let i = 0;
    draft.status.conditions = conditions.map((each): Mutable<Condition> => (each.type === type ? { ...(before[i++] ?? each) } : each));
    if (!draft.status.conditions.length) delete draft.status.conditions;
  }
}

export const certificateSigningRequests = defineKind<CertificateSigningRequest>('certificates.k8s.io/v1', 'certificatesigningrequests', {
  metadataChecks: ['as new', 'as changed'],
  controller: 'certificatesigningrequest-signing-controller',
  names: 'path-segment',
  prepareForCreate(draft, { user }) {
    const { request, signerName, usages, expirationSeconds } = draft.spec;
    const extra = Object.entries(user.extra ?? {});
    draft.spec = {
      request,
      signerName,
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
      ...(usages ? { usages } : {}),
      username: user.name,
      ...(user.uid ? { uid: user.uid } : {}),
      groups: [...user.groups],
      ...(extra.length ? { extra: Object.fromEntries(extra.map(([key, values]) => [key, [...values]])) } : {}),
    };
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    draft.spec = structuredClone(old.spec) as Draft['spec'];
  },
  validate: (object) => validateSigningRequest(object),
  validateUpdate: (object, old) => validateSigningRequestUpdate(object, old, ''),
  subresources: {
    status: {
      metadataChecks: ['as new', 'as changed'],
      prepareForUpdate(draft, old, { now }) {
        keepDecisions(draft, old);
        fillTimes(draft, old, now);
      },
      validateUpdate: (object, old) => validateSigningRequestUpdate(object, old, 'status'),
    },
    approval: {
      metadataChecks: ['as new', 'as changed'],
      prepareForUpdate(draft, old, { now }) {
        fillTimes(draft, old, now);
        const { conditions } = draft.status;
        draft.spec = structuredClone(old.spec) as Draft['spec'];
        draft.status = structuredClone(old.status) as Draft['status'];
        if (conditions) draft.status.conditions = conditions;
        else delete draft.status.conditions;
      },
      validateUpdate: (object, old) => validateSigningRequestUpdate(object, old, 'approval'),
    },
  },
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    age(object, now),
    object.spec.signerName || '<none>',
    object.spec.username ?? '',
    object.spec.expirationSeconds === undefined ? '<none>' : humanDuration(object.spec.expirationSeconds * 1000),
    stateOf(object),
  ],
});
