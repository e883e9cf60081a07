// What is wrong with what a version says beside its schema: columns, scale, selectable fields. Models apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
import type { CustomResourceColumnDefinition, CustomResourceSubresourceScale, SelectableField } from '../../../kube/api/apiextensions-v1.ts';
import { duplicateValue, invalidValue, requiredValue, tooMany, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { schemaPath } from '../custom/schema-path.ts';
import type { Schema } from '../custom/schema.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const MOST_SELECTABLE = 8;

const pathErrors = (path: string, field: string): FieldError[] =>
  path.startsWith('.') ? [] : [invalidValue(field, path, 'must be a simple json path starting with .')];

export function validateColumns(columns: readonly CustomResourceColumnDefinition[] | undefined, at: string): FieldError[] {
  return (columns ?? []).flatMap(({ name, type, format, jsonPath }, i) => {
    const errors: FieldError[] = [];
    const field = `${at}[${i}]`;
    if (!name) errors.push(requiredValue(`${field}.name`));
    const types = `must be one of ${COLUMN_TYPES.join(',')}`;
    if (!type) errors.push(requiredValue(`${field}.type`, types));
    else if (!COLUMN_TYPES.includes(type)) errors.push(invalidValue(`${field}.type`, type, types));
    if (format && !COLUMN_FORMATS.includes(format)) errors.push(invalidValue(`${field}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`));
    if (!jsonPath) errors.push(requiredValue(`${field}.JSONPath`));
    else errors.push(...pathErrors(jsonPath, `${field}.JSONPath`));
    return errors;
  });
}

export function validateScale(scale: CustomResourceSubresourceScale | undefined, at: string): FieldError[] {
  if (!scale) return [];
  const required = (name: 'specReplicasPath' | 'statusReplicasPath', prefix: string): FieldError[] => {
    const field = `${at}.scale.${name}`;
    const path = scale[name];
    if (!path) return [requiredValue(field)];
    const errors = pathErrors(path, field);
    return errors.length || path.startsWith(prefix) ? errors : [invalidValue(field, path, `should be a json path under ${prefix.slice(0, -1)}`)];
  };
  const errors = [...required('specReplicasPath', '.spec.'), ...required('statusReplicasPath', '.status.')];
  const { labelSelectorPath } = scale;
  if (!labelSelectorPath) return errors;
  const field = `${at}.scale.labelSelectorPath`;
  const wrong = pathErrors(labelSelectorPath, field);
  const isPlaced = /^\.(?:spec|status)\./.test(labelSelectorPath);
  return [...errors, ...(wrong.length || isPlaced ? wrong : [invalidValue(field, labelSelectorPath, 'should be a json path under either .spec or .status')])];
}

export function validateSelectableFields(fields: readonly SelectableField[] | undefined, schema: Schema | undefined, at: string): FieldError[] {
  if (!fields?.length) return [];
  if (!schema) {
    const why = at.startsWith('spec.versions')
      ? 'may only be set when `version.schema.openAPIV3Schema` is not included'
      : 'may only be set when validations.schema is included';
    return [invalidValue(at, '', why)];
  }
  const errors: FieldError[] = [];
  const known = new Set<string>();
  for (const [i, { jsonPath }] of fields.entries()) {
    const field = `${at}[${i}].jsonPath`;
    if (!jsonPath) {
      errors.push(requiredValue(field));
      continue;
    }
    const path = schemaPath(jsonPath, schema, false);
    if (path.problem !== undefined) {
      errors.push(invalidValue(field, jsonPath, `is an invalid path: ${path.problem}`));
      continue;
    }
    if (/^metadata(?:\.|$)/.test(path.text)) errors.push(invalidValue(field, jsonPath, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(path.schema?.type ?? ''))
      errors.push(
        invalidValue(field, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'),
      );
    if (known.has(path.text)) errors.push(duplicateValue(field, jsonPath));
    known.add(path.text);
  }
  return known.size > MOST_SELECTABLE ? [...errors, tooMany(at, known.size, MOST_SELECTABLE)] : errors;
}
