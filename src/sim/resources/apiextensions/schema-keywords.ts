// Keywords of a schema that are not supported, contradict each other or may not stand where they do.
// Models apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { isJsonObject } from '../../../kube/machinery/json.ts';
import { isEmbeddedResource, schemaOfItems, type Schema } from '../custom/schema.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const isFilled = (value: object | undefined): boolean => value !== undefined && Object.keys(value).length > 0;

/** What is looked at before what lies below. `defaultsForbidden`: why no default may be said here. */
export function keywordErrors(schema: Schema, path: string, defaultsForbidden: string | undefined, isMeta: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const unsupported = (key: string): void => void errors.push(forbiddenValue(`${path}.${key}`, `${key} is not supported`));
  if (schema.type && !TYPES.includes(schema.type)) errors.push(notSupported(`${path}.type`, schema.type, TYPES));
  if (schema.default !== undefined && defaultsForbidden !== undefined) errors.push(forbiddenValue(`${path}.default`, `must not be set ${defaultsForbidden}`));
  if (schema.id) unsupported('id');
  if (schema.additionalItems !== undefined) unsupported('additionalItems');
  if (isFilled(schema.patternProperties)) unsupported('patternProperties');
  if (isFilled(schema.definitions)) unsupported('definitions');
  if (schema.dependencies !== undefined) unsupported('dependencies');
  if (schema.$ref !== undefined) unsupported('$ref');
  if (schema.type === 'null') errors.push(forbiddenValue(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  if (Array.isArray(schema.items)) errors.push(forbiddenValue(`${path}.items`, 'items must be a schema object and not an array'));
  if (isMeta && isEmbeddedResource(schema)) errors.push(forbiddenValue(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  if (schema.uniqueItems)
    errors.push(forbiddenValue(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  const { additionalProperties } = schema;
  if (isFilled(schema.properties) && (additionalProperties === false || isJsonObject(additionalProperties)))
    errors.push(forbiddenValue(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  return errors;
}

/** What is looked at after what lies below: lists, maps and their items. */
export function listErrors(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type, 'x-kubernetes-map-type': mapType, 'x-kubernetes-list-type': listType } = schema;
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  const wrongType = (wanted: string, key: string): FieldError => {
    const why = `must be ${wanted} if ${key} is specified`;
    return type ? invalidValue(`${path}.type`, type, why) : requiredValue(`${path}.type`, why);
  };
  if (mapType !== undefined && type !== 'object') errors.push(wrongType('object', 'x-kubernetes-map-type'));
  if (mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular')
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  if (listType !== undefined && type !== 'array') errors.push(wrongType('array', 'x-kubernetes-list-type'));
  else if (listType === 'set') errors.push(...setErrors(schema, path));
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType))
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const onlyMap = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (keys.length && listType === undefined) errors.push(requiredValue(`${path}.x-kubernetes-list-type`, onlyMap));
  else if (keys.length && listType !== 'map') errors.push(invalidValue(`${path}.x-kubernetes-list-type`, listType, onlyMap));
  if (listType === 'map') errors.push(...keyErrors(schema, keys, path));
  return [...errors, ...itemErrors(schema, keys, path)];
}

function setErrors(schema: Schema, path: string): FieldError[] {
  const items = schemaOfItems(schema);
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const itemType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && itemType !== undefined && itemType !== 'atomic') return [invalidValue(`${path}.items.x-kubernetes-list-type`, itemType, why)];
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') return [invalidValue(`${path}.items.x-kubernetes-map-type`, itemType, why)];
  return [];
}

function keyErrors(schema: Schema, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const items = schemaOfItems(schema);
  if (!keys.length) errors.push(requiredValue(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  if (schema.items === undefined) errors.push(requiredValue(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
  if (items && items.type !== 'object')
    errors.push(invalidValue(`${path}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"));
  if (items?.type !== 'object') return errors;
  for (const [i, key] of keys.entries()) {
    const property = items.properties?.[key];
    if (!property) errors.push(invalidValue(`${path}.x-kubernetes-list-map-keys`, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object')
      errors.push(invalidValue(`${path}.items.properties[${key}].type`, items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map"));
    if (keys.indexOf(key) !== i) errors.push(invalidValue(`${path}.x-kubernetes-list-map-keys`, keys, 'must not contain duplicate entries'));
  }
  return errors;
}

/** Items of sets and of lists by key are never null, and their keys are always there. */
function itemErrors(schema: Schema, keys: readonly string[], path: string): FieldError[] {
  const items = schemaOfItems(schema);
  const listType = schema['x-kubernetes-list-type'];
  if (!items || (listType !== 'set' && listType !== 'map')) return [];
  const errors: FieldError[] = [];
  if (items.nullable) errors.push(forbiddenValue(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  for (const key of listType === 'map' ? keys : []) {
    const property = items.properties?.[key];
    if (!property) continue;
    const at = `${path}.items.properties[${key}]`;
    if (!items.required?.includes(key) && property.default === undefined)
      errors.push(requiredValue(`${at}.default`, 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'));
    if (property.nullable) errors.push(forbiddenValue(`${at}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'));
  }
  return errors;
}
