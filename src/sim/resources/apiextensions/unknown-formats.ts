// Formats of strings that a schema names and nobody checks are worth a warning. Models apiextensions-apiserver/pkg/apiserver/validation/formats.go
import type { CustomResourceDefinitionSpec } from '../../../kube/api/apiextensions-v1.ts';
import { isJsonObject } from '../../../kube/machinery/json.ts';
import { isKnownFormat } from '../../../kube/machinery/string-formats.ts';
import { schemaOfItems, type Schema } from '../custom/schema.ts';

export const formatWarning = (format: string): string => `unrecognized format ${JSON.stringify(format)}`;

export const unknownFormats = ({ versions }: CustomResourceDefinitionSpec): string[] => {
  const schemas = (versions ?? []).flatMap(({ schema }) => schema?.openAPIV3Schema ?? []);
  return [...new Set(schemas.flatMap(formatsIn))];
};

function formatsIn(schema: Schema): string[] {
  const { format, type, additionalProperties, not } = schema;
  const own = format && type === 'string' && !isKnownFormat(format) ? [format] : [];
  const items = schemaOfItems(schema);
  const below: Schema[] = [...Object.values(schema.properties ?? {}), ...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (items) below.push(items);
  if (not) below.push(not);
  if (isJsonObject(additionalProperties)) below.push(additionalProperties as Schema);
  return [...own, ...below.flatMap(formatsIn)];
}
