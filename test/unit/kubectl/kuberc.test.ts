// Preferences: what they make of a line, and what is said of a file that cannot be used. The sentences are kubectl 1.35's.
import { describe, expect, test } from 'vitest';
import { runKubectl } from '../../../src/kubectl/run.ts';
import { oddPorts } from '../../fixtures/odd-machine.ts';

const HEAD = 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n';
const ALIASES = `${HEAD}aliases:
- {name: aa, command: nosuch}
- {name: bb, command: get, options: [{name: nope, default: x}]}
- {name: ee, command: run, options: [{name: image, default: nginx}, {name: dry-run, default: client}], appendArgs: ["--", x, z]}
defaults:
- {command: run, options: [{name: image, default: other}]}
`;

async function said(line: string, kuberc: string, env: Readonly<Record<string, string>> = {}) {
  const written = { stdout: '', stderr: '' };
  const machine = { files: { '/kubeconfig': '', '/desk/k.yaml': kuberc }, env, stdin: '', server: undefined };
  const exitCode = await runKubectl(line.split(' '), oddPorts(machine, written));
  return { exitCode, ...written };
}
const failing = (problem: string) => ({ exitCode: 1, stdout: '', stderr: `error occurred while applying preferences ${problem}\n` });

describe('preferences', () => {
  test.each([
    ['aa', ALIASES, 'command "nosuch" not found to set alias "aa": [nosuch]'],
    ['bb', ALIASES, 'invalid alias flag nope in alias kubectl'],
    ['get ns', `${HEAD}aliases: [{name: get1, command: get}]`, 'invalid alias name, can only include alphabetical characters'],
    ['get ns', `${HEAD}aliases: [{name: a, command: get}, {name: a, command: get}]`, 'duplicate alias name a'],
    ['get ns', `${HEAD}defaults: [{command: get, options: [{name: --output, default: a}]}]`, 'flag name --output should be in long form without dashes'],
    ['get ns', `${HEAD}defaults: [{command: get, options: [{name: nope, default: a}]}]`, 'invalid flag nope for command get'],
    [
      'get ns',
      `${HEAD}defaults: [{command: get, options: [{name: chunk-size, default: a}]}]`,
      'could not apply override value a to flag chunk-size in command get err: invalid argument "a" for "--chunk-size" flag: strconv.ParseInt: parsing "a": invalid syntax',
    ],
    ['get ns', 'aliases: 3', 'kuberc error kuberc: no valid preferences found in k.yaml, use --v=5 to see details'],
  ])('%s is refused', async (line, kuberc, problem) => {
    expect(await said(`${line} --kuberc k.yaml`, kuberc)).toEqual(failing(problem));
  });

  test('a file that is named has to be there', async () => {
    expect(await said('get ns --kuberc none', '')).toEqual(failing('kuberc error kuberc: open none: no such file or directory'));
    expect(await said('get ns --kuberc', '')).toEqual(failing('kuberc file is not found'));
    expect(await said('get ns --kuberc k.yaml', '', { KUBERC: 'off' })).toEqual(
      failing('kuberc error disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive'),
    );
  });

  test('an alias brings its flags and arguments, and what is written wins', async () => {
    const image = '-o=jsonpath={.spec.containers[0].image}{.spec.containers[0].args}';
    expect(await said(`ee one --kuberc k.yaml ${image}`, ALIASES)).toMatchObject({ exitCode: 0, stdout: 'nginx["x","z"]' });
    expect(await said(`ee one --kuberc k.yaml --image=mine ${image}`, ALIASES)).toMatchObject({ exitCode: 0, stdout: 'mine["x","z"]' });
  });

  test('preferred values of flags stand in for those that are not written', async () => {
    const line = 'run one --dry-run=client --kuberc k.yaml -o=jsonpath={.spec.containers[0].image}';
    expect(await said(line, ALIASES)).toMatchObject({ exitCode: 0, stdout: 'other' });
    expect(await said(`${line} --image mine`, ALIASES)).toMatchObject({ exitCode: 0, stdout: 'mine' });
  });

  test('names of v1alpha1 and fields that nobody knows', async () => {
    const old = 'apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\nfoo: 1\noverrides: [{command: run, flags: [{name: image, default: old}]}]\n';
    expect(await said('run one --dry-run=client --kuberc k.yaml -o=jsonpath={.spec.containers[0].image}', old)).toEqual({
      exitCode: 0,
      stdout: 'old',
      stderr: 'kuberc: ignoring strict decoding error in k.yaml: strict decoding error: unknown field "foo"',
    });
  });
});
