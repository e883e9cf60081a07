// Approves what kubelets may have, signs what is approved, clears away what is old. Models kubernetes/pkg/controller/certificates/{approver,signer,cleaner}
import type { CertificateSigningRequest } from '../../../kube/api/certificates-v1.ts';
import { certificateSigningRequests, subjectAccessReviews } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent, onAnyChange } from '../../../kube/client/controller.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { keyOf } from '../../../kube/machinery/object.ts';
import { conditionOf } from '../../../kube/machinery/pod-conditions.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { formatTime, parseTime } from '../../../kube/machinery/time.ts';
import type { Timer } from '../../../platform/clock.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { certificateEnd, parseRequest, requestedIdentity, type RequestedIdentity } from './signer.ts';
import { kubeletClient, KUBELET_CLIENT, SIGNERS } from './signers.ts';

type Csr = CertificateSigningRequest;

const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
const identityOf = ({ spec }: Csr): RequestedIdentity => requestedIdentity(parseRequest(decode(spec.request)));
const isTrue = ({ status }: Csr, type: string): boolean => conditionOf(status?.conditions, type)?.status === 'True';

/** Recognized, but its user has no right to it: the right may come. */
class NotApproved extends Error {}

/** One controller over all requests without a certificate. */
function certificateController(name: string, { informers, clock, log }: ControllerContext, handle: (csr: Csr) => Promise<void>): Component {
  const all = informers.of(certificateSigningRequests);
  const queue = new WorkQueue({
    clock,
    baseDelayMs: 200,
    failed: (key, error) => {
      if (!isConflict(error) && !(error instanceof NotApproved)) log.warn('certificate request not handled', { key, error: messageOf(error) });
    },
    async sync(key) {
      const csr = all.getByKey(key);
      if (csr && !csr.status?.certificate) await handle(csr);
    },
  });
  return controllerComponent({ name, informers: [all], queues: [queue], listen: () => onAnyChange(all, (csr) => queue.add(keyOf(csr))) });
}

export const csrApprovingController = (context: ControllerContext): Component =>
  certificateController('csrapproving', context, async (csr) => {
    const { spec, status } = csr;
    if (isTrue(csr, 'Approved') || isTrue(csr, 'Denied') || spec.signerName !== KUBELET_CLIENT) return;
    const identity = identityOf(csr);
    if (kubeletClient(identity, spec.usages ?? []) !== undefined) return;
    const self = spec.username === identity.commonName;
    const tries = [
      ...(self ? [{ subresource: 'selfnodeclient', message: 'Auto approving self kubelet client certificate after SubjectAccessReview.' }] : []),
      { subresource: 'nodeclient', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' },
    ];
    for (const { subresource, message } of tries) {
      const { status: verdict } = await context.client.create(subjectAccessReviews, {
        metadata: {},
        spec: {
          user: spec.username ?? '',
          ...(spec.uid ? { uid: spec.uid } : {}),
          ...(spec.groups ? { groups: spec.groups } : {}),
          ...(spec.extra ? { extra: spec.extra } : {}),
          resourceAttributes: { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', subresource, version: '*' },
        },
      });
      if (!verdict?.allowed) continue;
      const conditions = [...(status?.conditions ?? []), { type: 'Approved', status: 'True', reason: 'AutoApproved', message }];
      await context.client.update(certificateSigningRequests, { ...csr, status: { ...status, conditions } }, { subresource: 'approval' });
      return;
    }
    throw new NotApproved(`recognized csr as [${tries.map(({ subresource }) => subresource).join(' ')}] but subject access review was not approved`);
  });

export const csrSigningController = (context: ControllerContext): Component =>
  certificateController('csrsigning', context, async (csr) => {
    const { client, clock, settings } = context;
    const { spec, status } = csr;
    const refuse = SIGNERS[spec.signerName];
    if (!settings.signer || !refuse || !isTrue(csr, 'Approved') || isTrue(csr, 'Denied') || isTrue(csr, 'Failed')) return;
    const why = refuse(identityOf(csr), spec.usages ?? []);
    if (why !== undefined) {
      const failure = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: why, lastUpdateTime: formatTime(clock.now()) };
      const conditions = [...(status?.conditions ?? []), failure];
      await client.update(certificateSigningRequests, { ...csr, status: { ...status, conditions } }, { subresource: 'status' });
      return;
    }
    const certificate = await settings.signer.sign({
      request: decode(spec.request),
      usages: spec.usages ?? [],
      ...(spec.expirationSeconds === undefined ? {} : { expirationSeconds: spec.expirationSeconds }),
      nowMs: clock.now(),
    });
    const encoded = Buffer.from(certificate).toString('base64');
    await client.update(certificateSigningRequests, { ...csr, status: { ...status, certificate: encoded } }, { subresource: 'status' });
  });

const HOUR_MS = 3_600_000;

/** Whether nobody needs the request any more. */
function isStale({ metadata, status }: Csr, nowMs: number): boolean {
  const older = (time: string | undefined, limitMs: number): boolean => nowMs - parseTime(time) > limitMs;
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return older(metadata.creationTimestamp, 24 * HOUR_MS);
  return conditions.some(({ type, lastUpdateTime }) => {
    if (type !== 'Approved') return older(lastUpdateTime, HOUR_MS);
    if (!status?.certificate) return older(lastUpdateTime, 24 * HOUR_MS);
    return older(lastUpdateTime, HOUR_MS) || nowMs > certificateEnd(decode(status.certificate));
  });
}

export function csrCleanerController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(certificateSigningRequests);
  let timer: Timer | undefined;

  async function clean(): Promise<void> {
    timer = clock.after(HOUR_MS, () => void clean());
    for (const csr of all.list()) {
      try {
        if (isStale(csr, clock.now())) await client.delete(certificateSigningRequests, csr.metadata.name ?? '');
      } catch (error) {
        if (!isNotFound(error)) log.warn('certificate request not cleaned', { name: csr.metadata.name, error: messageOf(error) });
      }
    }
  }

  return controllerComponent({ name: 'csrcleaner', informers: [all], queues: [], run: () => void clean(), stop: () => timer?.cancel() });
}
