// How an object is named in long failures: its resource, kind, name and namespace. Models resource.Info.String
import { goQuote } from '../go-quote.ts';
import { groupKindOf, type Info } from './info.ts';

export function describeInfo({ resource, name, namespace, object }: Info): string {
  const place = `Name: ${goQuote(name)}, Namespace: ${goQuote(namespace)}`;
  if (!resource) return place;
  const { group, version, resource: plural } = resource;
  const kind = object ? groupKindOf(object).kind || resource.kind : resource.kind;
  return `Resource: ${goQuote(`${group}/${version}, Resource=${plural}`)}, GroupVersionKind: ${goQuote(`${group}/${version}, Kind=${kind}`)}\n${place}`;
}
