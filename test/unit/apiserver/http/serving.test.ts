// What clients see of the wires: refusals before bodies are read, media types, encodings, compression, streams. Texts are those of a real 1.35 server.
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeOfKind } from '../../../../src/sim/apiserver/serializer/kinds.ts';
import { decodeProtobuf } from '../../../../src/sim/apiserver/serializer/protobuf/decode.ts';
import { httpsServer, type HttpsServer } from '../../../fixtures/https-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
let server: HttpsServer;
beforeAll(async () => {
  server = await httpsServer();
  for (const name of ['one', 'two']) await server.admin(MAPS, { method: 'POST', body: JSON.stringify({ metadata: { name }, data: { greeting: '<hi>' } }) });
});
afterAll(() => server.close());

describe('the order of the filters', () => {
  it('refuses whoever may not before it reads what they sent', async () => {
    const reply = await server.anonymous(MAPS, { method: 'POST', body: '{bad' });
    expect(reply.code).toBe(403);
    expect(reply.json()['message']).toBe(
      'configmaps is forbidden: User "system:anonymous" cannot create resource "configmaps" in API group "" in the namespace "default"',
    );
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each(['exec', 'attach', 'portforward'])('says by name that pods/%s is not there yet, without asking for a body', async (subresource) => {
    const reply = await server.admin(`/api/v1/namespaces/default/pods/p/${subresource}?command=ls`, { method: 'POST' });
    expect([reply.code, reply.json()['message']]).toEqual([501, `pods/${subresource} is not supported by the ckadet simulator yet`]);
  });

  it('gives every answer an id, flows and a cache rule', async () => {
    const { headers } = await server.anonymous('/foo', { headers: { 'audit-id': 'mine' } });
    expect(headers).toMatchObject({ 'audit-id': 'mine', 'cache-control': 'no-cache, private' });
    expect(headers['x-kubernetes-pf-flowschema-uid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['/api/v1/namespaces/%zz', 400, /invalid URL escape/],
    [`${MAPS}?timeout=abc`, 400, /^invalid timeout specified in the request URL - time: invalid duration "abc"$/],
    [`${MAPS}?limit=abc`, 400, /^strconv.ParseInt: parsing "abc": invalid syntax$/],
    [`${MAPS}?continue=x`, 400, /continue key is not valid: illegal base64 data at input byte 0$/],
    [`${MAPS}?continue=abcde`, 400, /illegal base64 data at input byte 4$/],
    [`${MAPS}?continue=ab%2Bcd`, 400, /illegal base64 data at input byte 2$/],
    [`${MAPS}?continue=abcd`, 400, /continue key is not valid: invalid character '.' looking for beginning of value$/],
    ['/api/v1/foos', 404, /^the server could not find the requested resource$/],
    ['/api/v1/namespaces/default/nodes', 404, /^the server could not find the requested resource$/],
  ])('answers %s with %i', async (path, code, message) => {
    const reply = await server.admin(path);
    expect(reply.code).toBe(code);
    expect(reply.json()['message']).toMatch(message);
  });

  it('refuses large bodies, methods and media types in upstream’s words', async () => {
    const large = await server.admin(MAPS, { method: 'POST', body: 'a'.repeat(3_200_000) });
    expect([large.code, large.json()['message']]).toEqual([413, 'Request entity too large: limit is 3145728']);
    const method = await server.admin(MAPS, { method: 'OPTIONS' });
    expect([method.code, method.json()['message']]).toEqual([405, 'the server does not allow this method on the requested resource']);
    const type = await server.admin(MAPS, { method: 'POST', body: 'x', headers: { 'content-type': 'application/cbor' } });
    expect(type.code).toBe(415);
    const patch = await server.admin(`${MAPS}/one`, { method: 'PATCH', body: '{}' });
    expect([patch.code, patch.json()['message']]).toEqual([415, '415: Unsupported Media Type']);
    const accept = await server.admin(MAPS, { headers: { accept: 'text/html' } });
    expect(accept.json()['message']).toContain('406: Not Acceptable\n\nAvailable representations: application/json');
  });
});

describe('encodings', () => {
  it('indents for people and escapes as Go does', async () => {
    const compact = await server.admin(`${MAPS}/one`);
    expect(compact.body.toString()).toContain('"greeting":"\\u003chi\\u003e"');
    const pretty = await server.admin(`${MAPS}/one`, { headers: { 'user-agent': 'curl/8' } });
    expect(pretty.body.toString()).toMatch(/^\{\n {2}"kind": "ConfigMap",\n {2}"apiVersion": "v1",/);
  });

  it('answers protobuf: objects, lists, metadata and refusals', async () => {
    const get = async (path: string, accept = PROTOBUF): Promise<object> => {
      const { body } = await server.admin(path, { headers: { accept } });
      return decodeProtobuf(body, typeOfKind);
    };
    expect(await get(`${MAPS}/one`)).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'one' }, data: { greeting: '<hi>' } });
    expect(await get(MAPS, `${PROTOBUF},application/json`)).toMatchObject({
      kind: 'ConfigMapList',
      items: [{ metadata: { name: 'one' } }, { metadata: { name: 'two' } }],
    });
    const partial = await get(MAPS, `${PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`);
    expect(partial).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{ metadata: { name: 'one' } }, { metadata: { name: 'two' } }] });
    expect(await get(`${MAPS}/none`)).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 });
  });

  it('takes protobuf bodies that name what it does not serve, and says so', async () => {
    const reply = await server.admin(MAPS, { method: 'POST', body: 'x', headers: { 'content-type': PROTOBUF } });
    expect(reply.json()['message']).toBe(
      'the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (78)',
    );
  });

  it('compresses what is long', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    await server.admin(MAPS, { method: 'POST', body: JSON.stringify({ metadata: { name: 'long' }, data: { a: 'x'.repeat(200_000) } }) });
    const long = await server.admin(`${MAPS}/long`, { headers });
    expect(long.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(long.body).toString()).toContain('x'.repeat(200_000));
    expect((await server.admin(`${MAPS}/one`, { headers })).headers['content-encoding']).toBeUndefined();
    await server.admin(`${MAPS}/long`, { method: 'DELETE' });
  });
});

describe('watches', () => {
  it('frame protobuf by length', async () => {
    const { body, headers } = await server.admin(`${MAPS}?watch=1`, { headers: { accept: PROTOBUF }, until: 300 });
    expect(headers['content-type']).toBe('application/vnd.kubernetes.protobuf;stream=watch');
    const length = body.readUInt32BE(0);
    const frame = body.subarray(4, 4 + length);
    expect(frame.subarray(0, 7).toString()).toBe('\n\u0005ADDED');
    expect(decodeProtobuf(frame.subarray(frame.indexOf('k8s\0')), typeOfKind)).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'one' } });
  });

  it('send tables with columns in the first event only', async () => {
    const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1';
    const { body } = await server.admin(`${MAPS}?watch=1&timeoutSeconds=1`, { headers: { accept }, until: 1200 });
    const [first, second] = body
      .toString()
      .split('\n')
      .map((line) => (line ? (JSON.parse(line) as { object: { columnDefinitions: unknown[] | null } }) : undefined));
    expect(first?.object.columnDefinitions?.length).toBeGreaterThan(0);
    expect(second?.object.columnDefinitions).toBeNull();
  });

  it('are not given as YAML', async () => {
    const { code, body } = await server.admin(`${MAPS}?watch=1`, { headers: { accept: 'application/yaml' } });
    expect(code).toBe(406);
    expect(body.toString()).toContain('application/json;stream=watch');
  });
});

describe('paths that are no resources', () => {
  it('tell health by what is true', async () => {
    expect((await server.admin('/readyz/poststarthook/rbac/bootstrap-roles')).code).toBe(500);
    expect((await server.admin('/livez/ping')).body.toString()).toBe('ok');
    server.api.health.started();
    expect((await server.admin('/readyz')).body.toString()).toBe('ok');
    const verbose = (await server.admin('/readyz?verbose&exclude=ping&exclude=foo')).body.toString();
    expect(verbose).toMatch(/^\[\+\]ping excluded: ok\n/);
    expect(verbose).toMatch(/warn: some health checks cannot be excluded: no matches for "foo"\nreadyz check passed\n$/);
    expect((await server.admin('/livez/foo')).body.toString()).toBe('404 page not found\n');
  });

  it('send clients on to the current OpenAPI document', async () => {
    const index = (await server.admin('/openapi/v3')).json() as { paths: Record<string, { serverRelativeURL: string }> };
    const url = index.paths['apis/apps/v1']?.serverRelativeURL ?? '';
    const document = await server.admin(url);
    expect(document.headers['cache-control']).toBe('public, immutable');
    expect((await server.admin(url, { headers: { 'if-none-match': String(document.headers.etag) } })).code).toBe(304);
    const moved = await server.admin('/openapi/v3/apis/apps/v1?hash=00');
    expect([moved.code, moved.headers.location]).toEqual([301, url]);
  });

  it('answer a deletion with what was deleted or with a Status, by kind', async () => {
    const kinds: string[] = [];
    for (const resource of ['serviceaccounts', 'configmaps']) {
      const collection = `/api/v1/namespaces/default/${resource}`;
      await server.admin(collection, { method: 'POST', body: JSON.stringify({ metadata: { name: 'gone' } }), headers: { 'content-type': 'application/json' } });
      kinds.push(String((await server.admin(`${collection}/gone`, { method: 'DELETE' })).json()['kind']));
    }
    expect(kinds).toEqual(['ServiceAccount', 'Status']);
  });
});
