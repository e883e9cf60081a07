// Kustomizations made into manifests; the texts expected here are those of kubectl 1.35.
import { expect, test } from 'vitest';
import { buildKustomization, manifestsOf } from '../../../src/kubectl/kustomize/build.ts';
import type { FileSystem, OutputStream } from '../../../src/kubectl/ports.ts';

const missing = (path: string): Error => Object.assign(new Error(path), { code: 'ENOENT' });

function filesOf(tree: Readonly<Record<string, string>>): FileSystem {
  const refuse = (): never => {
    throw new Error('only reads are expected');
  };
  const status = async (path: string) => {
    const isFolder = Object.keys(tree).some((each) => each.startsWith(`${path}/`));
    if (tree[path] === undefined && !isFolder) throw missing(path);
    return { kind: isFolder ? ('directory' as const) : ('file' as const), size: 0, mode: 0o644, modifiedMs: 0 };
  };
  return {
    cwd: '/w',
    stat: status,
    lstat: status,
    read: async (path) => Buffer.from(tree[path] ?? refuse(), 'utf8'),
    list: refuse,
    write: refuse,
    makeFolder: refuse,
    readLink: refuse,
    realPath: async (path) => path,
    makeLink: refuse,
    rename: refuse,
    remove: refuse,
    makeTemporaryFile: refuse,
    makeTemporaryFolder: refuse,
  };
}

async function build(tree: Readonly<Record<string, string>>, folder = 'over'): Promise<{ readonly text: string; readonly said: string }> {
  let said = '';
  const stderr: OutputStream = {
    isTerminal: false,
    size: () => undefined,
    onResize: () => () => {},
    room: () => undefined,
    write: (data) => void (said += String(data)),
  };
  return { text: manifestsOf(await buildKustomization(folder, { files: filesOf(tree), env: {}, stderr })), said };
}

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: nginx}, {name: b, image: bb, envFrom: [{configMapRef: {name: conf}}]}]}\n';
const BASE = {
  '/w/base/pod.yaml': POD,
  '/w/base/kustomization.yaml': 'resources: [pod.yaml]\nconfigMapGenerator:\n- {name: conf, literals: [mode=base]}\n',
};

test('names, hashes and what refers to them change together; a patch puts its elements first', async () => {
  const over = `resources: [../base]
namePrefix: dev-
images: [{name: nginx, newTag: "1.27"}]
labels: [{pairs: {env: dev}}]
patches:
- patch: |-
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec: {containers: [{name: b, env: [{name: X, value: "1"}]}]}
`;
  const { text } = await build({ ...BASE, '/w/over/kustomization.yaml': over });
  const name = /name: (dev-conf-\w{10})\n/.exec(text)?.[1] ?? '';
  expect(text).toBe(`apiVersion: v1
data:
  mode: base
kind: ConfigMap
metadata:
  labels:
    env: dev
  name: ${name}
---
apiVersion: v1
kind: Pod
metadata:
  labels:
    env: dev
  name: dev-web
spec:
  containers:
  - env:
    - name: X
      value: "1"
    envFrom:
    - configMapRef:
        name: ${name}
    image: bb
    name: b
  - image: nginx:1.27
    name: a
`);
});

test('the hash is of what is in it', async () => {
  const { text } = await build({ '/w/over/kustomization.yaml': 'configMapGenerator: [{name: a, literals: [x=1]}]\n' });
  const { text: other } = await build({ '/w/over/kustomization.yaml': 'configMapGenerator: [{name: a, literals: [x=2]}]\n' });
  expect(text).toMatch(/name: a-[a-z0-9]{10}\n/);
  expect(other).not.toBe(text);
});

test('values are put from one object into others', async () => {
  const over = `resources: [../base]
replacements:
- source: {kind: Pod, fieldPath: "spec.containers.[name=a].image"}
  targets:
  - {select: {kind: Pod}, fieldPaths: ["spec.containers.[name=b].image"]}
  - {select: {kind: Pod}, fieldPaths: ["metadata.annotations.from"], options: {create: true}}
`;
  const { text } = await build({ ...BASE, '/w/over/kustomization.yaml': over });
  expect(text.match(/image: nginx/g)).toHaveLength(2);
  expect(text).toContain('annotations:\n    from: nginx\n');
});

test.each([
  [
    'resources: [x.yaml]\n',
    "accumulating resources: accumulation err='accumulating resources from 'x.yaml': evalsymlink failure on '/w/over/x.yaml' : lstat /w/over/x.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/w/over/x.yaml' : lstat /w/over/x.yaml: no such file or directory",
  ],
  ['foo: 1\n', 'invalid Kustomization: json: unknown field "foo"'],
  ['', 'kustomization.yaml is empty'],
  ['resources: [../over]\n', "contains visited root '/w/over'"],
  ['helmCharts: [{name: x}]\n', 'the field helmCharts of a kustomization is not supported by this kubectl'],
  ['resources: ["https://example.com/x"]\n', "remote resource 'https://example.com/x' is not supported by this kubectl"],
])('%j is refused', async (kustomization, message) => {
  await expect(build({ '/w/over/kustomization.yaml': kustomization })).rejects.toThrow(message);
});

test('old fields are told of', async () => {
  const { said } = await build({ ...BASE, '/w/over/kustomization.yaml': 'bases: [../base]\ncommonLabels: {a: b}\n' });
  expect(said).toBe(
    "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n",
  );
});
