// Lines for containerd in a cluster file: what its parser would refuse is refused by line, and nothing else is.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseClusterFile } from '../../../src/provision/cluster-file/parse.ts';
import { tomlFlaw } from '../../../src/provision/cluster-file/toml.ts';
import { clusterYaml } from '../../fixtures/cluster-files.ts';

it.each([
  '',
  '# nothing\n\n',
  "oom_score = -999 # low\n[plugins.'io.containerd.cri.v1.runtime']\n  restrict_oom_score_adj = true\n",
  '[plugins."io.containerd.grpc.v1.cri".registry]\r\n  config_path = "/etc/containerd/certs.d"\r\n',
  'a.b = [1, 2_000, 0x1f, 1.5e3, inf, # three\n  "x # y",\n]\nc = {d = "e", "f g" = [{}]}\n',
  'text = """\n[not a table\n"""\nother = \'\'\'a\n= b\'\'\'\n[[list]]\nname = 1\n[[list]]\nname = 2\n',
  'since = 1979-05-27T07:32:00Z\nat = 07:32:00\n',
])('%j is right', (toml) => {
  expect(tomlFlaw(toml)).toBeUndefined();
});

it.each([
  ['[plugins', 1],
  ['a = 1\n[plugins."x]\n', 2],
  ['a: 1\n', 1],
  ['[x]\n\na = yes\n', 3],
  ['a = "x\n', 1],
  ['[x]\na = 1\n"a" = 2\n', 3],
  ['[x.y]\n[x."y"]\n', 2],
  ['a.b = 1\n[a]\n', 2],
])('%j is not', (toml, line) => {
  expect(tomlFlaw(toml)).toEqual({ line, message: expect.stringMatching(/^cannot be read: \w+/) as string });
});

it('takes what ckadet itself writes', () => {
  const folder = new URL('../../../templates/containerd/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.toml'));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) expect([name, tomlFlaw(readFileSync(new URL(name, folder), 'utf8'))]).toEqual([name, undefined]);
});

it('is told by the line of the cluster file', () => {
  const yaml = clusterYaml('single', 'patches:\n  containerd: "[plugins"\n');
  const line = yaml.split('\n').findIndex((text) => text.includes('containerd:')) + 1;
  expect(() => parseClusterFile(yaml, 'c.yaml')).toThrow(
    expect.objectContaining({
      code: 'CLUSTER_FILE_INVALID',
      what: `c.yaml, line ${line} is not right`,
      why: expect.stringMatching(/^patches\.containerd is no TOML: its line 1, "\[plugins", cannot be read: /) as unknown,
    }),
  );
});
