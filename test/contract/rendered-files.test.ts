// What plans render is accepted by the programs that it is for: kubeadm, HAProxy and keepalived, each where it is on this machine.
// kubeadm comes from where real binaries are, the others from the PATH.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TOPOLOGIES, type Topology } from '../../src/provision/cluster-file/schema.ts';
import { createPlan } from '../../src/provision/load.ts';
import { renderedFiles, type RenderedFile } from '../../src/provision/plan/rendered-files.ts';
import { clusterYaml, inIPv6, packageFolder, specOf } from '../fixtures/cluster-files.ts';
import { scratchFolder } from '../fixtures/scratch.ts';
import { hasRealBinary, realBinary } from '../fixtures/real-binaries.ts';

const ALL = Object.keys(TOPOLOGIES) as readonly Topology[];
const KUBEADM = realBinary('kubeadm');
const onPath = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** keepalived looks whether its interface is there, and takes no loopback. */
const [LINK] = Object.entries(networkInterfaces()).flatMap(([name, addresses]) => (addresses?.some(({ internal }) => !internal) ? [name] : []));
/** Cgroup version 1 adds settings of its own. */
const FACTS = {
  distribution: 'debian',
  family: 'debian',
  codename: 'bookworm',
  architecture: 'amd64',
  interface: LINK ?? 'eth0',
  prefix: 24,
  cgroup: 'v1',
  repositories: [],
} as const;

const filesOf = (topology: Topology, more = ''): readonly RenderedFile[] => filesOfFile(clusterYaml(topology, more));
/** All addresses of the other family. */
const IPV6 = inIPv6(clusterYaml('ha-stacked'));

function filesOfFile(yaml: string): readonly RenderedFile[] {
  const spec = specOf(`${yaml}packages: {source: folder, path: /packages}\n`);
  return renderedFiles(createPlan({ path: '/c', spec, packages: packageFolder() }, new Map(spec.hosts.map(({ name }) => [name, FACTS]))));
}

const HIGHLY_AVAILABLE: readonly (readonly [name: string, yaml: string])[] = [
  ['ha-stacked', clusterYaml('ha-stacked')],
  ['ha-external-etcd', clusterYaml('ha-external-etcd')],
  ['ha-stacked of IPv6', IPV6],
];

function written(content: string, name: string): string {
  const path = join(scratchFolder(), name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

describe.skipIf(!hasRealBinary('kubeadm'))('kubeadm config validate (skipped where there is no kubeadm)', () => {
  const validate = (path: string) =>
    spawnSync(KUBEADM, ['config', 'validate', '--config', path], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', HOME: '/' } });

  it.each([...ALL.map((topology) => [topology, clusterYaml(topology)]), ['ha-stacked of IPv6', IPV6]])(
    'accepts every file of topology %s',
    (_name, yaml = '') => {
      const files = filesOfFile(yaml).filter(({ content }) => content.includes('kubeadm.k8s.io'));
      expect(files.map(({ path }) => path)).toContain('n1/etc/kubernetes/ckadet/kubeadm.yaml');
      const told = files.map(({ path, content }) => {
        const { status, stderr } = validate(written(content, 'config.yaml'));
        return [path, status, status === 0 ? '' : stderr];
      });
      expect(told).toEqual(files.map(({ path }) => [path, 0, '']));
    },
  );

  it('accepts what patches add, and refuses what they get wrong', () => {
    const config = (patch: string): string => {
      const file = filesOf('all-in-one', `patches: {kubeadm: {ClusterConfiguration: ${patch}}}`).find(({ path }) => path.endsWith('kubeadm.yaml'));
      return written(file?.content ?? '', 'config.yaml');
    };
    expect(validate(config('{apiServer: {extraArgs: [{name: v, value: "2"}]}}')).status).toBe(0);
    const wrong = validate(config('{apiServer: {extraArgs: {v: "2"}}}'));
    expect([wrong.status === 0, wrong.stderr]).toEqual([false, expect.stringMatching(/extraArgs|cannot unmarshal/)]);
  });
});

describe.skipIf(!hasRealBinary('kubeadm'))('kubeadm config images (skipped where there is no kubeadm)', () => {
  const PATCHES = 'patches: {kubeadm: {ClusterConfiguration: {imageRepository: registry.intern/k8s, dns: {imageRepository: registry.intern/dns}}}}';
  const images = (name: string): readonly string[] => {
    const spec = specOf(clusterYaml('ha-external-etcd', PATCHES));
    const plan = createPlan({ path: '/c', spec, packages: undefined }, new Map(spec.hosts.map((host) => [host.name, FACTS])));
    const { content = '' } = renderedFiles(plan).find(({ path }) => path === name) ?? {};
    const { stdout } = spawnSync(KUBEADM, ['config', 'images', 'list', '--config', written(content, 'config.yaml')], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', HOME: '/' },
    });
    return stdout.trim().split('\n');
  };

  it('names those of the registry that patches name, and no etcd where that is external', () => {
    const found = images('n1/run/ckadet/images.yaml');
    expect(found.filter((image) => !image.startsWith('registry.intern/'))).toEqual([]);
    expect(found.some((image) => image.startsWith('registry.intern/k8s/kube-apiserver:v1.35'))).toBe(true);
    expect(found.some((image) => image.startsWith('registry.intern/dns/coredns:'))).toBe(true);
    expect(found.some((image) => image.includes('/etcd:'))).toBe(false);
  });

  it('names etcd on its own hosts', () => {
    expect(images('n4/run/ckadet/etcd-image.yaml').filter((image) => image.includes('/etcd:'))).toEqual([
      expect.stringMatching(/^registry\.intern\/k8s\/etcd:/),
    ]);
  });
});

describe.skipIf(!onPath('haproxy'))('haproxy -c (skipped where there is no haproxy)', () => {
  it.each(HIGHLY_AVAILABLE)('accepts what topology %s renders', (_name, yaml) => {
    const file = filesOfFile(yaml).find(({ path }) => path === 'n1/etc/haproxy/haproxy.cfg');
    // Its user need not exist here.
    const content = (file?.content ?? '').replaceAll(/^\s*(user|group) haproxy\n/gm, '');
    expect(execFileSync('haproxy', ['-c', '-V', '-f', written(content, 'haproxy.cfg')], { encoding: 'utf8' })).toMatch(/valid/);
  });
});

describe.skipIf(!onPath('keepalived') || process.getuid?.() !== 0 || !LINK)('keepalived --config-test (skipped without keepalived, root, or a network)', () => {
  const test = (content: string): readonly [number | null, string] => {
    const { status, stderr } = spawnSync('keepalived', ['--config-test', `--use-file=${written(content, 'keepalived.conf')}`], { encoding: 'utf8' });
    return [status, stderr];
  };

  it.each(HIGHLY_AVAILABLE)('accepts what topology %s renders', (_name, yaml) => {
    const files = filesOfFile(yaml).filter(({ path }) => path.endsWith('keepalived.conf'));
    expect(files).toHaveLength(3);
    expect(files.map(({ path, content }) => [path, ...test(content)])).toEqual(files.map(({ path }) => [path, 0, '']));
  });

  it('would notice a mistake', () => {
    const file = filesOf('ha-stacked').find(({ path }) => path.endsWith('keepalived.conf'));
    expect(test(file?.content.replace('advert_int', 'advrt_int') ?? '')).toEqual([expect.any(Number), expect.stringContaining('advrt_int')]);
    expect(test(file?.content.replace('advert_int', 'advrt_int') ?? '')[0]).not.toBe(0);
  });
});
