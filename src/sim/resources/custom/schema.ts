// Schemas of custom resources, as their CustomResourceDefinition gives them, and small questions about them.
import type { JSONSchemaProps } from '../../../kube/api/apiextensions-v1.ts';
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';

export type Schema = JSONSchemaProps;

export const keepsUnknownFields = (schema: Schema): boolean => schema['x-kubernetes-preserve-unknown-fields'] === true;
export const isEmbeddedResource = (schema: Schema): boolean => schema['x-kubernetes-embedded-resource'] === true;
export const isIntOrString = (schema: Schema): boolean => schema['x-kubernetes-int-or-string'] === true;

/** Of a declared property, or of the values of a map; undefined for what the schema does not know. */
export function schemaOfKey(schema: Schema, key: string): Schema | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  return isJsonObject(schema.additionalProperties) ? (schema.additionalProperties as Schema) : undefined;
}
export const allowsAnyKey = ({ additionalProperties }: Schema): boolean => additionalProperties === true || isJsonObject(additionalProperties);

/** Of the items of a list. */
export const schemaOfItems = ({ items }: Schema): Schema | undefined => (isJsonObject(items) ? (items as Schema) : undefined);

export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';
export function typeNameOf(value: JsonValue | undefined): TypeName {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as TypeName;
}

/** `spec.parts[0].name`: how messages name a place; '' is the object itself. */
export const childPath = (path: string, key: string): string => (path ? `${path}.${key}` : key);
export const itemPath = (path: string, index: number): string => `${path}[${index}]`;
