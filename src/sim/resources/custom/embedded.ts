// Resources inside of resources have kinds, versions and metadata like all others. Models apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go
import { invalidValue, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { validateDns1035Label, validateLabelKey, validateLabelValue } from '../../../kube/machinery/names.ts';
import { validatePathSegment } from '../validation/path-segment.ts';
import { childPath, isEmbeddedResource, itemPath, schemaOfItems, schemaOfKey, type Schema } from './schema.ts';

/** `isSelf`: whether the value itself is looked at as a resource. */
export function validateEmbedded(value: JsonValue, schema: Schema, path = '', isSelf = isEmbeddedResource(schema)): FieldError[] {
  if (Array.isArray(value)) {
    const items = schemaOfItems(schema);
    return items ? value.flatMap((item: JsonValue, i) => validateEmbedded(item, items, itemPath(path, i))) : [];
  }
  if (!isJsonObject(value)) return [];
  return [
    ...(isSelf ? identityErrors(value, path) : []),
    ...Object.entries(value).flatMap(([key, each]) => {
      const inner = schemaOfKey(schema, key);
      if (!inner || each === undefined) return [];
      return validateEmbedded(each, inner, schema.properties?.[key] ? childPath(path, key) : `${path}[${key}]`);
    }),
  ];
}

function identityErrors(object: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const at = (name: string): string => childPath(path, name);
  for (const name of ['apiVersion', 'kind']) if (object[name] === undefined) errors.push(requiredValue(at(name)));
  for (const [name, value] of Object.entries(object)) {
    if (name === 'metadata' && isJsonObject(value)) errors.push(...metadataErrors(value, at(name)));
    if (name !== 'apiVersion' && name !== 'kind') continue;
    if (typeof value !== 'string') errors.push(invalidValue(at(name), value, 'must be a string'));
    else if (value === '') errors.push(invalidValue(at(name), value, 'must not be empty'));
    else if (name === 'kind') {
      const problems = validateDns1035Label(value.toLowerCase());
      if (problems.length) errors.push(invalidValue(at(name), value, `may have mixed case, but should otherwise match: ${problems.join(',')}`));
    } else if (value.split('/').length > 2) errors.push(invalidValue(at(name), value, `unexpected GroupVersion string: ${value}`));
  }
  return errors;
}

function metadataErrors({ name, labels, annotations }: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (typeof name === 'string' && name !== '') errors.push(...validatePathSegment(name).map((why) => invalidValue(`${path}.name`, name, why)));
  for (const [key, value] of isJsonObject(labels) ? Object.entries(labels) : []) {
    errors.push(...validateLabelKey(key).map((why) => invalidValue(`${path}.labels`, key, why)));
    errors.push(...validateLabelValue(String(value)).map((why) => invalidValue(`${path}.labels`, value, why)));
  }
  for (const key of isJsonObject(annotations) ? Object.keys(annotations) : [])
    errors.push(...validateLabelKey(key.toLowerCase()).map((why) => invalidValue(`${path}.annotations`, key, why)));
  return errors;
}
