// Reads one object and judges it.
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { evaluate } from '../expectation.ts';
import { kubectlGet, resourceOf } from '../kinds.ts';
import { nearMissesOfObject } from '../near-miss.ts';
import type { CheckKindRunner } from './check-context.ts';

export const get: CheckKindRunner = async ({ get: query, expect: expectation = '', nearMiss = [] }, { client }) => {
  if (!query) throw new Error('a get check without a query');
  const { kind, apiVersion, name, namespace } = query;
  const resource = resourceOf(kind, apiVersion);
  const looked = `${kubectlGet(resource, { name, namespace }, resource.namespaced)} -o yaml`;
  try {
    const object = await client.get(resource, name, namespace === undefined ? {} : { namespace });
    const { met, because } = evaluate(expectation, { object });
    const misses = met ? [] : nearMiss.filter(({ when }) => evaluate(when, { object }).met).map(({ says }) => says);
    return { met, looked, expectation, observed: object, found: met ? 'as asked' : `${kind} ${name} is there, but not as asked`, ...(because ? { because } : {}), nearMisses: misses };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { met: false, looked, expectation, observed: null, found: `no ${kind} ${name}${namespace ? ` in the namespace ${namespace}` : ''}`, nearMisses: await nearMissesOfObject(client, resource, name, namespace) };
  }
};
