// Schemas of custom resources are structural: each value has one type, said outside of combinations.
// Models apiextensions-apiserver/pkg/apiserver/schema/{structural,validation}.go and apiextensions/validation
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { isJsonObject } from '../../../kube/machinery/json.ts';
import { prune } from '../custom/prune.ts';
import { ruleProblem } from '../custom/rules.ts';
import { isEmbeddedResource, isIntOrString, keepsUnknownFields, schemaOfItems, type Schema } from '../custom/schema.ts';
import { validateValue } from '../custom/validate-value.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
/** What may not stand inside of allOf, anyOf, oneOf and not. */
const OUTSIDE_ONLY = ['default', 'description', 'nullable', 'title', 'type'] as const;

/** Shapes first; rules are looked at only in a schema that is right otherwise. */
export function validateSchema(schema: Schema, path: string): FieldError[] {
  const shape = [...validateLevel(schema, path, true), ...validateTypes(schema, path)];
  const errors = shape.length ? shape : validateDetails(schema, path);
  return errors.length ? [...errors, ...ruleErrors(schema, path, false)] : ruleErrors(schema, path, true);
}

function children(schema: Schema, path: string): (readonly [Schema, string])[] {
  const found: (readonly [Schema, string])[] = Object.entries(schema.properties ?? {}).map(([name, each]) => [each, `${path}.properties[${name}]`] as const);
  const items = schemaOfItems(schema);
  if (items) found.push([items, `${path}.items`]);
  if (isJsonObject(schema.additionalProperties)) found.push([schema.additionalProperties as Schema, `${path}.additionalProperties`]);
  return found;
}

function validateLevel(schema: Schema, path: string, isRoot = false): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type === 'array' && !schemaOfItems(schema)) errors.push(requiredValue(`${path}.items`, 'must be specified'));
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false && schema.properties && Object.keys(schema.properties).length)
    errors.push(forbiddenValue(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  if (schema.additionalProperties === false) errors.push(forbiddenValue(`${path}.additionalProperties`, 'additionalProperties cannot be set to false'));
  if (schema.uniqueItems)
    errors.push(forbiddenValue(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  if ((schema as { readonly dependencies?: unknown }).dependencies !== undefined)
    errors.push(forbiddenValue(`${path}.dependencies`, 'dependencies is not supported'));
  if (schema.$ref) errors.push(forbiddenValue(`${path}.$ref`, '$ref is not supported'));
  for (const [child, at] of children(schema, path)) errors.push(...validateLevel(child, at));
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const)
    for (const [i, each] of (schema[key] ?? []).entries()) errors.push(...validateInside(each, `${path}.${key}[${i}]`, isIntOrString(schema)));
  if (schema.not) errors.push(...validateInside(schema.not, `${path}.not`, false));
  const needsType = !schema.type && !isIntOrString(schema) && !keepsUnknownFields(schema);
  if (needsType || (isRoot && !schema.type))
    errors.push(
      requiredValue(
        `${path}.type`,
        isRoot
          ? 'must not be empty at the root'
          : path.endsWith('.items')
            ? 'must not be empty for specified array items'
            : 'must not be empty for specified object fields',
      ),
    );
  if (isRoot && schema.type && schema.type !== 'object') errors.push(invalidValue(`${path}.type`, schema.type, 'must be object at the root'));
  if (isEmbeddedResource(schema) && schema.type !== 'object')
    errors.push(invalidValue(`${path}.type`, schema.type ?? '', 'must be object if x-kubernetes-embedded-resource is true'));
  return errors;
}

/** What can be looked at only where every value has its type. */
const validateDetails = (schema: Schema, path: string): FieldError[] => [
  ...validateDefault(schema, path),
  ...validateListKeys(schema, path),
  ...children(schema, path).flatMap(([child, at]) => validateDetails(child, at)),
];

function validateInside(schema: Schema, path: string, mayType: boolean): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of OUTSIDE_ONLY)
    if (schema[key] !== undefined && schema[key] !== '' && schema[key] !== false && !(mayType && key === 'type'))
      errors.push(
        forbiddenValue(`${path}.${key}`, key === 'type' || key === 'nullable' ? 'must be empty to be structural' : 'must be undefined to be structural'),
      );
  for (const [child, at] of children(schema, path)) errors.push(...validateInside(child, at, mayType));
  return errors;
}

function validateTypes(schema: Schema, path: string): FieldError[] {
  const own = schema.type && !TYPES.includes(schema.type) ? [notSupported(`${path}.type`, schema.type, TYPES)] : [];
  return [...own, ...children(schema, path).flatMap(([child, at]) => validateTypes(child, at))];
}

function validateListKeys(schema: Schema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  if (type !== undefined && !['atomic', 'set', 'map'].includes(type)) return [notSupported(`${path}.x-kubernetes-list-type`, type, ['atomic', 'map', 'set'])];
  if (type !== undefined && schema.type !== 'array')
    return [invalidValue(`${path}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified')];
  if (type !== 'map') return keys?.length ? [forbiddenValue(`${path}.x-kubernetes-list-map-keys`, 'must be unset if x-kubernetes-list-type is not map')] : [];
  if (!keys?.length) return [requiredValue(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')];
  const items = schemaOfItems(schema);
  return keys.flatMap((key, i) =>
    items?.properties?.[key]
      ? !items.required?.includes(key) && items.properties[key].default === undefined
        ? [
            requiredValue(
              `${path}.items.properties[${key}].default`,
              'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
            ),
          ]
        : []
      : [invalidValue(`${path}.x-kubernetes-list-map-keys[${i}]`, key, 'entries must all be names of item properties')],
  );
}

function validateDefault(schema: Schema, path: string): FieldError[] {
  if (schema.default === undefined) return [];
  const field = `${path}.default`;
  const unknown: string[] = [];
  const kept = prune(schema.default, schema, unknown);
  if (unknown.length) return [invalidValue(field, schema.default, 'must not have unknown fields')];
  return validateValue(kept, schema, '').map((error) => ({ ...error, field: error.field ? `${field}.${error.field}` : field }));
}

/** `compile`: also whether the rules can be read. */
function ruleErrors(schema: Schema, path: string, compile: boolean): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    const at = `${path}.x-kubernetes-validations[${i}]`;
    if (!rule.rule?.trim()) errors.push(requiredValue(`${at}.rule`, 'rule is not specified'));
    if (rule.message !== undefined && rule.message !== '' && !rule.message.trim())
      errors.push(invalidValue(`${at}.message`, rule.message, 'must be non-empty if specified'));
    if (rule.message?.includes('\n')) errors.push(invalidValue(`${at}.message`, rule.message, 'must not contain line breaks'));
    if (rule.rule?.includes('\n') && !rule.message && !rule.messageExpression)
      errors.push(requiredValue(`${at}.message`, 'message must be specified if rule contains line breaks'));
    if (rule.reason !== undefined && !REASONS.includes(rule.reason)) errors.push(notSupported(`${at}.reason`, rule.reason, REASONS));
    for (const key of ['rule', 'messageExpression'] as const) {
      const expression = rule[key];
      const problem = compile && expression?.trim() ? ruleProblem(expression) : undefined;
      if (problem !== undefined)
        errors.push(invalidValue(`${at}.${key}`, expression, `${key === 'rule' ? '' : 'messageExpression '}compilation failed: ${problem}`));
    }
  }
  return [...errors, ...children(schema, path).flatMap(([child, at]) => ruleErrors(child, at, compile))];
}
