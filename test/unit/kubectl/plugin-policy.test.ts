// Programs for credentials that the preferences allow, refuse, or name in a way that makes no sense; the sentences are those of kubectl 1.35.
import { describe, expect, test } from 'vitest';
import { confirmPolicy, pluginRefusal } from '../../../src/kubectl/kuberc/plugin-policy.ts';
import { oddPorts } from '../../fixtures/odd-machine.ts';

const KUBERC = '/home/someone/.kube/kuberc';
const refusal = (policy: string, command = 'helper'): Promise<string | undefined> => {
  const text = `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${policy}\n`;
  const ports = oddPorts({ files: { [KUBERC]: text }, stdin: '', server: undefined }, { stdout: '', stderr: '' });
  const find = async (name: string): Promise<string | undefined> =>
    ({ helper: '/usr/bin/helper', other: '/usr/bin/other', '/usr/bin/helper': '/usr/bin/helper' })[name];
  return pluginRefusal(command, '', { ...ports, programs: { ...ports.programs, find } });
};

test.each([
  ['', undefined],
  ['credentialPluginPolicy: AllowAll', undefined],
  ['credentialPluginPolicy: DenyAll', 'plugin "helper" not allowed: policy set to "DenyAll"'],
  ['credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: helper}]', undefined],
  ['credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: other}, {name: /usr/bin/helper}]', undefined],
  [
    'credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: other}]',
    'plugin path "/usr/bin/helper" is not permitted by the credential plugin allowlist',
  ],
])('%j: %s', async (policy, why) => {
  expect(await refusal(policy)).toBe(why);
});

test('a program that is not there is on no list', async () => {
  expect(await refusal('credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: helper}]', 'nope')).toBe(
    'plugin path "nope" cannot be resolved for credential plugin allowlist check: exec: "nope": executable file not found in $PATH',
  );
});

describe('policies that say nothing', () => {
  test.each<[string, readonly string[] | undefined, string]>([
    ['Foo', undefined, 'unknown plugin policy: "Foo"'],
    ['Allowlist', undefined, 'credential plugin policy set to "Allowlist", but allowlist is unspecified'],
    ['Allowlist', [], 'credential plugin policy set to "Allowlist", but allowlist is empty; use "DenyAll" policy instead'],
    ['Allowlist', ['a', ''], 'misconfigured credential plugin allowlist: empty allowlist entry #2'],
    ['Allowlist', ['./bin//x/../a'], 'non-normalized file path: "./bin//x/../a" vs "bin/a"'],
    ['DenyAll', ['a'], 'misconfigured credential plugin allowlist: plugin policy is "DenyAll" but allowlist is non-nil'],
    ['', [], 'misconfigured credential plugin allowlist: plugin policy is "" but allowlist is non-nil'],
  ])('%s %j', (policy, allowed, why) => {
    expect(() => confirmPolicy({ policy, allowed })).toThrow(why);
  });
});
