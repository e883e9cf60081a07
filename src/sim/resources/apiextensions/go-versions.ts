// Versions of a CustomResourceDefinition as Go prints them inside a message: every field, capitalised, with its zero.
import type { CustomResourceDefinitionVersion, JSONSchemaProps, ValidationRule } from '../../../kube/api/apiextensions-v1.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';

/** Go's name, the name in JSON, and what stands there when nothing is said. */
const FIELDS: readonly (readonly [string, string, JsonValue])[] = [
  ['ID', 'id', ''],
  ['Schema', '$schema', ''],
  ['Ref', '$ref', null],
  ['Description', 'description', ''],
  ['Type', 'type', ''],
  ['Nullable', 'nullable', false],
  ['Format', 'format', ''],
  ['Title', 'title', ''],
  ['Default', 'default', null],
  ['Maximum', 'maximum', null],
  ['ExclusiveMaximum', 'exclusiveMaximum', false],
  ['Minimum', 'minimum', null],
  ['ExclusiveMinimum', 'exclusiveMinimum', false],
  ['MaxLength', 'maxLength', null],
  ['MinLength', 'minLength', null],
  ['Pattern', 'pattern', ''],
  ['MaxItems', 'maxItems', null],
  ['MinItems', 'minItems', null],
  ['UniqueItems', 'uniqueItems', false],
  ['MultipleOf', 'multipleOf', null],
  ['Enum', 'enum', null],
  ['MaxProperties', 'maxProperties', null],
  ['MinProperties', 'minProperties', null],
  ['Required', 'required', null],
  ['Items', 'items', null],
  ['AllOf', 'allOf', null],
  ['OneOf', 'oneOf', null],
  ['AnyOf', 'anyOf', null],
  ['Not', 'not', null],
  ['Properties', 'properties', null],
  ['AdditionalProperties', 'additionalProperties', null],
  ['PatternProperties', 'patternProperties', null],
  ['Dependencies', 'dependencies', null],
  ['AdditionalItems', 'additionalItems', null],
  ['Definitions', 'definitions', null],
  ['ExternalDocs', 'externalDocs', null],
  ['Example', 'example', null],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', null],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', false],
  ['XIntOrString', 'x-kubernetes-int-or-string', false],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', null],
  ['XListType', 'x-kubernetes-list-type', null],
  ['XMapType', 'x-kubernetes-map-type', null],
  ['XValidations', 'x-kubernetes-validations', null],
];

function goSchema(schema: JsonObject): JsonObject {
  return Object.fromEntries(FIELDS.map(([name, key, zero]) => [name, schema[key] === undefined ? zero : goPart(key, schema[key] as JsonValue)]));
}

function goPart(key: string, value: JsonValue): JsonValue {
  const each = (inner: JsonValue | undefined): JsonValue => (isJsonObject(inner) ? goSchema(inner) : (inner ?? null));
  switch (key) {
    case 'properties':
    case 'patternProperties':
    case 'definitions':
      return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, each(inner)])) : value;
    case 'additionalProperties':
    case 'additionalItems':
      return isJsonObject(value) ? { Allows: true, Schema: goSchema(value) } : { Allows: value === true, Schema: null };
    case 'items':
      return { Schema: each(value), JSONSchemas: null };
    case 'allOf':
    case 'oneOf':
    case 'anyOf':
      return Array.isArray(value) ? value.map((inner: JsonValue) => each(inner)) : value;
    case 'not':
      return each(value);
    case 'x-kubernetes-validations':
      return (value as unknown as readonly ValidationRule[]).map((rule) => goRule(rule));
    default:
      return value;
  }
}

export const goRule = ({ rule, message = '', messageExpression = '', reason, fieldPath = '', optionalOldSelf }: ValidationRule): JsonObject => ({
  Rule: rule,
  Message: message,
  MessageExpression: messageExpression,
  Reason: reason ?? null,
  FieldPath: fieldPath,
  OptionalOldSelf: optionalOldSelf ?? null,
});

/** A schema alone. */
export const goSchemaOf = (schema: JSONSchemaProps): JsonObject => goSchema(schema as unknown as JsonObject);

/** What all versions say alike is said once, above them. */
export interface Hoisted {
  readonly schema: boolean;
  readonly subresources: boolean;
  readonly columns: boolean;
  readonly selectableFields: boolean;
}

/** `hoisted`: what all versions say alike is said elsewhere. */
export function goVersions(versions: readonly CustomResourceDefinitionVersion[], hoisted: Hoisted): JsonValue {
  return versions.map((version): JsonObject => {
    const {
      name,
      served,
      storage,
      deprecated = false,
      deprecationWarning,
      schema,
      subresources,
      additionalPrinterColumns,
      selectableFields,
    } = version as unknown as Record<string, JsonValue>;
    const own = (value: JsonValue | undefined, isAbove: boolean): JsonValue => (isAbove || value === undefined ? null : value);
    const openApi = isJsonObject(schema) && isJsonObject(schema['openAPIV3Schema']) ? schema['openAPIV3Schema'] : undefined;
    return {
      Name: name ?? '',
      Served: served ?? false,
      Storage: storage ?? false,
      Deprecated: deprecated,
      DeprecationWarning: deprecationWarning ?? null,
      Schema: hoisted.schema || !openApi ? null : { OpenAPIV3Schema: goSchema(openApi) },
      Subresources: own(subresources, hoisted.subresources),
      AdditionalPrinterColumns: own(additionalPrinterColumns, hoisted.columns),
      SelectableFields: own(selectableFields, hoisted.selectableFields),
    };
  });
}
