// What nearly was right: the object in another namespace, a misspelt name, a label off by a letter.
import { nearestName } from '../errors/nearest-name.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import { isStatusError } from '../kube/machinery/status-error.ts';
import type { KubeObject, ResourceRef } from '../kube/machinery/object.ts';
import { parseSelector } from '../kube/machinery/selectors.ts';

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
  const misses = elsewhere.slice(0, 3).map(({ metadata }) => `a ${resource.kind} ${name} is in the namespace ${metadata.namespace ?? ''}: is that the right namespace?`);
  const here = all.filter(({ metadata }) => metadata.namespace === namespace).map(nameOf);
  const near = nearestName(name, here);
  if (near !== undefined && near !== name) misses.push(`there is a ${resource.kind} ${near}: is its name misspelt?`);
  return misses;
}

/** Of a label selector that nothing matches: labels that differ by a letter, or that lie in another namespace. */
export async function nearMissesOfSelector(client: ApiClient, resource: ResourceRef, selector: string, namespace: string | undefined): Promise<readonly string[]> {
  const misses: string[] = [];
  const all = await everywhere(client, resource);
  for (const { key, operator, values } of parseSelector(selector)) {
    if (operator !== '=' && operator !== 'in') continue;
    for (const object of all) {
      const labels = object.metadata.labels ?? {};
      const where = `${resource.kind} ${nameOf(object)}`;
      const value = labels[key];
      if (value !== undefined && values.includes(value)) {
        if (namespace !== undefined && object.metadata.namespace !== namespace) misses.push(`${where} with ${key}=${value} is in the namespace ${object.metadata.namespace ?? ''}`);
        continue;
      }
      if (object.metadata.namespace !== namespace) continue;
      if (value !== undefined && nearestName(value, values)) misses.push(`${where} has the label ${key}=${value}`);
      const nearKey = value === undefined ? nearestName(key, Object.keys(labels)) : undefined;
      if (nearKey !== undefined && values.includes(labels[nearKey] ?? '')) misses.push(`${where} has the label ${nearKey}=${labels[nearKey] ?? ''}`);
    }
  }
  return [...new Set(misses)].slice(0, 3);
}
