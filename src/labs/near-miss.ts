// What nearly was right: the object in another namespace, a misspelt name, the right change on the wrong object, a value or a label off by a letter.
import { nearestName } from '../errors/nearest-name.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import { isStatusError } from '../kube/machinery/status-error.ts';
import { keyOf, type KubeObject, type ResourceRef } from '../kube/machinery/object.ts';
import { parseSelector } from '../kube/machinery/selectors.ts';
import type { CheckContext, MetAtStart } from './checks/check-context.ts';
import { evaluate } from './expectation.ts';
import { resourceOf } from './kinds.ts';
import type { Check } from './lab-schema.ts';
import { type Place, valueAt } from './places.ts';
import { placeText } from './tell-places.ts';

/** What may be seen; nothing where one may not look. */
async function everywhere(client: ApiClient, resource: ResourceRef): Promise<readonly KubeObject[]> {
  try {
    return (await client.list(resource)).items;
  } catch (error) {
    if (isStatusError(error)) return [];
    throw error;
  }
}
const nameOf = ({ metadata }: KubeObject): string => metadata.name ?? '';

/** Of an object that is not where it should be. */
export async function nearMissesOfObject(client: ApiClient, resource: ResourceRef, name: string, namespace: string | undefined): Promise<readonly string[]> {
  const all = await everywhere(client, resource);
  const elsewhere = all.filter((each) => nameOf(each) === name && each.metadata.namespace !== namespace);
  const misses = elsewhere
    .slice(0, 3)
    .map(({ metadata }) => `a ${resource.kind} ${name} is in the namespace ${metadata.namespace ?? ''}: is that the right namespace?`);
  const here = all.filter(({ metadata }) => metadata.namespace === namespace).map(nameOf);
  const near = nearestName(name, here);
  if (near !== undefined && near !== name) misses.push(`there is a ${resource.kind} ${near}: is its name misspelt?`);
  return misses;
}

/** Of a label selector that too little matches: labels that differ by a letter, or that lie in another namespace. */
export async function nearMissesOfSelector(
  client: ApiClient,
  resource: ResourceRef,
  selector: string,
  namespace: string | undefined,
): Promise<readonly string[]> {
  const misses: string[] = [];
  const all = await everywhere(client, resource);
  for (const { key, operator, values } of parseSelector(selector)) {
    if (operator !== '=' && operator !== 'in' && operator !== 'exists') continue;
    for (const object of all) {
      const labels = object.metadata.labels ?? {};
      const where = `${resource.kind} ${nameOf(object)}`;
      const value = labels[key];
      if (value !== undefined && (operator === 'exists' || values.includes(value))) {
        if (namespace !== undefined && object.metadata.namespace !== namespace)
          misses.push(`${where} with ${key}=${value} is in the namespace ${object.metadata.namespace ?? ''}`);
        continue;
      }
      if (namespace !== undefined && object.metadata.namespace !== namespace) continue;
      if (value !== undefined && nearestName(value, values)) misses.push(`${where} has the label ${key}=${value}`);
      const nearKey = value === undefined ? nearestName(key, Object.keys(labels)) : undefined;
      if (nearKey !== undefined && (operator === 'exists' || values.includes(labels[nearKey] ?? '')))
        misses.push(`${where} has the label ${nearKey}=${labels[nearKey] ?? ''}`);
    }
  }
  return [...new Set(misses)].slice(0, 3);
}

const keyIn = ({ metadata }: KubeObject): string => keyOf({ metadata });
const placeOf = (kind: string, name: string, namespace: string | undefined): string => `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

/** The objects that checks read by name: being right is no near miss for them. */
export const namedObjects = (checks: readonly Check[]): ReadonlySet<string> =>
  new Set(checks.flatMap(({ get }) => (get ? [placeOf(get.kind, get.name, get.namespace)] : [])));

/** Objects that meet an expectation now, others than the one that should. */
async function meeting(check: Check, client: ApiClient): Promise<readonly KubeObject[]> {
  const { get, expect } = check;
  if (!get || expect === undefined) return [];
  const all = await everywhere(client, resourceOf(get.kind, get.apiVersion));
  const related = all.filter((each) => (each.metadata.namespace === get.namespace) !== (nameOf(each) === get.name));
  return related.filter((object) => evaluate(expect, { object }).met);
}

/** To be asked once a lab is set up. */
export async function metAlready(checks: readonly Check[], client: ApiClient): Promise<MetAtStart> {
  const entries = await Promise.all(checks.map(async (check) => [check.id, (await meeting(check, client)).map(keyIn)] as const));
  return Object.fromEntries(entries.filter(([, keys]) => keys.length));
}

/** Of an object that is not as asked, while another one has become so since the start. */
export async function nearMissesOfChange(check: Check, { client, metAtStart, named }: CheckContext): Promise<readonly string[]> {
  const before = metAtStart[check.id] ?? [];
  const others = (await meeting(check, client)).filter(
    (each) => !before.includes(keyIn(each)) && !named.has(placeOf(each.kind, nameOf(each), each.metadata.namespace)),
  );
  return others
    .slice(0, 2)
    .map(
      (each) =>
        `${each.kind} ${nameOf(each)}${each.metadata.namespace !== check.get?.namespace ? ` in the namespace ${each.metadata.namespace ?? ''}` : ''} is as asked, and it is not the one that was meant`,
    );
}

/** Maps whose keys people choose: only there can a key be misspelt and still be accepted. */
const FREE_KEYS = ['labels', 'annotations', 'matchLabels', 'nodeSelector', 'data', 'stringData', 'binaryData'];

/** `node01` is another node than `node02`, `1.27` another version than `1.28`: nothing that a slip of the finger makes. */
const differInDigits = (a: string, b: string): boolean => a.replaceAll(/\d+/g, '0') === b.replaceAll(/\d+/g, '0');

/** Of the places that an expectation looks at: a value or a chosen key that is off by a letter or two. */
export function nearMissesOfPlaces(places: readonly Place[], object: unknown): readonly string[] {
  return places.flatMap(({ keys, value, compared }) => {
    if (typeof value === 'string' && compared !== undefined && value !== compared && !differInDigits(value, compared) && nearestName(value, [compared]))
      return [`${placeText({ keys, value }, object)}: is it misspelt?`];
    const key = keys.at(-1);
    const map = String(keys.at(-2));
    if (value !== undefined || typeof key !== 'string' || !FREE_KEYS.includes(map)) return [];
    const there = valueAt(object, keys.slice(0, -1));
    const near = typeof there === 'object' && there !== null ? nearestName(key, Object.keys(there)) : undefined;
    return near === undefined ? [] : [`there is ${near} in the ${map}: is it misspelt?`];
  });
}
