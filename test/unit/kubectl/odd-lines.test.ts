// Whatever stands on the line, in the files and on stdin, and whatever the server says: kubectl ends with a sentence of its own and an exit code.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node } from '../../../src/kubectl/command-tree.ts';
import type { FlagSpec, FlagSpecs, FlagType } from '../../../src/kubectl/flags/flag.ts';
import { GLOBAL_FLAGS } from '../../../src/kubectl/flags/global.ts';
import { runKubectl } from '../../../src/kubectl/run.ts';
import { TREE } from '../../../src/kubectl/tree.ts';
import { oddPorts, type OddMachine } from '../../fixtures/odd-machine.ts';

/** Those that go on until they are interrupted. */
const ENDLESS = ['proxy', 'port-forward'];

interface Known {
  readonly words: readonly string[];
  readonly flags: FlagSpecs;
}
async function known(nodes: readonly Node[], above: readonly string[] = []): Promise<readonly Known[]> {
  const found: Known[] = [];
  for (const node of nodes) {
    const words = [...above, node.name];
    if (ENDLESS.includes(node.name)) continue;
    found.push({ words, flags: node.load ? (await node.load()).command.flags : {} });
    if (node.type === 'group') found.push(...(await known(node.children, words)));
  }
  return found;
}
const COMMANDS = await known(TREE);

const DEPLOYMENT =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {a: b}}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: c, image: i}]}\n';
const TEXTS = [
  DEPLOYMENT,
  '',
  '\n---\n---\n',
  'null',
  '[]',
  '7',
  'a: [',
  '{"a":',
  'kind: Pod',
  'apiVersion: v1',
  'apiVersion: v1\nkind: List\nitems: 3\n',
  'apiVersion: v1\nkind: List\nitems: [null, 1, {kind: Pod}]\n',
  'apiVersion: v1\nkind: Pod\nmetadata: 3\nspec: []\n',
  'apiVersion: v1\nkind: Pod\nmetadata: {name: 3, labels: [1], annotations: x}\nspec: {containers: {a: b}}\n',
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: null\n',
  'apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: other}\nspec: {ports: [1], selector: x}\n',
  'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml, ../x]\n',
  'apiVersion: 3\nkind: [Pod]\n',
  '\u0000\u0001\u00ff\u00fe binary',
  'a: &a [*a]\n',
  'a: 1\na: 2\n',
  '\tkey: tab',
  'A=1\nB=\n=x\n\u00ff=1\n',
];
const BODIES: string[] = [
  '',
  'null',
  '[]',
  '{}',
  '7',
  '<html>',
  '{"kind":"Status"}',
  '{"kind":"Status","status":"Failure","message":3,"reason":[],"code":"x"}',
  '{"items":null}',
  '{"items":[null,1]}',
  '{"kind":"Pod","metadata":null,"spec":3,"status":[]}',
  '{"kind":"Table","rows":[1],"columnDefinitions":null}',
  '{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","kind":"Pod","namespaced":true,"verbs":["get","list"]},{},null]}',
];

BODIES.push(
  '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default","creationTimestamp":"x"},"spec":{"replicas":"x","template":null}}',
  '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"conditions":[null,{}]}}',
  '{"apiVersion":"v1","kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","ownerReferences":[{}],"labels":{"a":1}},"spec":{"containers":[{}],"volumes":[{}],"tolerations":[null]},"status":{"containerStatuses":[{}],"conditions":[{}]}}]}',
  '{"apiVersion":"v1","kind":"Node","metadata":{"name":"web","creationTimestamp":null},"spec":{"taints":[{}]},"status":{"capacity":{"cpu":"x"},"allocatable":{},"conditions":[{}],"addresses":null}}',
  '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"web"},"data":{"a":"%%"}}',
  '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":"NotFound","details":{"name":"a","kind":"pods"},"code":404}',
  '{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{},"columnDefinitions":[{"name":"Name"},{}],"rows":[{"cells":["a",null,3]},{}]}',
  '{"type":"ADDED","object":{"kind":"Pod"}}',
);

const FILES = ['a.yaml', 'dir', 'dir/b.json', 'missing.yaml', '-', '', '/', 'http://127.0.0.1:1/x.yaml', 'env.txt', '..'];
const WORDS = [
  'pods',
  'pod/web',
  'deploy/',
  '/x',
  'deployments.apps',
  'deployment.v1.apps/web',
  'nosuch',
  'web',
  'all',
  'nodes',
  'a,b',
  'pods,services',
  'a/b/c',
  '',
  ' ',
  'a=b',
  'a-',
  'a=b:NoSchedule',
  '-',
  '--',
  'ä',
  '%',
  '{.x}',
  'c=image:1',
  'clusters.x.server',
  'true',
  '3',
  'crontabs.v1.stable.example.com',
];
const VALUES: Readonly<Record<FlagType, readonly string[]>> = {
  bool: ['true', 'false', 'maybe', ''],
  string: [
    ...FILES,
    ...WORDS,
    'json',
    'yaml',
    'wide',
    'name',
    'jsonpath={.a[?(@.b=="c")]}',
    'jsonpath={',
    'go-template={{.a}}',
    'go-template={{range',
    'custom-columns=A:.b',
    'custom-columns',
    'custom-columns=A',
    'client',
    'server',
    'a in (b',
    '{"spec":{}}',
    '[{"op":"add"}]',
    '{"a":',
    'delete',
    'jsonpath={.status.x}=y',
    'condition=Ready',
    '80:http',
  ],
  tristate: ['true', 'false', 'x'],
  int: ['0', '-1', '1', '99999999999999999999', '0x10', 'x', ''],
  int32: ['0', '-1', '2147483648', '80', 'x'],
  duration: ['0', '1s', '-1s', '5', '1h1m1.5s', 'x', '99999999h'],
  strings: [...FILES, 'a,b', '"a,b"', '"a', ',', 'a=b,c=d'],
  array: [...FILES, 'a=b', '=', 'a=', 'KEY=va=lue'],
  pairs: ['a=b', 'a', '=', 'a=b,c', ''],
  levels: ['a=1', 'a', 'a=-1', 'a=x', ''],
};

const GLOBALS = Object.entries(GLOBAL_FLAGS);
const flagWords = ([name, spec]: readonly [string, FlagSpec]): fc.Arbitrary<readonly string[]> =>
  fc.tuple(fc.constantFrom(...VALUES[spec.type]), fc.integer({ min: 0, max: 3 })).map(([value, form]) => {
    if (form === 0) return [`--${name}=${value}`];
    if (form === 1) return [`--${name}`, value];
    if (form === 2) return [`--${name}`];
    return spec.short ? [`-${spec.short}`, value] : [`--${name}=${value}`];
  });

const line = fc.constantFrom(...COMMANDS).chain(({ words, flags }) =>
  fc
    .record({
      own: Object.keys(flags).length ? fc.array(fc.constantFrom(...Object.entries(flags)).chain(flagWords), { maxLength: 4 }) : fc.constant([]),
      global: fc.option(fc.constantFrom(...GLOBALS).chain(flagWords), { freq: 3, nil: [] }),
      args: fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }),
      turned: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ own, global, args, turned }) => {
      const rest = [...own.flat(), ...global, ...args];
      return [...words, ...rest.slice(turned % (rest.length + 1)), ...rest.slice(0, turned % (rest.length + 1))];
    }),
);

const KUBECONFIG =
  'apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]\nusers: [{name: u, user: {token: t}}]\n';
const text = fc.constantFrom(...TEXTS);
const machine: fc.Arbitrary<OddMachine> = fc
  .record({
    a: text,
    b: text,
    env: text,
    stdin: text,
    kubeconfig: fc.oneof({ weight: 9, arbitrary: fc.constant(KUBECONFIG) }, { weight: 1, arbitrary: text }),
    server: fc.option(
      fc.record({ isKnown: fc.boolean(), status: fc.constantFrom(200, 200, 404, 401, 403, 409, 422, 500, 503, 204), body: fc.constantFrom(...BODIES) }),
      { freq: 2, nil: undefined },
    ),
  })
  .map(({ a, b, env, stdin, kubeconfig, server }) => ({
    files: { '/kubeconfig': kubeconfig, '/desk/a.yaml': a, '/desk/dir/b.json': b, '/desk/env.txt': env, '/desk/dir/kustomization.yaml': a },
    stdin,
    server,
  }));

/** What only the language or the system under it would say. */
const FOREIGN =
  /\n\s+at [\w.<]|TypeError|RangeError|SyntaxError|ReferenceError|\bundefined\b|\[object |Cannot (?:read propert|convert|set|mix|create)|is not (?:a function|iterable|a constructor|valid JSON)|Unexpected (?:token|end of JSON|non-whitespace)|Invalid (?:URL|array length|time value|string length|regular expression|Date)|\bE(?:NOENT|ISDIR|INVAL|ACCES|CONNREFUSED|NOTDIR)\b|\bNaN\b|call stack|Assignment to constant|at position \d|implicit keys|YAML[A-Z]w+/;

test('every line ends with a sentence and an exit code', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(line, machine, async (words, odd) => {
      const written = { stdout: '', stderr: '' };
      const exitCode = await runKubectl(words, oddPorts(odd, written));
      expect(Number.isInteger(exitCode) && exitCode >= 0 && exitCode < 256).toBe(true);
      expect(written.stderr).not.toMatch(FOREIGN);
      expect(written.stdout).not.toMatch(/\n\s+at [\w.<]|TypeError|\[object /);
      expect(exitCode === 0 || `${written.stderr}${written.stdout}` !== '').toBe(true);
    }),
    // The same lines every time; CKADET_SEED=… tries others.
    { numRuns: Number(process.env['CKADET_RUNS'] ?? 1000), seed: Number(process.env['CKADET_SEED'] ?? 35) },
  );
});
