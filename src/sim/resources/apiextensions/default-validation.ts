// Defaults are values that the schema allows, rules included. Models apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go
import { invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateEmbedded } from '../custom/embedded.ts';
import { prune } from '../custom/prune.ts';
import { validateRules } from '../custom/rules.ts';
import { isEmbeddedResource, schemaOfItems, type Schema } from '../custom/schema.ts';
import { validateValue } from '../custom/validate-value.ts';

const META: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);

export const defaultErrors = (schema: Schema, path: string): FieldError[] => errorsAt(schema, path, true, false);

function errorsAt(schema: Schema, path: string, isResource: boolean, isMeta: boolean): FieldError[] {
  const errors = schema.default === undefined || schema.default === null ? [] : valueErrors(schema, `${path}.default`, isMeta);
  const items = schemaOfItems(schema);
  const isWhole = isResource || isEmbeddedResource(schema);
  if (items) errors.push(...errorsAt(items, `${path}.items`, false, isMeta && !isWhole));
  for (const [name, each] of Object.entries(schema.properties ?? {}))
    errors.push(...errorsAt(each, `${path}.properties[${name}]`, false, isWhole ? META.has(name) : isMeta));
  return errors;
}

function valueErrors(schema: Schema, path: string, isMeta: boolean): FieldError[] {
  const value = schema.default ?? null;
  const errors: FieldError[] = [];
  if (!isMeta && !jsonEqual(prune(value, schema, [], '', isEmbeddedResource(schema)), value))
    errors.push(invalidValue(path, value, 'must not have unknown fields'));
  const embedded = isMeta ? [] : validateEmbedded(value, schema, path);
  if (embedded.length) return [...errors, ...embedded];
  const wrong = validateValue(value, schema).map((error) => ({ ...error, field: below(path, error.field) }));
  if (wrong.length) return [...errors, ...wrong];
  // Once as a value that stays as it is, once as one that is new.
  const kept = validateRules(value, schema, value, path).errors;
  return [...errors, ...(kept.length ? kept : validateRules(value, schema, undefined, path).errors)];
}

/** Messages name the place inside of the default, fields the whole way. */
function below(path: string, field: string): string {
  if (field === '' || field === '<nil>') return path;
  return field.startsWith('[') ? path + field : `${path}.${field}`;
}
