// Reads one object and judges it.
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { evaluate } from '../expectation.ts';
import { kubectlGet, resourceOf } from '../kinds.ts';
import { nearMissesOfChange, nearMissesOfObject, nearMissesOfPlaces } from '../near-miss.ts';
import { decidingPlaces, lookedPlaces, type Place } from '../places.ts';
import { onlyPlaces, placesText } from '../tell-places.ts';
import type { CheckKindRunner } from './check-context.ts';

export const get: CheckKindRunner = async (check, context) => {
  const { get: query, expect: expectation = '', nearMiss = [] } = check;
  if (!query) throw new Error('a get check without a query');
  const { client } = context;
  const { kind, apiVersion, name, namespace } = query;
  const resource = resourceOf(kind, apiVersion);
  const looked = `${kubectlGet(resource, { name, namespace }, resource.namespaced)} -o yaml`;
  const object = await client.get(resource, name, namespace === undefined ? {} : { namespace }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const absent = `no ${kind} ${name}${namespace ? ` in the namespace ${namespace}` : ''}`;
  if (!object)
    return { met: false, looked, expectation, observed: null, found: absent, nearMisses: await nearMissesOfObject(client, resource, name, namespace) };
  const { met, because } = evaluate(expectation, { object });
  const seen = { looked, expectation, observed: object, ...(because ? { because } : {}) };
  const cutTo = (places: readonly Place[]): unknown => onlyPlaces(object, [['kind'], ['metadata', 'name'], ...places.map(({ keys }) => keys)]);
  if (met) return { ...seen, met, found: 'as asked', nearMisses: [], deciding: cutTo(lookedPlaces(expectation, { object })) };
  const { places } = decidingPlaces(expectation, { object });
  const said = nearMiss.filter(({ when }) => evaluate(when, { object }).met).map(({ says }) => says);
  const nearMisses = [...said, ...nearMissesOfPlaces(places, object), ...(await nearMissesOfChange(check, context))];
  const deciding = cutTo(places);
  return { ...seen, met, nearMisses, deciding, found: `${kind} ${name}: ${placesText(places, object) || 'not as asked'}` };
};
