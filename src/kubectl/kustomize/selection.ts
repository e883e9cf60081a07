// Which objects a patch or a replacement is for: by patterns of kind, name and the like, and by labels. Models kustomize/api/types/selector.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { matchesSelector, parseSelector } from '../../kube/machinery/selectors.ts';
import { stringOf, type Identity, type Resource } from './resource.ts';

const matches = (pattern: JsonValue | undefined, text: string): boolean => {
  const source = stringOf(pattern);
  return source === '' || new RegExp(`^(?:${source})$`).test(text);
};
const is = (wanted: JsonValue | undefined, text: string): boolean => !wanted || wanted === text;

const labelsMatch = (selector: JsonValue | undefined, labels: JsonValue | undefined): boolean =>
  !selector || matchesSelector(parseSelector(stringOf(selector)), isJsonObject(labels) ? (labels as Readonly<Record<string, string>>) : undefined);

function isPatterned(selector: JsonObject, { group, version, kind, name, namespace }: Identity): boolean {
  return (
    matches(selector['group'], group) &&
    matches(selector['version'], version) &&
    matches(selector['kind'], kind) &&
    matches(selector['name'], name) &&
    matches(selector['namespace'], namespace)
  );
}

const selectorsMatch = (selector: JsonObject, { metadata }: Resource): boolean =>
  labelsMatch(selector['labelSelector'], metadata['labels']) && labelsMatch(selector['annotationSelector'], metadata['annotations']);

export const selectedByPattern = (resources: readonly Resource[], selector: JsonObject): readonly Resource[] =>
  resources.filter((each) => each.ids.some((id) => isPatterned(selector, id)) && selectorsMatch(selector, each));

/** By exact words; what is left out matches everything. */
export function isSelected(resource: Resource, selector: JsonObject): boolean {
  return resource.ids.some((id) => isExact(selector, id)) && selectorsMatch(selector, resource);
}
function isExact(selector: JsonObject, { group, version, kind, name, namespace }: Identity): boolean {
  return (
    is(selector['group'], group) &&
    is(selector['version'], version) &&
    is(selector['kind'], kind) &&
    is(selector['name'], name) &&
    (!selector['namespace'] || selector['namespace'] === (namespace || 'default'))
  );
}
