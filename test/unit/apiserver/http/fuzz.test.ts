// Whatever clients send, the server answers, and never with 500.
import { array, assert, asyncProperty, base64String, constantFrom, json, oneof, record, string, tuple } from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { httpsServer, type HttpsServer, type Reply } from '../../../fixtures/https-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';
let server: HttpsServer;
beforeAll(async () => {
  server = await httpsServer();
  await server.admin(MAPS, { method: 'POST', body: JSON.stringify({ metadata: { name: 'one' }, data: { a: 'b' } }) });
});
afterAll(() => server.close());

const KEYS = constantFrom(
  'metadata',
  'name',
  'spec',
  'data',
  'containers',
  'kind',
  'apiVersion',
  '__proto__',
  'constructor',
  'labels',
  'x',
  'ports',
  '0',
  'toString',
);
const pieces = array(
  oneof(
    KEYS.map((key) => `"${key}":`),
    constantFrom('{', '}', '[', ']', ',', '1', '-', 'null', '"a"', '1e9', 'true', '99999999999999999999', ' ', '\n', '\\', '\u2028'),
  ),
  {
    maxLength: 30,
  },
).map((parts) => parts.join(''));
const objects = array(tuple(KEYS, json()), { maxLength: 6 }).map((entries) => `{${entries.map(([key, value]) => `"${key}":${value}`).join(',')}}`);
const yamls = oneof(
  string(),
  array(constantFrom('a: b', '- a', '  c: &x d', ' e: *x', '---', '%', '"', '{', '}', 'y: [', '\t', 'a: 1', '? a', '!!binary x', '<<: *x', 'd: 2020-01-01'), {
    maxLength: 8,
  }).map((lines) => lines.join('\n')),
);
/** 504 is upstream's answer to revisions from the future. */
async function settled(reply: Promise<Reply>): Promise<void> {
  const { code, body } = await reply;
  if (code >= 500 && code !== 504) throw new Error(`${code}: ${body.toString()}`);
}
const RUNS = { numRuns: 150 };

test.each(['application/json', 'application/vnd.kubernetes.protobuf'])('%s bodies', async (type) => {
  const paths = constantFrom(
    MAPS,
    PODS,
    `${PODS}/x/binding`,
    '/apis/apps/v1/namespaces/default/deployments',
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
  );
  await assert(
    asyncProperty(paths, oneof(pieces, objects, json()), constantFrom('Strict', 'Warn', 'Ignore'), (path, body, validation) =>
      settled(server.admin(`${path}?dryRun=All&fieldValidation=${validation}`, { method: 'POST', body, headers: { 'content-type': type } })),
    ),
    RUNS,
  );
});

test('YAML bodies', async () => {
  await assert(
    asyncProperty(yamls, (body) =>
      settled(server.admin(`${MAPS}?dryRun=All&fieldValidation=Strict`, { method: 'POST', body, headers: { 'content-type': 'application/yaml' } })),
    ),
    RUNS,
  );
});

test('patches', async () => {
  const types = constantFrom(
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  );
  const operations = array(
    record({
      op: constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
      path: constantFrom('/data/a', '/metadata', '', '/x/y', '/data/-', '/__proto__/a'),
      value: json(),
    }),
  ).map((each) => JSON.stringify(each));
  await assert(
    asyncProperty(types, oneof(objects, operations, pieces), (type, body) =>
      settled(server.admin(`${MAPS}/one?dryRun=All&fieldManager=f`, { method: 'PATCH', body, headers: { 'content-type': type } })),
    ),
    RUNS,
  );
});

test('selectors, tokens and numbers of lists', async () => {
  const options = constantFrom(
    'labelSelector',
    'fieldSelector',
    'continue',
    'limit',
    'resourceVersion',
    'resourceVersionMatch',
    'timeoutSeconds',
    'pretty',
    'includeObject',
  );
  const values = oneof(
    string(),
    base64String(),
    array(constantFrom('a', '=', '!', ' in ', '(', ')', ',', '>', 'metadata.name', '1', '-1')).map((parts) => parts.join('')),
  );
  await assert(
    asyncProperty(
      options,
      values,
      constantFrom('application/json', 'application/json;as=Table;g=meta.k8s.io;v=v1', 'application/yaml'),
      (option, value, accept) =>
        settled(server.admin(`${MAPS}?${option}=${encodeURIComponent(value.replace(/[\uD800-\uDFFF]/g, ''))}`, { headers: { accept } })),
    ),
    RUNS,
  );
});
