// What was found at the places that decide, in words for `check` and cut down to those fields for `why`. Pure.
import { type Keys, type Place, valueAt } from './places.ts';

const LONGEST_VALUE = 60;
const MOST_ITEMS = 3;
const MOST_PLACES = 3;

/** `spec.containers[name=web].image`: an element of a list by its name, as far as it has one. */
export function pathText(keys: Keys, root: unknown): string {
  return keys
    .map((key, i) => {
      if (typeof key === 'string') return /^[A-Za-z_]\w*$/.test(key) ? `${i ? '.' : ''}${key}` : `[${JSON.stringify(key)}]`;
      const element = valueAt(root, keys.slice(0, i + 1));
      const label = labelOf(element);
      return label ? `[${label.join('=')}]` : `[${key}]`;
    })
    .join('');
}

function labelOf(element: unknown): readonly [string, string] | undefined {
  if (typeof element !== 'object' || element === null) return undefined;
  for (const key of ['name', 'type', 'key']) {
    const value = (element as Readonly<Record<string, unknown>>)[key];
    if (typeof value === 'string') return [key, value];
  }
  return undefined;
}

/** `spec.replicas is 2`, `spec.affinity is not set`. */
export function placeText({ keys, value }: Pick<Place, 'keys' | 'value'>, root: unknown): string {
  const json = JSON.stringify(value);
  const shown = value === undefined ? 'not set' : json.length > LONGEST_VALUE ? `${json.slice(0, LONGEST_VALUE)}…` : json;
  return `${pathText(keys, root)} is ${shown}`;
}

export function placesText(places: readonly Place[], root: unknown): string {
  const texts = [...new Set(places.map((place) => placeText(place, root)))];
  return [...texts.slice(0, MOST_PLACES), ...(texts.length > MOST_PLACES ? [`and ${texts.length - MOST_PLACES} more`] : [])].join(', ');
}

/** The places by the item that they are in, each below that item. */
export function byItem(places: readonly Place[]): ReadonlyMap<number, readonly Place[]> {
  const found = new Map<number, Place[]>();
  for (const { keys, ...place } of places) {
    const [item, ...below] = keys;
    if (typeof item === 'number') found.set(item, [...(found.get(item) ?? []), { ...place, keys: below }]);
  }
  return found;
}

/** `web-1 (spec.nodeName is "node01"), web-2 (…) and 3 more`. */
export function itemsText(items: readonly { readonly name: string; readonly text: string }[]): string {
  const more = items.length - MOST_ITEMS;
  const shown = items.slice(0, MOST_ITEMS).map(({ name, text }) => (text ? `${name} (${text})` : name));
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** An object cut down to those places; elements of lists keep what names them. */
export function onlyPlaces(object: unknown, paths: readonly Keys[]): unknown {
  if (paths.some((keys) => !keys.length) || typeof object !== 'object' || object === null) return object;
  const below = new Map<string | number, Keys[]>();
  for (const [key = '', ...rest] of paths) below.set(key, [...(below.get(key) ?? []), rest]);
  if (Array.isArray(object)) {
    return [...below].flatMap(([key, rest]) => {
      const element: unknown = object[Number(key)];
      if (element === undefined) return [];
      const label = labelOf(element);
      return [onlyPlaces(element, label ? [...rest, [label[0]]] : rest)];
    });
  }
  const fields = object as Readonly<Record<string, unknown>>;
  return Object.fromEntries([...below].flatMap(([key, rest]) => (Object.hasOwn(fields, key) ? [[key, onlyPlaces(fields[key], rest)]] : [])));
}
