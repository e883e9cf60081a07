// Lists objects and judges them together; what is told of a list that is not as asked are the items that make it so.
import type { KubeObject } from '../../kube/machinery/object.ts';
import { evaluate } from '../expectation.ts';
import { kubectlGet, resourceOf } from '../kinds.ts';
import { nearMissesOfPlaces, nearMissesOfSelector } from '../near-miss.ts';
import { type Count, decidingPlaces } from '../places.ts';
import { byItem, itemsText, onlyPlaces, placesText } from '../tell-places.ts';
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
  const looked = `${kubectlGet(resource, { namespace, labelSelector, fieldSelector }, resource.namespaced)} -o yaml`;
  const seen = { met, expectation, looked, observed: items, ...(because ? { because } : {}) };
  if (met) return { ...seen, nearMisses: [], found: 'as asked', deciding: items.map((item) => onlyPlaces(item, NAMES)) };

  const { places, count } = decidingPlaces(expectation, { items });
  const offending = [...byItem(places)].flatMap(([i, own]) => {
    const item = items[i];
    return item ? [{ item, own, name: nameOf(item, namespace), text: placesText(own, item) }] : [];
  });
  const misses = nearMiss.filter(({ when }) => evaluate(when, { items }).met).map(({ says }) => says);
  for (const { item, own } of offending) misses.push(...nearMissesOfPlaces(own, item));
  // Where items are missing, one with a misspelt label may be what was meant.
  if (labelSelector && (count || !offending.length)) misses.push(...(await nearMissesOfSelector(client, resource, labelSelector, namespace)));
  return {
    ...seen,
    nearMisses: [...new Set(misses)],
    deciding: offending.length
      ? offending.map(({ item, own }) => onlyPlaces(item, [...NAMES, ...own.map(({ keys }) => keys)]))
      : items.map((item) => onlyPlaces(item, NAMES)),
    found: foundText(resource.resource, items, offending, count, namespace),
  };
};

const NAMES = [
  ['metadata', 'name'],
  ['metadata', 'namespace'],
] as const;

const nameOf = ({ metadata: { name = '', namespace } }: KubeObject, asked: string | undefined): string =>
  asked === undefined && namespace ? `${namespace}/${name}` : name;

function foundText(
  resource: string,
  items: readonly KubeObject[],
  offending: readonly { readonly name: string; readonly text: string }[],
  count: Count | undefined,
  namespace: string | undefined,
): string {
  if (!items.length) return `no ${resource} match`;
  const all = items.map((item) => ({ name: nameOf(item, namespace), text: '' }));
  if (count && offending.length) return `${count.counted} of ${count.of} ${resource} count; not ${itemsText(offending)}`;
  if (count) return `${count.of} ${resource} where another number is asked for: ${itemsText(all)}`;
  return offending.length ? `${resource}: ${itemsText(offending)}` : `${resource}: ${itemsText(all)}; not as asked`;
}
