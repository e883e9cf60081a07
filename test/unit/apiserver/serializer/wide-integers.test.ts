// Integers that no double can hold, in every form they come and go in, by every way to change them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { typeOfKind } from '../../../../src/sim/apiserver/serializer/kinds.ts';
import { decodeProtobuf } from '../../../../src/sim/apiserver/serializer/protobuf/decode.ts';
import { encodeMessage } from '../../../../src/sim/apiserver/serializer/protobuf/encode.ts';
import { seal } from '../../../../src/sim/apiserver/serializer/protobuf/envelope.ts';
import { httpsServer, type HttpsServer, type Reply } from '../../../fixtures/https-server.ts';

const WIDE = '9007199254740993';
const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
const REVISIONS = '/apis/apps/v1/namespaces/default/controllerrevisions';
const WIDGETS = '/apis/wide.example.com/v1/namespaces/default/widgets';

let server: HttpsServer;
beforeAll(async () => {
  server = await httpsServer();
  const definition = {
    metadata: { name: 'widgets.wide.example.com' },
    spec: {
      group: 'wide.example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { size: { type: 'integer', minimum: 5, multipleOf: 3 } } },
              },
            },
          },
          additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        },
      ],
    },
  };
  server.api.start();
  await server.admin('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { method: 'POST', body: JSON.stringify(definition) });
});
afterAll(async () => {
  server.api.stop();
  await server.close();
});

const text = ({ body }: Reply): string => body.toString();
const revision = (name: string, number = WIDE): string => `{"metadata":{"name":"${name}"},"revision":${number},"data":{"inner":${number}}}`;
const post = (path: string, body: string | Buffer, type = JSON_TYPE, accept = JSON_TYPE): Promise<Reply> =>
  server.admin(path, { method: 'POST', body, headers: { 'content-type': type, accept } });

test('JSON in, all forms out', async () => {
  expect(text(await post(REVISIONS, revision('json')))).toContain(`"revision":${WIDE}`);
  expect(text(await server.admin(`${REVISIONS}/json`))).toContain(`"inner":${WIDE}`);
  const yaml = text(await server.admin(`${REVISIONS}/json`, { headers: { accept: YAML_TYPE } }));
  expect(yaml).toContain(`revision: ${WIDE}`);
  expect(yaml).toContain(`inner: ${WIDE}`);
  expect(text(await server.admin(`${REVISIONS}?pretty=1`))).toContain(`"revision": ${WIDE}`);
});

test('YAML in', async () => {
  const answer = await post(REVISIONS, `metadata: {name: yaml}\nrevision: ${WIDE}\ndata: {inner: -${WIDE}, small: 7}`, YAML_TYPE);
  expect(text(answer)).toContain(`"revision":${WIDE}`);
  expect(text(answer)).toContain(`{"inner":-${WIDE},"small":7}`);
});

test('protobuf out and in', async () => {
  const { body } = await post(REVISIONS, revision('wire'), JSON_TYPE, PROTOBUF_TYPE);
  await server.admin(`${REVISIONS}/wire`, { method: 'DELETE' });
  const { apiVersion, kind, metadata: _metadata, ...rest } = decodeProtobuf(body, typeOfKind);
  const again = seal(String(apiVersion), String(kind), encodeMessage('io.k8s.api.apps.v1.ControllerRevision', { metadata: { name: 'wire' }, ...rest }));
  const answer = text(await post(REVISIONS, again, PROTOBUF_TYPE));
  expect(answer).toContain(`"data":{"inner":${WIDE}}`);
  expect(answer).toContain(`"revision":${WIDE}`);
});

test.each([WIDE, `-${WIDE}`, '9223372036854775807', '-9223372036854775808', '4294967296', '-4294967297', '-1', '0'])('%s in a message', (number) => {
  const sealed = seal('apps/v1', 'ControllerRevision', encodeMessage('io.k8s.api.apps.v1.ControllerRevision', { metadata: {}, revision: BigInt(number) }));
  expect(String(decodeProtobuf(sealed, typeOfKind)['revision'])).toBe(number);
});

test.each([
  ['merge-patch+json', `{"revision":${WIDE}}`],
  ['strategic-merge-patch+json', `{"revision":${WIDE}}`],
  ['json-patch+json', `[{"op":"replace","path":"/revision","value":${WIDE}}]`],
  ['apply-patch+yaml', `{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: patched}, revision: ${WIDE}}`],
])('%s', async (type, body) => {
  await server.admin(`${REVISIONS}/patched`, { method: 'DELETE' });
  await post(REVISIONS, '{"metadata":{"name":"patched"},"revision":1,"data":{}}');
  const patched = await server.admin(`${REVISIONS}/patched?fieldManager=me&force=${type.startsWith('apply')}`.replace('&force=false', ''), {
    method: 'PATCH',
    body,
    headers: { 'content-type': `application/${type}` },
  });
  expect(text(patched)).toContain(`"revision":${WIDE}`);
  expect(text(await server.admin(`${REVISIONS}/patched`))).toContain(`"revision":${WIDE}`);
});

test('custom resources keep them, check them and show them', async () => {
  const widget = (size: string): string =>
    `{"apiVersion":"wide.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"size":${size},"free":${WIDE}}}`;
  const refused = await post(WIDGETS, widget(`-${WIDE}`));
  expect(text(refused)).toContain(`spec.size: Invalid value: -${WIDE}: spec.size in body should be greater than or equal to 5`);
  expect(text(await post(WIDGETS, widget('9007199254740994')))).toContain(
    'spec.size: Invalid value: 9007199254740994: spec.size in body should be a multiple of 3',
  );
  expect(text(await post(WIDGETS, widget(WIDE)))).toContain(`"spec":{"size":${WIDE},"free":${WIDE}}`);
  const table = await server.admin(WIDGETS, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } });
  expect(text(table)).toContain(`"cells":["w",${WIDE}]`);
});

test('what does not fit the field is refused with all its digits', async () => {
  expect(text(await post(REVISIONS, revision('huge', '18446744073709551616')))).toContain(
    'number 18446744073709551616 into Go struct field ControllerRevision.revision',
  );
});
