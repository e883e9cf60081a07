// Kind itself, built from its Go module, reads what we write and takes our words; skipped where Go or the module is not at hand.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LocalPlan } from '../../src/provision/providers/local/local-plan.ts';
import { LOCAL_PROVIDERS } from '../../src/provision/providers/registry.ts';
import { KIND_FILES } from '../fixtures/local-providers/files.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const VERSION = process.env['CKADET_TEST_KIND'] ?? 'v0.33.0';
const MODULE = `module sigs.k8s.io/kind/pkg/kind-parser\n\ngo 1.24\n\nrequire sigs.k8s.io/kind ${VERSION}\n`;
const BUILD_TIMEOUT_MS = 240_000;

const scratch = temporaryFolder();
const parser = join(scratch.path, 'kind-parser');
const kind = join(scratch.path, 'kind');
afterAll(() => scratch.remove());

/** Why kind cannot be built here; undefined when it was. Only what the module cache holds is used: a test downloads nothing. */
function whyNot(): string | undefined {
  copyFileSync(new URL('kind-parser/main.go', import.meta.url), join(scratch.path, 'main.go'));
  writeFileSync(join(scratch.path, 'go.mod'), MODULE);
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOSUMDB: 'off' };
  for (const words of [
    ['build', '-o', parser, '.'],
    ['build', '-o', kind, 'sigs.k8s.io/kind'],
  ]) {
    const { error, status, stderr } = spawnSync('go', words, { cwd: scratch.path, env, encoding: 'utf8', timeout: BUILD_TIMEOUT_MS });
    if (error) return `go cannot be run: ${error.message}`;
    if (status !== 0)
      return `the Go module cache has no sigs.k8s.io/kind ${VERSION} (go install sigs.k8s.io/kind@${VERSION} brings it): ${stderr.split('\n')[0]}`;
  }
  return undefined;
}
const why = whyNot();
if (why !== undefined) console.log(`skipped: ${why}`);

interface KindCluster {
  readonly Name: string;
  readonly Nodes: readonly { readonly Role: string; readonly ExtraPortMappings: readonly object[] }[];
  readonly Networking: Readonly<Record<string, unknown>>;
  readonly KubeadmConfigPatches: readonly string[] | null;
  readonly ContainerdConfigPatches: readonly string[] | null;
}

const planFor = (source: string, folder: string): LocalPlan => {
  const cluster = LOCAL_PROVIDERS.find(({ name }) => name === 'kind')?.parse(source, 'cluster.yaml');
  const plan = cluster?.plan(undefined, { kubeconfig: join(folder, 'kubeconfig'), path: (name) => join(folder, name) });
  if (!plan) throw new Error('kind is not registered');
  return plan;
};
function written(name: string): { readonly path: string; readonly args: readonly string[] } {
  const [step] = planFor(KIND_FILES[name] ?? '', scratch.path).steps;
  const path = join(scratch.path, `${name}.yaml`);
  writeFileSync(path, step?.files?.[0]?.content ?? '');
  return { path, args: (step?.args ?? []).map((word) => (word.endsWith('kind.yaml') ? path : word)) };
}
const parse = (path: string): { readonly cluster: KindCluster | undefined; readonly said: string } => {
  const { stdout, stderr } = spawnSync(parser, [path], { encoding: 'utf8' });
  return { cluster: stdout ? (JSON.parse(stdout) as KindCluster) : undefined, said: stderr };
};

describe.skipIf(why !== undefined)("kind's own parser", () => {
  it.each(Object.keys(KIND_FILES))('reads the file %s and finds it valid', (name) => {
    expect(parse(written(name).path)).toMatchObject({ said: '', cluster: { Nodes: expect.any(Array) as unknown } });
  });

  it('understands every setting as it was meant', () => {
    expect(parse(written('nodes').path).cluster).toMatchObject({
      Name: 'shop',
      Nodes: [
        {
          Role: 'control-plane',
          ExtraPortMappings: [
            { ContainerPort: 30080, HostPort: 8080, ListenAddress: '127.0.0.1', Protocol: 'TCP' },
            { ContainerPort: 30053, HostPort: 5353, ListenAddress: '0.0.0.0', Protocol: 'UDP' },
          ],
        },
        { Role: 'control-plane' },
        { Role: 'control-plane' },
        { Role: 'worker' },
        { Role: 'worker' },
      ],
    });
    const { cluster } = parse(written('everything').path);
    expect(cluster?.Networking).toMatchObject({
      APIServerPort: 6443,
      PodSubnet: '10.80.0.0/16',
      ServiceSubnet: '10.81.0.0/16',
      DisableDefaultCNI: true,
      KubeProxyMode: 'nftables',
    });
    expect(cluster?.KubeadmConfigPatches).toHaveLength(5);
    expect(cluster?.ContainerdConfigPatches).toHaveLength(1);
    expect(parse(written('dual').path).cluster?.Networking).toMatchObject({ IPFamily: 'dual', PodSubnet: '10.244.0.0/16,fd00:10:244::/56' });
  });

  it('would refuse a field that is none of its own', () => {
    const path = join(scratch.path, 'wrong.yaml');
    writeFileSync(path, readFileSync(written('shortest').path, 'utf8').replace('networking:', 'networkings:'));
    expect(parse(path).said).toContain('field networkings not found in type v1alpha4.Cluster');
  });
});

describe.skipIf(why !== undefined)('kind itself', () => {
  it('takes our words and goes as far as running the nodes, where this Docker ends it', () => {
    const log = join(scratch.path, 'docker.log');
    const docker = join(scratch.path, 'docker');
    writeFileSync(
      docker,
      `#!/bin/sh
echo "$*" >> '${log}'
case $1 in
  -v) echo 'Docker version 28.1.1, build 4eba377' ;;
  info) echo '{"SecurityOptions":[],"CgroupDriver":"systemd","CgroupVersion":"2","MemoryLimit":true,"PidsLimit":true,"CPUShares":true}' ;;
  ps | inspect | network | volume) ;;
  run) echo 'docker: no nodes here.' >&2; exit 125 ;;
  *) exit 1 ;;
esac
`,
    );
    chmodSync(docker, 0o755);
    const { args } = written('nodes');
    const { status, stderr } = spawnSync(kind, args, { encoding: 'utf8', env: { PATH: `${scratch.path}:/usr/bin:/bin`, HOME: scratch.path } });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('Ensuring node image (kindest/node:v1.37.0)') as string });
    expect(stderr).not.toMatch(/unknown flag|decode config|invalid/);
    const runs = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('run '));
    expect(runs.find((line) => line.includes('--name shop-control-plane '))).toMatch(
      /--publish=127\.0\.0\.1:8080:30080\/TCP --publish=0\.0\.0\.0:5353:30053\/UDP/,
    );
  });
});
