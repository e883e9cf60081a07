// Discovery, schemas, tables and the objects of a fresh cluster, field by field against what was recorded from a real 1.35 server.
// The records lie beside the repository; without them the tests are skipped. What differs is listed here, each with its reason.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../src/kube/machinery/json.ts';
import { Compressed } from '../../src/sim/apiserver/http/compressed.ts';
import { createPaths, type PathHandler } from '../../src/sim/apiserver/http/paths.ts';
import { OpenApi } from '../../src/sim/apiserver/openapi/openapi.ts';
import { columnDefinitions } from '../../src/sim/apiserver/serializer/table.ts';
import { testServer, type TestServer } from '../fixtures/api-server.ts';

const UPSTREAM = process.env['CKADET_UPSTREAM'] ?? join(import.meta.dirname, '../../../shared/upstream');
const isHere = existsSync(join(UPSTREAM, 'tables.json'));
const recorded = (path: string): JsonValue => JSON.parse(readFileSync(join(UPSTREAM, path), 'utf8')) as JsonValue;
const names = (folder: string): readonly string[] => readdirSync(join(UPSTREAM, folder)).map((name) => name.replace('.json', ''));

/** Paths where two values differ, with what each has. */
function differences(theirs: JsonValue | undefined, ours: JsonValue | undefined, path = ''): string[] {
  if (jsonEqual(theirs ?? null, ours ?? null)) return [];
  if (isJsonObject(theirs) && isJsonObject(ours))
    return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort().flatMap((key) => differences(theirs[key], ours[key], `${path}.${key}`));
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length)
    return theirs.flatMap((each: JsonValue, i) => differences(each, ours[i] as JsonValue, `${path}[${i}]`));
  const shown = (value: JsonValue | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120));
  return [`${path}: ${shown(theirs)} | ${shown(ours)}`];
}

/** Without prose, and with names of required fields in one order. */
function structure(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((each: JsonValue) => structure(each));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === 'description' && typeof inner === 'string'))
      .map(([key, inner]) => [key, key === 'required' && Array.isArray(inner) ? [...(inner as readonly string[])].sort() : structure(inner ?? null)]),
  );
}

/** Why a difference stays, by a pattern of its path. */
type Known = readonly (readonly [RegExp, string])[];
const unexplained = (found: readonly string[], known: Known): readonly string[] => found.filter((each) => !known.some(([pattern]) => pattern.test(each)));

describe.skipIf(!isHere)('against the records of a real server (skipped without them)', () => {
  let server: TestServer;
  let paths: PathHandler;
  const get = async (path: string, accept = 'application/json'): Promise<JsonValue | undefined> => {
    const answer = await paths(path, { accept, query: new URLSearchParams(), host: '127.0.0.1:6443' });
    const body = answer?.body instanceof Compressed ? answer.body.expand() : answer?.body;
    return answer?.value ?? (body === undefined ? undefined : (JSON.parse(String(body)) as JsonValue));
  };
  beforeAll(async () => {
    server = await testServer();
    paths = createPaths(server.api, new OpenApi(server.api.resources, () => () => 'text'));
  });

  test('discovery lists the same groups, versions and resources', async () => {
    const known: Known = [];
    const documents: readonly (readonly [file: string, path: string])[] = [
      ['apis', '/apis'],
      ...names('discovery/groups').map((group) => [`groups/${group}`, `/apis/${group}`] as const),
      ...names('discovery/resources').map((name) => [`resources/${name}`, name === 'v1' ? '/api/v1' : `/apis/${name.replaceAll('__', '/')}`] as const),
    ];
    const found: string[] = [];
    for (const [file, path] of documents) found.push(...differences(recorded(`discovery/${file}.json`), await get(path), path));
    expect(unexplained(found, known)).toEqual([]);
  });

  test('aggregated discovery says the same', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const known: Known = [];
    const found = [
      ...differences(recorded('discovery/aggregated-api.json'), await get('/api', accept), '/api'),
      ...differences(recorded('discovery/aggregated-apis.json'), await get('/apis', accept), '/apis'),
    ];
    expect(unexplained(found, known)).toEqual([]);
  });

  test('every table has the same columns', () => {
    const known: Known = [];
    const tables = recorded('tables.json') as Readonly<Record<string, { readonly columns: readonly JsonObject[] }>>;
    const found = Object.entries(tables).flatMap(([key, { columns }]) => {
      const at = key.lastIndexOf('/');
      const resource = server.api.resources.find(key.slice(0, at), key.slice(at + 1));
      if (!resource) return [`${key}: not served`];
      const ours = columnDefinitions(resource).map(({ description: _description, ...rest }) => rest);
      return differences(columns, ours, key);
    });
    expect(unexplained(found, known)).toEqual([]);
  });

  test('every document of OpenAPI v3 is the same, field by field', async () => {
    const known: Known = [];
    const schemas = recorded('openapi/v3/schemas.json') as JsonObject;
    const paths = Object.keys((recorded('openapi/v3/index.json') as { readonly paths: JsonObject }).paths);
    expect(Object.keys(((await get('/openapi/v3')) as { readonly paths: JsonObject }).paths)).toEqual(paths.sort());
    const found: string[] = [];
    for (const path of paths) {
      const theirs = recorded(`openapi/v3/${path.replaceAll('/', '__')}.json`) as JsonObject;
      // The record has each schema once: here stands that the document has it too.
      const { schemas: names, ...components } = theirs['components'] as { readonly schemas?: JsonObject };
      const own = names && Object.fromEntries(Object.keys(names).map((name) => [name, schemas[name] ?? null]));
      const whole = { ...theirs, components: { ...components, ...(own ? { schemas: own } : {}) } };
      found.push(...differences(structure(whole), structure((await get(`/openapi/v3/${path}`)) ?? null), path));
    }
    expect(unexplained(found, known)).toEqual([]);
  });

  test('OpenAPI v2 is the same, field by field', async () => {
    const known: Known = [];
    const { paths: theirPaths } = recorded('openapi/v2-paths.json') as { readonly paths: JsonObject };
    // Parameters that are shared and how one shows who one is are not in the record.
    const { parameters, securityDefinitions, security, ...ours } = (await get('/openapi/v2')) as JsonObject;
    const found = differences(structure({ ...(recorded('openapi/v2-definitions.json') as JsonObject), paths: theirPaths }), structure(ours));
    expect(unexplained(found, known)).toEqual([]);
    expect([securityDefinitions, security].map((each) => Object.keys(each ?? {}))).toEqual([['BearerToken'], ['0']]);
    const referred = new Set(JSON.stringify(ours['paths']).match(/#\/parameters\/[^"]+/g));
    expect(Object.keys(parameters as JsonObject).map((name) => `#/parameters/${name}`)).toEqual(expect.arrayContaining([...referred]));
  });

  test('a fresh cluster holds the same objects', () => {
    const known: Known = [
      [/\.data\.(requestheader-)?client-ca-file|cluster-info\.data/, 'certificates and signatures are made anew'],
      [/^(v1\/)?serviceaccounts .*: nothing is there$/, 'made by controllers, which this server has not'],
      [/kube-root-ca\.crt|^v1\/endpoints kube-system|endpointslices kube-system/, 'made by controllers, which this server has not'],
    ];
    const found = ['control-plane', 'kubeadm'].flatMap((part) =>
      names(`bootstrap/${part}`).flatMap((file) => {
        const [groupVersion, plural] = [file.slice(0, file.lastIndexOf('__')).replace('__', '/'), file.slice(file.lastIndexOf('__') + 2)];
        const resource = server.api.resources.find(groupVersion, plural);
        if (!resource) return [`${groupVersion}/${plural}: not served`];
        return (recorded(`bootstrap/${part}/${file}.json`) as unknown as readonly JsonObject[]).flatMap((theirs) => {
          const { namespace = '', name = '' } = theirs['metadata'] as { readonly namespace?: string; readonly name?: string };
          const ours = server.store.get(resource.shelf, namespace ? `${namespace}/${name}` : name);
          const at = `${groupVersion}/${plural} ${namespace}/${name}`;
          if (!ours) return [`${at}: nothing is there`];
          const { metadata, status: _status, ...rest } = ours as unknown as JsonObject & { readonly metadata: JsonObject };
          const { labels, annotations, finalizers, generation } = metadata;
          const kept = {
            name,
            ...(namespace ? { namespace } : {}),
            ...(labels ? { labels } : {}),
            ...(annotations ? { annotations } : {}),
            ...(finalizers ? { finalizers } : {}),
            ...(generation ? { generation } : {}),
          };
          const { status: _theirStatus, ...their } = theirs;
          return differences(their, { ...rest, metadata: kept }, at);
        });
      }),
    );
    expect(unexplained(found, known)).toEqual([]);
  });
});
