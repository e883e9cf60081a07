// Our kubectl and the real one on a real API server: from equal objects they make equal objects, and of equal objects they print equal text.
// Skipped where no real control plane can be started (test/bench/servers.ts says what it takes).
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReal, stopReal, whyNoReal } from '../../bench/servers.ts';
import { temporaryFolder } from '../../fixtures/scratch.ts';
import { realBinary } from '../../fixtures/real-binaries.ts';

const reason = whyNoReal();
const ENTRY = join(import.meta.dirname, '../../../dist/ckadet.js');
const REAL = realBinary('kubectl');
const RUNS = Number(process.env['CKADET_RUNS'] ?? 12);
/** The same cases every time; others are tried with `CKADET_SEED`. */
const SEED = Number(process.env['CKADET_SEED'] ?? 7);

interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
type Json = Readonly<Record<string, unknown>>;

const home = temporaryFolder();
const at = (name: string): string => join(home.path, name);
let kubeconfig = '';

/** Each has a namespace of its own name; what it says of it is told as `NS`. */
function run(who: 'ours' | 'real', args: readonly string[]): Promise<Said> {
  const [program, first] = who === 'ours' ? [process.execPath, [ENTRY, 'kubectl']] : [REAL, []];
  const env = { ...process.env, HOME: home.path, CKADET_HOME: at('ckadet'), KUBECONFIG: kubeconfig };
  return new Promise((resolve) => {
    execFile(program, [...first, '-n', who, ...args], { env, encoding: 'utf8' }, (error, stdout, stderr) => {
      const told = (text: string): string =>
        text
          .replaceAll(`\\"namespace\\":\\"${who}\\"`, String.raw`\"namespace\":\"NS\"`)
          .replaceAll(`"namespace":"${who}"`, '"namespace":"NS"')
          .replaceAll(`(${who}/x;`, '(NS/x;')
          .replaceAll(`namespaces "${who}"`, 'namespaces "NS"')
          .replaceAll(/Namespace: "(?:ours|real)"/g, 'Namespace: NS')
          // A refused patch quotes the whole object the server has, status, times and all that controllers are about to write: no two are the same.
          .replaceAll(/patch: Invalid value: "(?:[^"\\]|\\.)*"/g, 'patch: Invalid value: "…"')
          .replaceAll(/(\\*"(?:uid|resourceVersion|creationTimestamp|time)\\*":\\*")[^"\\]*/g, '$1…');
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, stdout: told(stdout), stderr: told(stderr) });
    });
  });
}
const both = async (args: (who: 'ours' | 'real') => readonly string[]): Promise<readonly [Said, Said]> =>
  Promise.all([run('ours', args('ours')), run('real', args('real'))]);

/** What no client decides: names of the moment, addresses, and what controllers add. */
function settled(text: string): unknown {
  const { items } = JSON.parse(text) as { items: readonly Json[] };
  return items.map(({ metadata, spec, status: _status, ...rest }) => {
    const { uid: _u, resourceVersion: _r, creationTimestamp: _c, managedFields: _m, namespace: _n, annotations, ...kept } = metadata as Json;
    const { 'deployment.kubernetes.io/revision': _v, ...own } = (annotations ?? {}) as Json;
    const { clusterIP: _ip, clusterIPs: _ips, ...wanted } = (spec ?? {}) as Json;
    return { ...rest, spec: wanted, metadata: { ...kept, annotations: own } };
  });
}
const live = async (): Promise<readonly unknown[]> =>
  (await both(() => ['get', 'deploy,svc,cm', '-l', 'made=here', '-o', 'json'])).map(({ stdout }) => settled(stdout));

/** `..` and `.*` go through Go's maps, in whatever order, with nothing between some of the values: the characters are compared, and of failures that there was one. */
const anyOrder = ({ stdout, exitCode }: Said): Said => ({ exitCode, stderr: '', stdout: exitCode ? '' : [...stdout].sort().join('') });

const word = fc.constantFrom('a', 'b', 'c', 'd');
const uniqueBy = <T>(item: fc.Arbitrary<T>, key: (value: T) => unknown): fc.Arbitrary<T[]> => fc.uniqueArray(item, { selector: key, maxLength: 3 });
const text = fc.constantFrom('', 'x', 'a b', '1', 'true', 'ä"\\', 'l1\nl2');
const container = fc.record(
  {
    name: word,
    image: fc.constantFrom('nginx:1', 'nginx:2', 'busybox'),
    env: uniqueBy(fc.record({ name: fc.constantFrom('A', 'B', 'C'), value: text }), ({ name }) => name),
    ports: uniqueBy(fc.record({ containerPort: fc.constantFrom(80, 81, 8080), name: fc.constantFrom('p', 'q') }), ({ containerPort }) => containerPort),
    args: fc.array(text, { maxLength: 3 }),
    resources: fc.record({ requests: fc.dictionary(fc.constantFrom('cpu', 'memory'), fc.constantFrom('1', '100m', '1Gi')) }),
  },
  { requiredKeys: ['name', 'image'] },
);
const podSpec = fc.record(
  {
    containers: fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 3 }),
    volumes: uniqueBy(
      fc.oneof(fc.record({ name: word, emptyDir: fc.constant({}) }), fc.record({ name: word, configMap: fc.record({ name: word }) })),
      ({ name }) => name,
    ),
    tolerations: fc.array(fc.record({ key: word, operator: fc.constant('Exists') }), { maxLength: 2 }),
    nodeSelector: fc.dictionary(word, fc.constantFrom('x', 'y')),
    terminationGracePeriodSeconds: fc.constantFrom(0, 30, 60),
  },
  { requiredKeys: ['containers'] },
);
const annotations = fc.dictionary(word, text);
const deployment = fc
  .record({ annotations, replicas: fc.option(fc.constantFrom(0, 1), { nil: undefined }), spec: podSpec })
  .map(({ annotations: own, replicas, spec }): Json => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x', labels: { made: 'here' }, annotations: own },
    spec: { ...(replicas === undefined ? {} : { replicas }), selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } }, spec } },
  }));
const service = fc
  .record({
    annotations,
    ports: fc.uniqueArray(fc.record({ name: word, port: fc.constantFrom(80, 81, 443), targetPort: fc.constantFrom(80, 'p') }), {
      // The port is what strategic patches merge by: with one twice, no two makers of patches agree.
      selector: ({ port }) => port,
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ annotations: own, ports }): Json => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x', labels: { made: 'here' }, annotations: own },
    spec: { selector: { app: 'x' }, ports },
  }));
const configMap = fc.record({ annotations, data: fc.dictionary(word, text) }).map(({ annotations: own, data }): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', labels: { made: 'here' }, annotations: own },
  data,
}));
const objects = fc.tuple(deployment, service, configMap);

function file(name: string, items: readonly Json[]): string {
  writeFileSync(at(name), items.map((each) => JSON.stringify(each)).join('\n---\n'));
  return at(name);
}
async function start(items: readonly Json[], ...words: readonly string[]): Promise<void> {
  const path = file('start.yaml', items);
  await Promise.all((['ours', 'real'] as const).map((who) => runReal(who, ['delete', 'deploy,svc,cm', '-l', 'made=here', '--wait=false'])));
  await Promise.all((['ours', 'real'] as const).map((who) => runReal(who, ['create', '-f', path, ...words])));
}
/** The real one in either namespace. */
const runReal = (namespace: string, args: readonly string[]): Promise<Said> => run('real', ['-n', namespace, ...args]);

describe.skipIf(reason !== undefined)(`our kubectl and the real one on a real API server (skipped: ${reason ?? 'no'})`, () => {
  beforeAll(async () => {
    ({ kubeconfig } = await startReal(at('plane')));
    for (const namespace of ['ours', 'real']) await runReal('default', ['create', 'namespace', namespace]);
  });
  afterAll(() => stopReal(at('plane')));

  test('apply', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, annotations, fc.boolean(), async (first, second, drift, isServerSide) => {
        await start(first, '--save-config');
        for (const who of ['ours', 'real'])
          await runReal(who, ['patch', 'deploy/x', '--type=merge', '-p', JSON.stringify({ metadata: { annotations: drift }, spec: { paused: true } })]);
        const path = file('next.yaml', second);
        const [ours, real] = await both(() => ['apply', '-f', path, ...(isServerSide ? ['--server-side', '--force-conflicts'] : [])]);
        expect(ours).toEqual(real);
        const [made, wanted] = await live();
        expect(made).toEqual(wanted);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  });

  const pointer = fc.constantFrom(
    '/metadata/annotations/a',
    '/metadata/annotations',
    '/spec/template/spec/containers/0/image',
    '/spec/template/spec/containers/-',
    '/spec/replicas',
    '/spec/template/spec/volumes',
    '/none/there',
    '/spec/template/spec/containers/0/env/0',
  );
  const operations = fc.array(
    fc.oneof(
      fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointer, value: fc.oneof(text, fc.constant(1), container) }),
      fc.record({ op: fc.constantFrom('remove', 'copy'), path: pointer }),
    ),
    { maxLength: 3 },
  );
  const patches = fc.oneof(
    operations.map((body) => ['json', JSON.stringify(body)] as const),
    fc
      .tuple(fc.constantFrom('merge', 'strategic'), deployment, fc.boolean())
      .map(
        ([type, { metadata, spec }, deletes]) =>
          [
            type,
            JSON.stringify({ metadata, spec: deletes ? { template: { spec: { volumes: null, containers: [{ name: 'a', $patch: 'delete' }] } } } : spec }),
          ] as const,
      ),
  );
  test('patch', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(objects, patches, async (first, [type, body]) => {
        await start(first);
        const [ours, real] = await both(() => ['patch', 'deploy/x', `--type=${type}`, '-p', body]);
        expect(ours).toEqual(real);
        const [made, wanted] = await live();
        expect(made).toEqual(wanted);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  });

  const step = fc.constantFrom(
    '.metadata',
    '.spec',
    '.template',
    '.containers',
    '[0]',
    '[-1]',
    '[*]',
    '[0:2]',
    '.name',
    '.image',
    '..name',
    '[?(@.name=="a")]',
    '.annotations',
    '.data',
    '.ports',
    '.nope',
    '.*',
    '.env',
    "['a','b']",
  );
  const path = fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => steps.join(''));
  const forms = fc.oneof(
    path.map((each) => `jsonpath={${each}}`),
    path.map((each) => `jsonpath={range .items[*]}{${each}}{"\\n"}{end}`),
    path.map((each) => `jsonpath-as-json={${each}}`),
    fc.tuple(path, path).map(([a, b]) => `custom-columns=A:${a},B:${b}`),
    fc
      .constantFrom(
        '.metadata.name',
        '.spec',
        'range .spec.ports}}{{.port}}:{{.targetPort}} {{end',
        'range $k, $v := .metadata.annotations}}{{$k}}={{$v | printf "%q"}};{{end',
        'len .metadata',
        'index .metadata.labels "made"',
        '.nope.there',
        'if .data}}{{.data}}{{else}}-{{end',
        'printf "%v %d" .spec .kind',
      )
      .map((each) => `go-template={{${each}}}`),
    fc.constantFrom('yaml', 'json', 'name', 'kyaml'),
  );
  test('what is printed', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(objects, fc.array(forms, { minLength: 4, maxLength: 4 }), async (items, outputs) => {
        const made = file('print.yaml', items);
        for (const output of outputs) {
          const [ours, real] = await both(() => ['create', '--dry-run=client', '--validate=false', '-n', 'default', '-f', made, '-o', output]);
          // The real one panics at some paths: there is nothing to be equal to.
          if (real.stderr.includes('goroutine 1')) continue;
          const told = /\.\.|\.\*/.test(output) ? anyOrder : (said: Said): Said => said;
          expect({ output, ...told(ours) }).toEqual({ output, ...told(real) });
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  });
});
