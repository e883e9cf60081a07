// Groups called alone, help that is asked for oddly, preferences turned off: where it is said and with which exit code, as kubectl 1.35 does.
import { expect, test } from 'vitest';
import { runKubectl } from '../../../src/kubectl/run.ts';
import { oddPorts } from '../../fixtures/odd-machine.ts';

async function call(words: string, env: Readonly<Record<string, string>> = {}): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const exitCode = await runKubectl(words.split(' '), oddPorts({ files: {}, env, stdin: '', server: undefined }, written));
  return { exitCode, ...written };
}

test.each(['top', 'config', 'create service', 'create secret', 'auth', 'plugin', 'alpha kuberc', 'set'])('%s alone: its help is a failure', async (words) => {
  const { exitCode, stdout, stderr } = await call(words);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(`Use "kubectl ${words} <command> --help" for more information about a given command.`);
});

test.each([
  ['rollout', 1],
  ['certificate', 0],
  ['certificate foo', 0],
  ['alpha', 0],
])('%s shows its help on stdout and ends with %d', async (words, exitCode) => {
  const called = await call(words);
  expect(called).toMatchObject({ exitCode, stderr: '' });
  expect(called.stdout).toContain('Available Commands:');
});

test('--help is a flag with a value', async () => {
  expect(await call('get --help=foo')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `error: invalid argument "foo" for "-h, --help" flag: strconv.ParseBool: parsing "foo": invalid syntax\nSee 'kubectl get --help' for usage.\n`,
  });
  expect((await call('options --help=false')).stdout).toContain('The following options can be passed to any command');
  expect(await call('get --help --nope')).toMatchObject({ exitCode: 1, stderr: "error: unknown flag: --nope\nSee 'kubectl get --help' for usage.\n" });
});

test('help for a topic that is none', async () => {
  const { exitCode, stdout, stderr } = await call('help foo');
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
  expect(stderr).toMatch(/^Unknown help topic \[`foo`\]\n\n\nBasic Commands \(Beginner\):\n/);
});

test('without preferences there is nothing in alpha, and no file of them to name', async () => {
  const off = { KUBECTL_KUBERC: 'false' };
  expect(await call('alpha kuberc view', off)).toEqual({ exitCode: 0, stdout: '', stderr: 'No alpha commands are available in this version of kubectl\n' });
  expect(await call('version --client --kuberc=x', off)).toMatchObject({
    exitCode: 1,
    stderr: "error: unknown flag: --kuberc\nSee 'kubectl version --help' for usage.\n",
  });
  expect((await call('--help', off)).stdout).not.toContain('alpha');
  expect((await call('--help')).stdout).toContain('alpha');
});

test('a pattern of proxy that is none ends it as its log does', async () => {
  const { exitCode, stderr } = await call('proxy --port=0 --accept-paths=(');
  expect(exitCode).toBe(255);
  expect(stderr).toMatch(/^F\d{4} [\d:.]+ +\d+ proxy_server\.go:83\] Error compiling re: error parsing regexp: missing closing \): `\(`\n$/);
});

const BASES = {
  '/desk/base/kustomization.yaml': 'resources: [a.yaml]\n',
  '/desk/base/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: ns1}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns1}\n',
  '/desk/over/kustomization.yaml': 'resources: [../base/a.yaml]\n',
  '/desk/broken/kustomization.yaml': 'resources: [b.yaml]\n',
  '/desk/broken/b.yaml': 'a: b: c\n',
};
async function kustomize(
  words: string,
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string; names(folder: string): Promise<readonly string[]> }> {
  const written = { stdout: '', stderr: '' };
  const ports = oddPorts({ files: { ...BASES, '/desk/out/.keep': '' }, stdin: '', server: undefined }, written);
  const exitCode = await runKubectl(['kustomize', ...words.split(' ')], ports);
  return { exitCode, ...written, names: (folder) => ports.files.list(folder) };
}

test('kustomize reads above its folder only where it is told to', async () => {
  expect((await kustomize('over')).stderr).toContain("security; file '/desk/base/a.yaml' is not in or below '/desk/over'");
  expect((await kustomize('over --load-restrictor=LoadRestrictionsNone')).stdout).toContain('kind: ConfigMap');
  expect((await kustomize('over --load-restrictor=x')).stderr).toBe(
    'error: illegal flag value --load-restrictor x; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]\n',
  );
});

test('kustomize writes each object into a file of a folder that is there', async () => {
  const { exitCode, stdout, stderr, names } = await kustomize('base -o out');
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(await names('out')).toEqual(['.keep', 'default_v1_configmap_a.yaml', 'ns1_apps_v1_deployment_d.yaml', 'v1_namespace_ns1.yaml']);
});

test('kustomize names the file that is no YAML', async () => {
  expect((await kustomize('broken')).stderr).toBe(
    "error: accumulating resources: accumulating resources from 'b.yaml': MalformedYAMLError: yaml: mapping values are not allowed in this context in File: b.yaml\n",
  );
});
