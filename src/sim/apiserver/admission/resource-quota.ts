// Counts what new objects use against the quotas of their namespace. Models kubernetes/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota
import type { ResourceQuota } from '../../../kube/api/core-v1.ts';
import { groupResourceOf } from '../../../kube/machinery/object.ts';
import { addQuantity, formatQuantity, quantityOf, ZERO } from '../../../kube/machinery/quantity.ts';
import {
  exceeding,
  increase,
  masked,
  quotaEvaluatorOf,
  quotaMatches,
  withoutZeros,
  type Amounts,
  type QuotaEvaluator,
} from '../../../kube/machinery/quota/evaluator.ts';
import { targetOf, type AdmissionContext, type AdmissionPlugin, type AdmissionRequest } from './plugin.ts';
import { refused } from './refusal.ts';

const IGNORED: ReadonlySet<string> = new Set(['componentstatuses', 'events', 'events.events.k8s.io']);

const amountsOf = (texts: Readonly<Record<string, string>> | undefined): Amounts =>
  Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, quantityOf(text)]));
const textOf = (amounts: Amounts): string =>
  Object.keys(amounts)
    .sort()
    .map((name) => `${name}=${formatQuantity(amounts[name] ?? ZERO)}`)
    .join(',');

interface Charge {
  readonly quota: ResourceQuota;
  readonly used: Amounts;
}

/** Quotas that the request changes, with what is used of them then. Throws StatusError 403. */
function chargesOf(request: AdmissionRequest, evaluator: QuotaEvaluator, quotas: readonly ResourceQuota[], now: number): Charge[] {
  const { operation, object, old, call } = request;
  if (!object) return [];
  const interesting = quotas.filter((quota) => {
    const hard = Object.keys(quota.status.hard ?? {});
    if (!quotaMatches(evaluator, quota, hard, object)) return false;
    const name = quota.metadata.name ?? '';
    const bounded = evaluator.matching(hard);
    const missing = evaluator.missing?.(bounded, object);
    if (missing) throw refused(request, `failed quota: ${name}: ${missing}`);
    if (bounded.some((each) => quota.status.used?.[each] === undefined))
      throw refused(request, `status unknown for quota: ${name}, resources: ${[...bounded].sort().join(',')}`);
    return true;
  });
  if (!interesting.length) return [];
  const usage = evaluator.usage(object, now);
  const negative = Object.keys(usage).filter((name) => (usage[name] ?? ZERO).nanos < 0n);
  if (negative.length) throw refused(request, `quota usage is negative for resource(s): ${negative.sort().join(',')}`);
  const more = operation === 'UPDATE' && old ? increase(usage, evaluator.usage(old, now)) : usage;
  return interesting.flatMap((quota) => {
    const { hard, used } = { hard: amountsOf(quota.status.hard), used: amountsOf(quota.status.used) };
    const wasCounted = operation === 'UPDATE' && old && quotaMatches(evaluator, quota, Object.keys(hard), old);
    const requested = masked(withoutZeros(wasCounted ? more : usage), Object.keys(hard));
    if (!Object.keys(requested).length) return [];
    const next = Object.fromEntries(Object.entries(requested).map(([name, amount]) => [name, addQuantity(used[name] ?? ZERO, amount)]));
    const exceeded = call.subresource === 'status' ? [] : exceeding(next, hard);
    if (exceeded.length)
      throw refused(
        request,
        `exceeded quota: ${quota.metadata.name ?? ''}, requested: ${textOf(masked(requested, exceeded))}, used: ${textOf(masked(used, exceeded))}, limited: ${textOf(masked(hard, exceeded))}`,
      );
    return [{ quota, used: { ...used, ...next } }];
  });
}

export function resourceQuota(context: AdmissionContext): AdmissionPlugin {
  const { store, resources, clock } = context;
  const quotasOf = (namespace: string): ResourceQuota[] =>
    [...store.range('resourcequotas', `${namespace}/`)].map(([, object]) => object as unknown as ResourceQuota);

  /** What is charged is in the store before anything is awaited: nobody counts on the same room twice. */
  function charge(request: AdmissionRequest, charges: readonly Charge[]): Promise<unknown> {
    const resource = resources.find('v1', 'resourcequotas');
    if (!resource) return Promise.resolve();
    const { namespace } = request.call;
    const written = charges.map(({ quota, used }) =>
      context.change({ resource, namespace, name: quota.metadata.name ?? '', dryRun: false }, (draft) => {
        const { status } = quota;
        draft.status = { ...status, used: Object.fromEntries(Object.entries(used).map(([name, amount]) => [name, formatQuantity(amount)])) };
      }),
    );
    return Promise.all(written);
  }

  return {
    name: 'ResourceQuota',
    async validate(request) {
      const { call, operation, object, old } = request;
      if (!call.namespace || !call.resource.namespaced || call.resource.kindRules.virtual || IGNORED.has(groupResourceOf(call.resource))) return;
      const evaluator = quotaEvaluatorOf(groupResourceOf(call.resource));
      if (operation === 'CREATE' && targetOf(call) !== groupResourceOf(call.resource)) return;
      if (operation === 'UPDATE' && !(object && old && evaluator.handlesUpdate?.(call.subresource, object as never, old))) return;
      const quotas = quotasOf(call.namespace);
      if (!quotas.length) return;
      const charges = chargesOf(request, evaluator, quotas, clock.now());
      if (!call.dryRun && charges.length) await charge(request, charges);
    },
  };
}
