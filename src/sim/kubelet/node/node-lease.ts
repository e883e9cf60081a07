// The heartbeat: a Lease in kube-node-lease, renewed every ten seconds. Models kubernetes/staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go
import type { Lease } from '../../../kube/api/coordination-v1.ts';
import type { Node } from '../../../kube/api/core-v1.ts';
import { leases } from '../../../kube/api/resources.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { formatMicroTime } from '../../../kube/machinery/time.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { Timer } from '../../../platform/clock.ts';
import type { NodeContext } from './node-context.ts';

const NAMESPACE = 'kube-node-lease';
const DURATION_SECONDS = 40;
const RENEW_MS = 10_000;
const JITTER = 0.04;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 7_000;

export class NodeLease {
  readonly #node: NodeContext;
  #last: Lease | undefined;
  #timer: Timer | undefined;
  #retryMs = FIRST_RETRY_MS;
  #stopped = false;

  constructor(node: NodeContext) {
    this.#node = node;
  }

  start(): void {
    void this.#renew();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #renew(): Promise<void> {
    const { clock, random, log, spec } = this.#node;
    let nextMs: number;
    try {
      await this.#write();
      this.#retryMs = FIRST_RETRY_MS;
      nextMs = RENEW_MS * (1 + random.next() * JITTER);
    } catch (error) {
      this.#last = undefined;
      log.warn('lease not renewed', { node: spec.name, error: messageOf(error) });
      nextMs = this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    }
    if (!this.#stopped)
      this.#timer = clock.after(nextMs, () => {
        void this.#renew();
      });
  }

  async #write(): Promise<void> {
    const {
      client,
      clock,
      spec: { name },
    } = this.#node;
    const options = { namespace: NAMESPACE };
    const lease =
      this.#last ??
      (await client.get(leases, name, options).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      }));
    const spec = { holderIdentity: name, leaseDurationSeconds: DURATION_SECONDS, renewTime: formatMicroTime(clock.now()) };
    const owner = this.#node.node();
    if (!lease) {
      this.#last = await client.create(leases, { metadata: { name, namespace: NAMESPACE, ...(owner ? ownedBy(owner) : {}) }, spec }, options);
      return;
    }
    const metadata = !lease.metadata.ownerReferences?.length && owner ? { ...lease.metadata, ...ownedBy(owner) } : lease.metadata;
    this.#last = await client.update(leases, { ...lease, metadata, spec: { ...lease.spec, ...spec } }, options);
  }
}

const ownedBy = ({ metadata: { name = '', uid = '' } }: Node): Pick<Lease['metadata'], 'ownerReferences'> => ({
  ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
});
