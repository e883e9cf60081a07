// The OpenAPI documents of custom resources as a real 1.35 server makes them of the same definitions; the record is without prose.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { CustomResourceDefinition } from '../../../../src/kube/api/apiextensions-v1.ts';
import { customResourceDefinitions } from '../../../../src/kube/api/resources.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/kube/machinery/json.ts';
import type { Draft } from '../../../../src/kube/machinery/object.ts';
import { Compressed } from '../../../../src/sim/apiserver/http/compressed.ts';
import type { PathAnswer } from '../../../../src/sim/apiserver/http/paths.ts';
import { OpenApi } from '../../../../src/sim/apiserver/openapi/openapi.ts';
import { testServer } from '../../../fixtures/api-server.ts';

const FOLDER = join(import.meta.dirname, '../../../golden/openapi');
const recorded = JSON.parse(readFileSync(join(FOLDER, 'documents.json'), 'utf8')) as Readonly<Record<string, JsonObject>>;
const definitions = parseAllDocuments(readFileSync(join(FOLDER, 'definitions.yaml'), 'utf8')).map((each) => each.toJS() as Draft<CustomResourceDefinition>);

const read = ({ body }: PathAnswer): JsonObject => JSON.parse(String(body instanceof Compressed ? body.expand() : body)) as JsonObject;
/** Names of properties are no keywords. */
const NAMES: ReadonlySet<string> = new Set(['properties', 'schemas', 'definitions']);
function structure(value: JsonValue | undefined, isNames = false): JsonValue {
  if (Array.isArray(value)) return value.map((each: JsonValue) => structure(each));
  if (!isJsonObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => isNames || !(key === 'description' && typeof inner === 'string'))
      .map(([key, inner]) => [key, structure(inner, !isNames && NAMES.has(key))]),
  );
}
const ofExample = (all: JsonValue | undefined): JsonObject => Object.fromEntries(Object.entries(all ?? {}).filter(([name]) => /example/.test(name)));

test('versions, subresources, selectable fields and schemas of all forms', async () => {
  const { api, admin } = await testServer();
  for (const each of definitions) await admin.create(customResourceDefinitions, each);
  const openApi = new OpenApi(api.resources, () => () => 'text');
  expect(Object.keys(read(await openApi.index())['paths'] as JsonObject).filter((path) => /example/.test(path))).toEqual(recorded['/openapi/v3']);
  for (const version of ['v1', 'v1beta1']) {
    const path = `apis/stable.example.com/${version}`;
    const document = read(openApi.document(path, ''));
    const theirs = recorded[`/openapi/v3/${path}`] as { readonly components: { readonly schemas: JsonObject } };
    const { schemas } = document['components'] as { readonly schemas: JsonObject };
    // Of the types that are everybody's, the record has the names.
    const shown = Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, theirs.components.schemas[name] === true ? true : (schema ?? null)]),
    );
    expect(structure({ ...document, components: { ...(document['components'] as JsonObject), schemas: shown } })).toEqual(theirs);
  }
  const { paths, definitions: types } = read(await openApi.v2(''));
  expect(structure({ paths: ofExample(paths), definitions: ofExample(types) })).toEqual(recorded['/openapi/v2']);
});
