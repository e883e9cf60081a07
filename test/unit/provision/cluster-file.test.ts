// The cluster file: what is wrong is told by line and field, with what was probably meant; what is left out is filled in.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { canonicalAddress, contains, overlap, parseNetwork } from '../../../src/provision/cluster-file/addresses.ts';
import { clusterSpec } from '../../../src/provision/cluster-file/cluster-spec.ts';
import { parseClusterFile } from '../../../src/provision/cluster-file/parse.ts';
import { TOPOLOGIES, type Topology } from '../../../src/provision/cluster-file/schema.ts';
import { MINORS, resolveVersion } from '../../../src/provision/cluster-file/versions.ts';
import { clusterYaml, inIPv6, specOf } from '../../fixtures/cluster-files.ts';

function problem(yaml: string): AppError {
  try {
    parseClusterFile(yaml, 'cluster.yaml');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

const single = clusterYaml('single');
const ha = clusterYaml('ha-stacked');
const one = (line: string): string => `name: demo\ntopology: all-in-one\nhosts: [{name: n1, address: 10.0.0.11, roles: [control-plane, worker]}]\n${line}\n`;

describe.each(Object.keys(TOPOLOGIES) as readonly Topology[])('the topology %s', (topology) => {
  it('is right as the smallest file of it', () => {
    expect(specOf(clusterYaml(topology)).file).toMatchObject({ topology, cni: 'flannel', runtime: 'containerd', networking: { podCIDR: '10.244.0.0/16' } });
  });
});

describe('what is not right', () => {
  it.each<[what: string, yaml: string, why: RegExp]>([
    ['a field that is mistyped', single.replace('address: 10.0.0.12', 'adress: 10.0.0.12'), /hosts\[1\]\.adress is not known here; did you mean address\?/],
    ['a field that is not known', one('zone: eu'), /zone is not known here/],
    ['no hosts', 'name: demo\ntopology: single\nhosts: []\n', /needs at least one host/],
    ['a name with capitals', single.replace('name: n1', 'name: N1'), /hosts\[0\]\.name is up to 63 lower-case letters/],
    ['a node name with capitals', single.replace('name: n1,', 'name: n1, nodeName: Web,'), /hosts\[0\]\.nodeName is lower-case/],
    ['a role that is none', single.replace('[worker]', '[minion]'), /must be one of control-plane, worker, etcd/],
    ['a topology that is none', single.replace('topology: single', 'topology: ha'), /topology must be one of all-in-one, single/],
    ['a port that is none', single.replace('user: debian', 'port: 70000'), /must be a port, 1 to 65535/],
    ['a version as a number', one('kubernetesVersion: 1.35'), /kubernetesVersion is a number as it stands: put it in quotes, kubernetesVersion: "1\.35"/],
    ['a version that is no version', one('kubernetesVersion: latest'), /is a version such as "1\.35"/],
    ['a version that is too old', one('kubernetesVersion: "1.33"'), /kubernetesVersion is too old: ckadet makes 1\.34 to 1\.37$/],
    ['a version that is too new', one('kubernetesVersion: "1.38"'), /kubernetesVersion is too new: ckadet makes 1\.34 to 1\.37$/],
    ['a field mistyped further down', one('patches: {kubeproxy: {mode: ipvs}}'), /patches\.kubeproxy is not known here; did you mean kubeProxy\?/],
    ['one of a kind', one('packages: {source: repositories, imageMirror: {}}'), /packages\.imageMirror is not known here; did you mean imageMirrors\?/],
    ['one of the other kind', one('packages: {source: folder, path: x, mirror: "https://x"}'), /packages\.mirror is not known here$/],
    ['a source that is none', one('packages: {source: repo}'), /packages\.source must be one of repositories, folder; did you mean repositories\?/],
    ['no source', one('packages: {path: x}'), /packages\.source is missing: it must be one of repositories, folder$/],
    ['two control planes that share nothing', single.replace('[worker]', '[control-plane]'), /of topology single have 1 with the role control-plane; there: 2/],
    ['two stacked members', ha.replace('address: 10.0.0.13, user: debian, roles: [control-plane]', 'address: 10.0.0.13, roles: [worker]'), /have at least 3/],
    ['an even number of members', ha.replace('[worker]', '[control-plane]'), /have 4 etcd members: an even number survives no more failures than 3/],
    ['etcd beside another role', clusterYaml('single-external-etcd').replace('[etcd]', '[etcd, worker]'), /has its host to itself/],
    ['one name twice', single.replace('name: n2', 'name: n1'), /hosts\[1\]\.name is the name of hosts\[0\] too: n1/],
    ['one address twice', single.replace('10.0.0.12', '10.0.0.11'), /hosts\[1\]\.address is the address of hosts\[0\] too/],
    ['a name in place of an address', single.replace('10.0.0.12', 'web.example'), /hosts\[1\]\.address is a name: give nodeIP too/],
    ['a node IP that is none', single.replace('10.0.0.12', '10.0.0.12, nodeIP: 10.0.0.300'), /nodeIP must be an IP address/],
    ['a user for this machine', single.replace('name: n1,', 'name: n1, kind: local,'), /is local: user, identity and port are for ssh/],
    ['no endpoint', ha.replace(/endpoint:.*\n/, ''), /endpoint is missing: topology ha-stacked has a virtual address/],
    ['a name as virtual address', ha.replace('{address: 10.0.0.100', '{address: api.example'), /must be an IP address: keepalived moves it/],
    [
      'the virtual address of a host',
      ha.replace('{address: 10.0.0.100', '{address: 10.0.0.14'),
      /is the address of hosts\[3\]; the virtual address belongs to no host/,
    ],
    ['a proxy with a password', one('packages: {source: repositories, proxy: "http://me:pw@proxy.example:3128"}'), /proxy names a user or a password/],
    ['a proxy with a user, without a scheme', one('packages: {source: repositories, proxy: "me@proxy.example:3128"}'), /proxy names a user or a password/],
    ['a mirror with a token', one('packages: {source: repositories, mirror: "https://t0ken@mirror.example/k8s"}'), /mirror names a user or a password/],
    ['the port of the API server itself', ha.replace('8443', '6443'), /cannot be 6443/],
    [
      'a weight that fails nothing over',
      ha.replace('port: 8443', 'port: 8443, keepalived: {weight: -2}'),
      /is too small to fail over: it must take more than 20 off/,
    ],
    ['a router id that is none', ha.replace('port: 8443', 'port: 8443, routerId: 300'), /must be 1 to 255/],
    ['a pod network of the LAN', one('networking: {podCIDR: 10.0.0.0/16}'), /podCIDR holds the address of n1, 10\.0\.0\.11/],
    ['a service network of the endpoint', `${ha}networking: {serviceCIDR: 10.0.0.96/29}\n`, /serviceCIDR holds the endpoint 10\.0\.0\.100/],
    ['networks that overlap', one('networking: {podCIDR: 10.96.0.0/16}'), /serviceCIDR overlaps podCIDR 10\.96\.0\.0\/16/],
    ['a network that is none', one('networking: {podCIDR: 10.244.0.0}'), /must be a network such as/],
    ['a pod network that kubeadm finds too large', one('networking: {podCIDR: 172.0.0.0/7}'), /podCIDR is too large: .* no more than a \/8/],
    ['a pod network with too little room', `${ha}networking: {podCIDR: 10.244.0.0/23}\n`, /has room for 2 nodes of \/24, and there are 4/],
    ['a pod network smaller than that of a node', one('networking: {podCIDR: 10.244.0.0/25}'), /has room for 0 nodes of \/24/],
    ['a service network that kubeadm finds too large', one('networking: {serviceCIDR: 172.0.0.0/11}'), /serviceCIDR is too large: kubeadm takes \/12 at most/],
    ['a service network without room for DNS', one('networking: {serviceCIDR: 10.96.0.0/29}'), /must be a \/28 at least/],
    ['a pod network that is not set up for IPv6', `${inIPv6(single)}cni: calico\n`, /cni is calico, which ckadet sets up for IPv4 only/],
    ['two families', one('networking: {podCIDR: "fd00::/48"}'), /one family for all/],
    ['a check that is none', one('preflight: {accept: [{check: memry, reason: known}]}'), /is no check that can be accepted: memry; did you mean memory\?/],
    ['an acceptance without a reason', one('preflight: {accept: [{check: memory}]}'), /reason is missing/],
    ['parts of another cluster accepted', one('preflight: {accept: [{check: leftovers, reason: known}]}'), /is no check that can be accepted: leftovers/],
    ['a label that breaks out', single.replace('user: debian', 'labels: {tier: "a\'; reboot; \'"}'), /labels\.tier is no value of a label/],
    ['a key that is none', single.replace('user: debian', 'labels: {"$(reboot)": a}'), /is no key of a label/],
    ['a proxy that is no URL', one('packages: {source: repositories, proxy: "http://proxy\'; reboot"}'), /must be a URL such as/],
    ['a mirror that is no URL', one('packages: {source: repositories, mirror: "mirror.example"}'), /must be a URL such as https:\/\/mirror\.example/],
    [
      'a mirror of images that is no URL',
      one('packages: {source: repositories, imageMirrors: {docker.io: r}}'),
      /must be a URL such as https:\/\/registry\.example/,
    ],
    ['a noProxy that breaks out', one('packages: {source: repositories, noProxy: "a\\" b"}'), /divided by commas and nothing else/],
    ['an address that breaks out', single.replace('10.0.0.12', '"a; reboot", nodeIP: 10.0.0.12'), /is a host name or an IP address/],
    ['an interface that is none', ha.replace('port: 8443', 'port: 8443, interface: "e { }"'), /is the name of a network interface/],
    ['no YAML', 'name: [demo\n', /./],
  ])('%s', (_what, yaml, why) => {
    expect(problem(yaml)).toMatchObject({ code: 'CLUSTER_FILE_INVALID', exitCode: 3, why: expect.stringMatching(why) as unknown });
  });

  it('is told by its line, and all of it at once', () => {
    const found = problem(one('cni: weave\nruntime: docker'));
    expect(found.what).toBe('cluster.yaml, line 4 is not right');
    expect(found.why?.split('\n')).toEqual([expect.stringMatching(/^line 4: cni /), expect.stringMatching(/^line 5: runtime /)]);
  });
});

it('is no place for keys', () => {
  const found = problem(`${single}# ${'-'.repeat(5)}BEGIN OPENSSH PRIVATE KEY-----\n# c2VjcmV0\n`);
  expect(found).toMatchObject({ code: 'SECRET_IN_FILE', exitCode: 3 });
  expect(found.why).toMatch(/^line 6:/);
  expect(JSON.stringify(found)).not.toContain('c2VjcmV0');
});

describe('versions', () => {
  it('take their patch from the packages at hand, or from the table', () => {
    for (const minor of MINORS) expect(resolveVersion(minor)?.full).toMatch(new RegExp(`^v${minor}\\.\\d+$`));
    expect(resolveVersion('1.35', 'v1.35.9')).toMatchObject({ minor: '1.35', full: 'v1.35.9' });
    expect(resolveVersion('1.35', 'v1.36.1')?.full).toMatch(/^v1\.35\./);
    expect(resolveVersion('v1.35.2', 'v1.35.9')?.full).toBe('v1.35.2');
    expect(resolveVersion('1.40')).toBeUndefined();
  });
});

it('takes IPv6 where all of it is', () => {
  const yaml = single.replaceAll('10.0.0.1', 'fd00::1').replace('address: fd00::11', 'address: "fd00::11"').replace('address: fd00::12', 'address: "fd00::12"');
  expect(problem(yaml).why).toMatch(/one family for all/);
  const spec = clusterSpec(parseClusterFile(`${yaml}networking: {podCIDR: "fd01::/48", serviceCIDR: "fd02::/112"}\n`, 'cluster.yaml'));
  expect(spec.endpoint).toEqual({ address: 'fd00::11', port: 6443 });
});

it('compares IPv6 addresses however they are written', () => {
  const yaml = inIPv6(clusterYaml('ha-stacked'));
  const [address = ''] = /fd00[^"'\s,}]*/.exec(/endpoint: .*/.exec(yaml)?.[0] ?? '') ?? [];
  const other = (written: string): string => written.toUpperCase().replace('::', ':0:0::0');
  const spec = specOf(yaml.replaceAll(/fd00[^"'\s,}/]*/g, other));
  expect(yaml.replaceAll(/fd00[^"'\s,}/]*/g, other)).not.toContain(address);
  expect(spec).toEqual(specOf(yaml));
  expect(spec.virtual?.address).toBe(address);
  const twice = single.replaceAll('address: 10.0.0.1', 'address: fd00::1').replace('fd00::11', '"FD00:0::011"').replace('fd00::12', '"fd00::11"');
  expect(problem(twice).why).toContain('fd00::11');
  expect(problem(twice).why).toMatch(/is the address of hosts\[0\] too: fd00::11/);
});

it.each([
  ['FD00:0:0:1::11', 'fd00:0:0:1::11'],
  ['fd00:0:0:1:0:0:0:011', 'fd00:0:0:1::11'],
  ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
  ['::FFFF:0a00:1', '::ffff:10.0.0.1'],
  ['FE80::1%eth0', 'fe80::1%eth0'],
  ['10.0.0.1', '10.0.0.1'],
  ['Bastion.Example', 'Bastion.Example'],
])('%s is %s as `ip` prints it', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical);
});

describe('networks', () => {
  it.each([
    ['10.244.0.0/16', '10.244.3.0/24', true],
    ['10.244.3.0/24', '10.244.0.0/16', true],
    ['10.244.0.0/16', '10.245.0.0/16', false],
    ['0.0.0.0/0', '10.0.0.0/8', true],
    ['fd00::/8', 'fd12::/16', true],
    ['fd00::/8', '10.0.0.0/8', false],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    const [first, second] = [parseNetwork(a), parseNetwork(b)];
    if (!first || !second) throw new Error('no networks');
    expect(overlap(first, second)).toBe(expected);
  });

  it('hold their addresses', () => {
    const network = parseNetwork('192.168.2.0/24');
    if (!network) throw new Error('no network');
    expect([contains(network, '192.168.2.100'), contains(network, '192.168.3.1'), contains(network, 'n1')]).toEqual([true, false, false]);
    expect(['10.0.0.0/33', 'fd00::/129', '10.0.0.0', 'web/8'].map(parseNetwork)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

it.each([
  ['providr', 'provider: kubeadmm\ntopology: single', 'must be one of kubeadm, minikube, kind; did you mean kubeadm?'],
  ['topology', 'topology: ha-staked', 'did you mean ha-stacked?'],
  ['cni', 'topology: single\ncni: calcio', 'did you mean calico?'],
])('a value that is mistyped comes with the one that was meant: %s', (_what, lines, message) => {
  expect(() => parseClusterFile(`name: x\n${lines}\nhosts: [{name: n1, address: 10.0.0.1, roles: [control-plane]}]\n`, 'cluster.yaml')).toThrow(
    expect.objectContaining({ code: 'CLUSTER_FILE_INVALID', why: expect.stringContaining(message) as string }),
  );
});

it.each([
  ['', 'nothing stands in it'],
  ['# name: lab\n', 'nothing but comments stands in it'],
])('an empty file is called so: %j', (source, why) => {
  expect(() => parseClusterFile(source, 'my lab.yaml')).toThrow(
    expect.objectContaining({ code: 'CLUSTER_FILE_EMPTY', exitCode: 3, why, next: ["write it anew: ckadet cluster init --output 'my lab.yaml' --force"] }),
  );
});
