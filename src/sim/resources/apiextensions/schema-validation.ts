// What is wrong with the schema of a version: its shape, its keywords, its defaults, its rules and what these cost.
// Models apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
import { declaredType, type DeclaredType } from '../../../kube/machinery/cel/declared-type.ts';
import { escapedName } from '../../../kube/machinery/cel/escaping.ts';
import { forbiddenValue, invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { isJsonObject } from '../../../kube/machinery/json.ts';
import { isEmbeddedResource, schemaOfItems, type Schema } from '../custom/schema.ts';
import { defaultErrors } from './default-validation.ts';
import { goSchemaOf } from './go-versions.ts';
import { childrenPer, multiplied, TotalCost } from './rule-costs.ts';
import { compilationErrors, ruleErrors } from './rule-validation.ts';
import { keywordErrors, listErrors } from './schema-keywords.ts';
import { structuralErrors } from './structural-schema.ts';

const AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';
const META: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);

export function validateSchema(schema: Schema, path: string, hasStatus: boolean, known?: Schema): FieldError[] {
  const errors = hasStatus ? rootErrors(schema, path) : [];
  if (schema.nullable) errors.push(forbiddenValue(`${path}.nullable`, 'nullable cannot be true at the root'));
  const shape = structuralErrors(schema, path);
  const defaults = shape.length ? [] : defaultErrors(schema, path);
  errors.push(...shape, ...defaults);
  const total = new TotalCost();
  const rules: Rules | undefined = shape.length || defaults.length ? undefined : { declared: undefined, isInScope: false, cardinality: 1, total };
  const walker: Walker = { defaultsForbidden: undefined, isMeta: false, uncorrelatable: undefined };
  const found = walk(schema, path, walker, true, rules, known !== undefined);
  errors.push(...found.schema, ...found.rules, ...(rules ? total.errors(path) : []));
  return errors;
}

/** What can be split off into the schema of the status, and nothing else. */
function rootErrors(schema: Schema, path: string): FieldError[] {
  const shown = goSchemaOf(schema);
  for (const [name, value] of Object.entries(shown)) {
    const isZero = value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
    if (isZero) continue;
    if (name === 'Type') {
      if (schema.type !== 'object')
        return [
          invalidValue(`${path}.type`, schema.type, 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'),
        ];
    } else if (!AT_ROOT.split(' ').includes(name))
      return [invalidValue(path, shown, `only [${AT_ROOT}] fields are allowed at the root of the schema if the status subresource is enabled`)];
  }
  return [];
}

interface Walker {
  /** Why no default may be said here. */
  readonly defaultsForbidden: string | undefined;
  readonly isMeta: boolean;
  /** The outermost place below which it cannot be told what a value was before. */
  readonly uncorrelatable: string | undefined;
}
/** What rules need to know of their place. */
interface Rules {
  readonly declared: DeclaredType | undefined;
  /** Whether a rule stands here or above. */
  readonly isInScope: boolean;
  /** Undefined without a bound. */
  readonly cardinality: number | undefined;
  readonly total: TotalCost;
}
interface Found {
  readonly schema: FieldError[];
  readonly rules: FieldError[];
}

function walk(schema: Schema, path: string, walker: Walker, isRoot: boolean, given: Rules | undefined, isKnown: boolean): Found {
  const found: Found = { schema: keywordErrors(schema, path, walker.defaultsForbidden, walker.isMeta), rules: [] };
  const rules = given && placed(schema, given, isRoot);
  const add = (child: Schema, at: string, inner: Walker, below: Rules | undefined): void => {
    const more = walk(child, at, inner, false, below, isKnown);
    found.schema.push(...more.schema);
    found.rules.push(...more.rules);
  };
  const values = isJsonObject(schema.additionalProperties) ? (schema.additionalProperties as Schema) : undefined;
  if (values) {
    const inner = walker.isMeta ? { ...walker, defaultsForbidden: 'inside additionalProperties applying to object metadata' } : walker;
    add(values, `${path}.additionalProperties`, inner, rules && child(schema, rules, rules.declared?.element));
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    let inner: Walker =
      schema['x-kubernetes-map-type'] === undefined || ['granular', 'atomic'].includes(schema['x-kubernetes-map-type']) ? walker : forbidden(walker, path);
    if ((isRoot || isEmbeddedResource(schema)) && META.has(name))
      inner = { ...inner, isMeta: true, ...(isRoot ? { defaultsForbidden: `in top-level ${name}` } : {}) };
    const escaped = escapedName(name);
    add(
      property,
      `${path}.properties[${name}]`,
      inner,
      rules && child(schema, rules, escaped === undefined ? undefined : rules.declared?.fields?.get(escaped)),
    );
  }
  if (schema.not) add(schema.not, `${path}.not`, walker, undefined);
  for (const key of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const [i, each] of (schema[key] ?? []).entries()) add(each, `${path}.${key}[${i}]`, walker, undefined);
  const items = schemaOfItems(schema);
  if (items) {
    const inner = schema['x-kubernetes-list-type'] === 'map' ? walker : forbidden(walker, path);
    add(items, `${path}.items`, inner, rules && child(schema, rules, rules.declared?.element));
  }
  found.schema.push(...listErrors(schema, path), ...ruleErrors(schema, path));
  if (schema['x-kubernetes-validations']?.length && !found.schema.length && rules?.declared)
    found.rules.push(
      ...compilationErrors(schema, path, { declared: rules.declared, cardinality: rules.cardinality, total: rules.total }, walker.uncorrelatable, isKnown),
    );
  return found;
}

const forbidden = (walker: Walker, path: string): Walker => (walker.uncorrelatable === undefined ? { ...walker, uncorrelatable: path } : walker);
function placed(schema: Schema, rules: Rules, isRoot: boolean): Rules {
  const isInScope = rules.isInScope || (schema['x-kubernetes-validations']?.length ?? 0) > 0;
  return { ...rules, isInScope, declared: rules.declared ?? (isInScope ? declaredType(schema, isRoot || isEmbeddedResource(schema)) : undefined) };
}
function child(schema: Schema, rules: Rules, declared: DeclaredType | undefined): Rules {
  const each = childrenPer(schema);
  return { ...rules, declared, cardinality: rules.cardinality === undefined || each === undefined ? undefined : multiplied(rules.cardinality, each) };
}
