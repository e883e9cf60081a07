// Lists objects and judges them together.
import { evaluate } from '../expectation.ts';
import { kubectlGet, resourceOf } from '../kinds.ts';
import { nearMissesOfSelector } from '../near-miss.ts';
import type { CheckKindRunner } from './check-context.ts';

export const list: CheckKindRunner = async ({ list: query, expect: expectation = '', nearMiss = [] }, { client }) => {
  if (!query) throw new Error('a list check without a query');
  const { kind, apiVersion, namespace, labelSelector, fieldSelector } = query;
  const resource = resourceOf(kind, apiVersion);
  const { items } = await client.list(resource, {
    ...(namespace ? { namespace } : {}),
    ...(labelSelector ? { labelSelector } : {}),
    ...(fieldSelector ? { fieldSelector } : {}),
  });
  const { met, because } = evaluate(expectation, { items });
  const names = items.map(({ metadata }) => metadata.name ?? '');
  const shown = names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
  const misses = met ? [] : nearMiss.filter(({ when }) => evaluate(when, { items }).met).map(({ says }) => says);
  if (!met && !items.length && labelSelector) misses.push(...(await nearMissesOfSelector(client, resource, labelSelector, namespace)));
  return {
    met,
    expectation,
    observed: items,
    nearMisses: misses,
    ...(because ? { because } : {}),
    looked: `${kubectlGet(resource, { namespace, labelSelector, fieldSelector }, resource.namespaced)} -o yaml`,
    found: met ? 'as asked' : items.length ? `${resource.resource}: ${shown}; not as asked` : `no ${resource.resource} match`,
  };
};
