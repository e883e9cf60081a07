// The checks before a run: each of their colours, what the cluster file accepts, and hosts that cannot tell or do not answer.
import { describe, expect, it } from 'vitest';
import type { HostSpec } from '../../../src/provision/cluster-file/cluster-spec.ts';
import type { ClockOffset, Colour, Finding, Grounds } from '../../../src/provision/preflight/check.ts';
import { judge } from '../../../src/provision/preflight/judge.ts';
import { connectionsFrom, portsOf } from '../../../src/provision/preflight/needed-ports.ts';
import { demandNoRed } from '../../../src/provision/preflight/preflight.ts';
import { CHECKS } from '../../../src/provision/preflight/registry.ts';
import { ACCEPTABLE, isAcceptable } from '../../../src/provision/cluster-file/check-names.ts';
import { parseSurvey, type Survey } from '../../../src/provision/survey/survey.ts';
import { clusterYaml, packageFolder, specOf } from '../../fixtures/cluster-files.ts';

/** What a host says that is fit for everything; `@` stands for its number. */
const FIT = `os-id=debian
os-name=Debian GNU/Linux 12 (bookworm)
kernel=Linux
release=6.1.0-18-amd64
machine=x86_64
hostname=n@
cpus=2
memory-kib=4000000
disk-free-kib=/var/lib 50000000
cgroup=cgroup2fs
sysctl=writable
user=0
container=none
module=overlay
module=br_netfilter
product-uuid=uuid-@
machine-id=machine-@
mac=eth0 52:54:00:00:00:0@
address=lo 127.0.0.1/8
address=eth0 10.0.0.1@/24
route=10.0.0.0/24 eth0
listens=22 sshd
has=apt-get
has=ss
has=systemctl
has=modprobe
end=end`;

const KUBERNETES = 'https://m.intern/core:/stable:/v1.35/deb/InRelease';
const SOURCES = [`packages-from=kubernetes 0 200 ${KUBERNETES}`, 'images-from=registry.k8s.io 0 401 https://r.intern/v2/'];

interface Situation {
  /** Lines that n1 says instead, by their key; null: it cannot tell. */
  readonly says?: Readonly<Record<string, readonly string[] | string | null>>;
  readonly file?: string;
  readonly topology?: 'single' | 'ha-stacked';
  /** Of the try-outs of n1, instead of its reaching everybody. */
  readonly tried?: readonly string[];
  readonly clock?: ClockOffset | undefined;
  readonly failure?: string;
  readonly silent?: boolean;
  readonly folder?: boolean;
}

function findings({ says = {}, file, topology = 'single', tried, failure, silent, folder, ...rest }: Situation): readonly Finding[] {
  const spec = specOf(clusterYaml(topology, file));
  const number = (host: HostSpec): number => spec.hosts.indexOf(host) + 1;
  const survey = (host: HostSpec): Survey => {
    if (host.name !== 'n1') return parseSurvey(FIT.replaceAll('@', String(number(host))));
    if (silent) return new Map();
    const facts = new Map(parseSurvey(FIT.replaceAll('@', '1')));
    for (const [key, value] of Object.entries(says))
      if (value === null) facts.delete(key);
      else facts.set(key, typeof value === 'string' ? [value] : value);
    return facts;
  };
  const probe = (host: HostSpec): Survey => {
    const reached = connectionsFrom(host, spec).map(({ to, port }) => `reach=${to.nodeIP} ${port} refused`);
    return parseSurvey((host.name === 'n1' && tried ? tried : [...reached, ...SOURCES, 'virtual=silent ', 'listened=yes', 'service-route=yes']).join('\n'));
  };
  const own = 'clock' in rest ? rest.clock : { leastMs: -20, mostMs: 20 };
  const grounds: Grounds = {
    spec,
    packages: folder ? packageFolder() : undefined,
    survey,
    probe,
    clock: (host) => (host.name === 'n1' ? own : { leastMs: -20, mostMs: 20 }),
    failure: (host) => (failure !== undefined && host.name === 'n1' ? { says: failure, fix: 'ping it' } : undefined),
  };
  return judge(grounds);
}

const of = (situation: Situation, check: string): Finding => {
  const found = findings(situation).find((finding) => finding.check === check && finding.host === 'n1');
  if (!found) throw new Error(`no finding of ${check}`);
  return found;
};

type Case = readonly [check: string, colour: Colour, situation: Situation, says: RegExp];
const HA = { topology: 'ha-stacked' } as const;
const OURS = { owner: 'demo' };
const CASES: readonly Case[] = [
  ['login', 'green', {}, /answers/],
  ['login', 'red', { failure: 'cannot reach it' }, /cannot reach it/],
  ['sudo', 'green', {}, /root/],
  ['sudo', 'yellow', { says: { user: null } }, /cannot tell/],
  ['sudo', 'red', { says: { user: '1000' } }, /user 1000/],
  ['os', 'green', {}, /Debian/],
  ['os', 'yellow', { says: { 'os-id': 'linuxmint', 'os-like': 'ubuntu debian', 'os-name': 'Mint' } }, /treated as ubuntu/],
  ['os', 'yellow', { says: { 'os-id': null } }, /cannot tell/],
  ['os', 'red', { says: { 'os-id': 'alpine', 'os-name': 'Alpine' } }, /Alpine is not supported/],
  ['os', 'red', { says: { kernel: 'FreeBSD' } }, /FreeBSD/],
  ['os', 'red', { says: { has: ['apt-get'] } }, /without systemd/],
  ['architecture', 'green', {}, /x86_64/],
  ['architecture', 'yellow', { says: { machine: null } }, /cannot tell/],
  ['architecture', 'red', { says: { machine: 'riscv64' } }, /riscv64/],
  ['routes', 'green', {}, /a way to 10\.96\.0\.0\/12/],
  ['routes', 'yellow', { tried: [] }, /cannot tell/],
  ['routes', 'red', { tried: ['service-route=no'] }, /no default route, and none to 10\.96\.0\.0\/12/],
  ['cpus', 'green', {}, /2 CPUs/],
  ['cpus', 'yellow', { says: { cpus: 'x' } }, /cannot tell/],
  ['cpus', 'red', { says: { cpus: '1' } }, /needs 2/],
  ['memory', 'green', { says: { 'memory-kib': String(1700 * 1024) } }, /1700 MiB/],
  ['memory', 'yellow', { says: { 'memory-kib': null } }, /cannot tell/],
  ['memory', 'red', { says: { 'memory-kib': String(1700 * 1024 - 1) } }, /1699 MiB; a control plane needs 1700/],
  ['disk', 'green', {}, /MiB free/],
  ['disk', 'yellow', { says: { 'disk-free-kib': '/var/lib 5000000' } }, /4882 MiB/],
  ['disk', 'yellow', { says: { 'disk-free-kib': null } }, /cannot tell/],
  ['disk', 'yellow', { says: { 'disk-free-kib': '/var/lib 1000', ...OURS } }, /0 MiB/],
  ['disk', 'red', { says: { 'disk-free-kib': ['/var 90000000', '/var/lib 1000'] } }, /below \/var\/lib/],
  ['disk', 'red', { says: { 'own-disk-free-kib': '/var/lib/containerd 1000' } }, /^0 MiB free below \/var\/lib\/containerd; images alone/],
  [
    'disk',
    'red',
    { says: { 'own-disk-free-kib': ['/var/lib/kubelet 600000', '/var/lib/etcd 1000'] } },
    /^0 .*\/etcd; .*; 585 MiB free below \/var\/lib\/kubelet$/,
  ],
  ['disk', 'yellow', { says: { 'own-disk-free-kib': '/var/lib/containerd 5000000', ...OURS } }, /4882 MiB free below \/var\/lib\/containerd/],
  ['disk', 'green', { says: { 'own-disk-free-kib': '/var/lib/containers 1000' } }, /^48828 MiB free below \/var\/lib$/],
  ['disk', 'green', { says: { 'disk-free-kib': '/var/lib 3000000', 'own-disk-free-kib': '/var/lib/containerd 50000000' } }, /2929 MiB.*, 48828 MiB/],
  ['cgroup', 'green', {}, /version 2/],
  ['cgroup', 'yellow', { says: { cgroup: null } }, /cannot tell/],
  ['cgroup', 'yellow', { says: { cgroup: 'tmpfs' }, file: 'kubernetesVersion: "1.34"' }, /gives up/],
  ['cgroup', 'yellow', { says: { cgroup: 'tmpfs' }, file: 'preflight: {accept: [{check: cgroup, reason: a container}]}' }, /accepted: a container/],
  ['cgroup', 'red', { says: { cgroup: 'tmpfs' } }, /does not start/],
  ['swap', 'green', {}, /none/],
  ['swap', 'yellow', { says: { swap: '/swapfile', 'swap-without-unit': '/swapfile' } }, /neither \/etc\/fstab nor a unit turns on/],
  [
    'swap',
    'yellow',
    { says: { swap: '/var/swap', 'swap-without-unit': '/var/swap', 'swap-service': 'dphys-swapfile.service' } },
    /create turns it off, now and at boot/,
  ],
  ['swap', 'yellow', { says: { swap: '/dev/zram0' } }, /zram0; create turns it off/],
  ['modules', 'green', {}, /overlay/],
  ['modules', 'yellow', { says: { module: 'overlay', has: ['systemctl', 'apt-get'] } }, /no modprobe/],
  ['modules', 'red', { says: { module: 'overlay' } }, /no br_netfilter/],
  ['sysctls', 'green', {}, /can be set/],
  ['sysctls', 'yellow', { says: { sysctl: null } }, /cannot tell/],
  ['sysctls', 'red', { says: { sysctl: 'read-only' } }, /read-only/],
  ['ports', 'green', {}, /free/],
  ['ports', 'green', { says: { listens: ['6443 kube-apiserver'], ...OURS } }, /this cluster/],
  ['ports', 'yellow', { says: { listens: null, has: ['apt-get', 'systemctl'] } }, /no ss/],
  ['ports', 'red', { says: { listens: ['6443 nginx', '22 sshd'] } }, /in use: 6443 \(nginx\)$/],
  ['ports', 'red', { ...HA, says: { listens: ['8443 java'] } }, /8443 \(java\)/],
  ['firewall', 'green', { says: { firewall: 'ufw' } }, /none/],
  ['firewall', 'yellow', { ...HA, says: { firewall: 'firewalld' } }, /6443\/tcp.*VRRP/],
  ['firewall', 'yellow', { says: { 'firewall-active': 'ufw' } }, /ufw is on/],
  ['selinux', 'green', {}, /not there/],
  ['selinux', 'green', { says: { selinux: 'Permissive' } }, /permissive/],
  ['selinux', 'yellow', { says: { selinux: 'Enforcing' } }, /create makes it permissive/],
  ['selinux', 'yellow', { says: { selinux: 'Enforcing' }, file: 'selinux: as-is' }, /left so/],
  ['selinux', 'yellow', { silent: true }, /cannot tell/],
  ['clock', 'green', { clock: { leastMs: 1_900, mostMs: 2_100 } }, /agrees/],
  ['clock', 'yellow', { clock: { leastMs: 5_000, mostMs: 5_100 } }, /5\.0 s away from this machine/],
  ['clock', 'yellow', { clock: undefined }, /cannot tell/],
  ['clock', 'red', { clock: { leastMs: -3_600_100, mostMs: -3_600_000 } }, /3600\.0 s away/],
  ['hostname', 'green', {}, /n1/],
  ['hostname', 'yellow', { says: { hostname: 'Node-One' } }, /no capitals/],
  ['hostname', 'yellow', { says: { hostname: 'web' } }, /its node will be n1/],
  ['unique-hostname', 'green', {}, /n1/],
  ['unique-hostname', 'yellow', { says: { hostname: null } }, /cannot tell/],
  ['unique-hostname', 'red', { says: { hostname: 'N2' } }, /of n2: n2/],
  ['unique-mac', 'green', { says: { mac: ['eth0 52:54:00:00:00:01', 'docker0 52:54:00:00:00:02'] } }, /01$/],
  ['unique-mac', 'yellow', { says: { mac: null } }, /cannot tell/],
  ['unique-mac', 'red', { says: { mac: 'eth0 52:54:00:00:00:02' } }, /of n2/],
  ['unique-product-uuid', 'green', {}, /uuid-1/],
  ['unique-product-uuid', 'yellow', { says: { 'product-uuid': 'uuid-2', container: 'docker' } }, /cannot tell/],
  ['unique-product-uuid', 'red', { says: { 'product-uuid': 'UUID-2' } }, /of n2/],
  ['unique-machine-id', 'green', {}, /machine-1/],
  ['unique-machine-id', 'yellow', { says: { 'machine-id': null } }, /cannot tell/],
  ['unique-machine-id', 'red', { says: { 'machine-id': 'machine-2' } }, /of n2/],
  ['node-ip', 'green', {}, /10\.0\.0\.11 on eth0/],
  ['node-ip', 'yellow', { says: { address: null } }, /cannot tell/],
  ['node-ip', 'red', { says: { address: ['lo 127.0.0.1/8', 'eth0 10.0.2.15/24'] } }, /it has 10\.0\.2\.15$/],
  ['networks', 'green', { says: { route: ['10.0.0.0/24 eth0', '10.244.1.0/24 flannel.1', '10.244.0.0/24 cni0'], ...OURS } }, /are free/],
  ['networks', 'yellow', { says: { address: null } }, /cannot tell/],
  ['networks', 'red', { says: { route: '10.244.8.0/21 wg0' } }, /podCIDR 10\.244\.0\.0\/16 overlaps 10\.244\.8\.0\/21 on wg0/],
  ['networks', 'red', { says: { address: ['eth0 10.0.0.11/24', 'eth1 10.100.0.1/16'] } }, /serviceCIDR/],
  ['endpoint', 'green', { file: 'endpoint: {address: 10.0.0.11}' }, /10\.0\.0\.11 leads to n1/],
  ['endpoint', 'green', { file: 'endpoint: {address: api.lab}', tried: ['endpoint=10.0.0.11  '] }, /api\.lab leads to n1/],
  ['endpoint', 'yellow', { file: 'endpoint: {address: 10.0.0.11, port: 443}' }, /its API listens at 6443, not at 443/],
  ['endpoint', 'yellow', { file: 'endpoint: {address: api.lab}', tried: [] }, /there is no getent/],
  ['endpoint', 'red', { file: 'endpoint: {address: 10.0.0.99}' }, /10\.0\.0\.99 does not lead to n1, which has 10\.0\.0\.11/],
  ['endpoint', 'red', { file: 'endpoint: {address: api.lab}', tried: ['endpoint= '] }, /finds no address of the endpoint api\.lab/],
  ['endpoint', 'red', { file: 'endpoint: {address: api.lab}', tried: ['endpoint=10.0.0.12  '] }, /api\.lab \(10\.0\.0\.12\) does not lead to n1/],
  ['virtual-address', 'green', HA, /10\.0\.0\.100 is free/],
  ['virtual-address', 'green', { ...HA, tried: ['virtual=open 52:54:00:00:00:03'] }, /held by n3/],
  ['virtual-address', 'yellow', { ...HA, tried: ['virtual=unknown '] }, /cannot tell/],
  ['virtual-address', 'yellow', { ...HA, says: { address: 'eth0 10.0.0.11/28' } }, /in none of its networks/],
  ['virtual-address', 'red', { ...HA, tried: ['virtual=silent aa:bb:cc:dd:ee:ff'] }, /is taken: aa:bb:cc:dd:ee:ff/],
  ['vrrp', 'green', { ...HA, tried: ['listened=yes', 'vrrp=10.0.0.12 51 100', 'vrrp=10.0.0.77 52 100'] }, /no other group 51/],
  ['vrrp', 'yellow', { ...HA, tried: [] }, /neither perl nor python3/],
  ['vrrp', 'red', { ...HA, tried: ['listened=yes', 'vrrp=10.0.0.77 51 100'] }, /10\.0\.0\.77 sends adverts/],
  ['reachability', 'green', {}, /gets through/],
  ['reachability', 'yellow', { tried: [] }, /cannot tell whether it gets through to n2/],
  ['reachability', 'red', { tried: ['reach=10.0.0.12 10250 silent'] }, /n2 10\.0\.0\.12:10250 \(no answer\)/],
  ['reachability', 'red', { tried: ['reach=10.0.0.12 10250 unreachable'] }, /no way there/],
  ['packages', 'green', { folder: true }, /amd64/],
  ['packages', 'green', {}, /kubernetes/],
  ['packages', 'yellow', { tried: [] }, /cannot tell whether it gets them/],
  ['packages', 'yellow', { tried: [`packages-from=kubernetes none 0 ${KUBERNETES}`] }, /no curl to ask with/],
  ['packages', 'yellow', { tried: [`packages-from=kubernetes 0 503 ${KUBERNETES}`] }, /m\.intern.*answers 503/],
  ['packages', 'yellow', { tried: [`packages-from=kubernetes 23 200 ${KUBERNETES}`] }, /curl ends with 23/],
  ['packages', 'yellow', { tried: [`packages-from=kubernetes 7 000 ${KUBERNETES}`], says: OURS }, /does not get kubernetes/],
  ['packages', 'red', { tried: [`packages-from=kubernetes 60 000 ${KUBERNETES}`] }, /does not trust: packages\.ca/],
  ['packages', 'red', { tried: [`packages-from=kubernetes 28 000 ${KUBERNETES}`] }, /no answer/],
  [
    'packages',
    'red',
    { tried: [SOURCES[0] ?? '', `packages-from=flannel 0 404 https://m.intern/manifests/kube-flannel.yml`] },
    /does not get flannel .*answers 404/,
  ],
  ['images', 'green', { folder: true }, /folder/],
  ['images', 'green', {}, /registry\.k8s\.io/],
  ['images', 'yellow', { tried: [] }, /cannot tell/],
  ['images', 'red', { tried: ['images-from=registry.k8s.io 6 000 https://r.intern/v2/'] }, /name is not known/],
  ['packages', 'yellow', { folder: true, says: { machine: null } }, /not known/],
  ['packages', 'red', { folder: true, says: { machine: 'aarch64' } }, /is for amd64, the host is arm64/],
  ['packages', 'yellow', { folder: true, says: { 'os-id': 'rocky', 'os-like': 'rhel centos fedora' } }, /debs\/ and no rpms\//],
  ['packages', 'red', { says: { has: ['systemctl'] } }, /neither apt-get nor dnf/],
  ['leftovers', 'green', { says: { leftover: '/etc/kubernetes/admin.conf', ...OURS } }, /this cluster/],
  ['leftovers', 'yellow', { says: { end: null } }, /cannot tell/],
  ['leftovers', 'red', { says: { leftover: ['/etc/kubernetes/admin.conf', 'link cni0'] } }, /admin\.conf, link cni0/],
  ['leftovers', 'green', {}, /none/],
  ['leftovers', 'red', { says: { owner: 'other' } }, /belongs to the cluster other/],
  ['runtime', 'green', {}, /none yet/],
  ['runtime', 'green', { says: { cri: '/run/containerd/containerd.sock ready' } }, /ready/],
  ['runtime', 'yellow', { says: { cri: '/run/containerd/containerd.sock unknown' } }, /neither crictl nor ctr/],
  ['runtime', 'yellow', { says: { cri: '/run/containerd/containerd.sock failing', ...OURS } }, /create starts it again/],
  ['runtime', 'green', { file: 'runtime: cri-o', says: { cri: '/run/containerd/containerd.sock failing' } }, /none yet/],
  [
    'runtime',
    'red',
    { file: 'runtime: cri-o', says: { cri: ['/run/containerd/containerd.sock ready', '/var/run/crio/crio.sock failing'] } },
    /crio\.sock does not answer/,
  ],
  ['runtime', 'red', { says: { cri: '/run/containerd/containerd.sock failing' } }, /does not answer the CRI/],
  [
    'runtime',
    'red',
    { says: { package: ['docker-ce', 'containerd.io'], active: ['docker', 'containerd'] } },
    /has containerd\.io, which .* Docker runs with it/,
  ],
  ['runtime', 'red', { says: { package: ['containerd.io'], cri: '/run/containerd/containerd.sock ready' } }, /has containerd\.io/],
  ['runtime', 'green', { says: { package: ['docker.io', 'containerd', 'runc'], active: ['docker', 'containerd'] } }, /none yet/],
  ['runtime', 'red', { file: 'kubernetesVersion: "1.36"', says: { package: ['docker.io', 'containerd', 'runc'], active: 'docker' } }, /containerd and runc/],
  ['runtime', 'green', { file: 'kubernetesVersion: "1.36"', says: { package: ['docker-ce', 'containerd.io'], active: 'docker' } }, /none yet/],
  ['runtime', 'red', { says: { 'os-id': 'rocky', 'os-like': 'rhel centos fedora', package: ['podman', 'runc'] } }, /has runc/],
  ['runtime', 'green', { file: 'runtime: cri-o', says: { package: 'containerd.io' } }, /none yet/],
  ['runtime', 'green', { folder: true, file: 'packages: {source: folder, path: /packages}', says: { package: 'containerd.io' } }, /none yet/],
];

describe('each check', () => {
  it.each(CASES)('%s is %s: %j', (check, colour, situation, says) => {
    const found = of(situation, check);
    expect(found).toMatchObject({ colour, says: expect.stringMatching(says) });
    expect(colour === 'red' && !found.fix).toBe(false);
  });

  it('has a case for every colour that it can have', () => {
    /** A host that swaps is mended, one with another name works, and a firewall may let through what is needed. */
    const neverRed = ['swap', 'hostname', 'firewall', 'selinux'];
    for (const { name } of CHECKS) {
      const colours = new Set(CASES.filter(([check]) => check === name).map(([, colour]) => colour));
      const expected: readonly Colour[] = name === 'login' ? ['green', 'red'] : neverRed.includes(name) ? ['green', 'yellow'] : ['green', 'yellow', 'red'];
      expect([name, [...colours].sort()]).toEqual([name, [...expected].sort()]);
    }
  });

  it('is never red for what a host does not tell', () => {
    for (const topology of ['single', 'ha-stacked'] as const)
      expect(findings({ topology, silent: true, tried: [], clock: undefined }).filter(({ colour }) => colour === 'red')).toEqual([]);
  });

  it('finds nothing on hosts that are fit', () => {
    for (const topology of ['single', 'ha-stacked'] as const) expect(findings({ topology }).filter(({ colour }) => colour !== 'green')).toEqual([]);
  });
});

it('says of a host that does not answer only why', () => {
  const all = findings({ failure: 'no route', topology: 'ha-stacked' });
  expect(all.filter(({ host }) => host === 'n1')).toEqual([{ check: 'login', host: 'n1', colour: 'red', says: 'no route', fix: 'ping it' }]);
  expect(all.filter(({ host, colour }) => host !== 'n1' && colour === 'red')).toEqual([]);
});

it('stops at what is red, and tells each with its fix', () => {
  expect(() => demandNoRed(findings({ says: { cpus: '1', user: '1000' } }))).toThrow(
    expect.objectContaining({ code: 'PREFLIGHT_RED', exitCode: 4, why: expect.stringMatching(/n1, sudo: [\s\S]*n1, cpus: 1 CPU/) as unknown }),
  );
  demandNoRed(findings({ says: { cgroup: 'tmpfs' }, file: 'preflight: {accept: [{check: cgroup, reason: known}]}' }));
});

describe('what the cluster file accepts', () => {
  it('names a check, or is a mistake', () => {
    const accepting = (check: string) => () => specOf(clusterYaml('single', `preflight: {accept: [{check: ${check}, reason: known}]}`));
    expect(accepting('cgrup')).toThrow(/did you mean cgroup\?/);
    expect(accepting('login')).toThrow(/is no check/);
    for (const check of ACCEPTABLE) expect(accepting(check)().file.preflight.accept).toHaveLength(1);
  });

  it('can be every check but two, and each is there once', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(names.filter((name) => !isAcceptable(name))).toEqual(['login', 'leftovers']);
    expect([...ACCEPTABLE, 'login', 'leftovers'].sort()).toEqual([...names].sort());
  });

  it('turns no green into yellow', () => {
    expect(of({ file: 'preflight: {accept: [{check: cgroup, reason: known}]}' }, 'cgroup').colour).toBe('green');
  });
});

describe('ports', () => {
  it('are those of the roles of a host', () => {
    const spec = specOf(clusterYaml('ha-external-etcd'));
    const [first, , , etcd, , , worker] = spec.hosts;
    if (!first || !etcd || !worker) throw new Error('hosts are missing');
    expect(portsOf(first, spec)).toEqual([6443, 8404, 8443, 10_250, 10_257, 10_259]);
    expect(portsOf(etcd, spec)).toEqual([2379, 2380, 10_250]);
    expect(portsOf(worker, spec)).toEqual([10_250]);
    const from = (host: HostSpec) => connectionsFrom(host, spec).map(({ to, port }) => `${to.name}:${port}`);
    expect(from(worker)).toEqual(['n1:6443', 'n1:8443', 'n2:6443', 'n2:8443', 'n3:6443', 'n3:8443']);
    expect(from(etcd)).toEqual(['n5:2379', 'n5:2380', 'n6:2379', 'n6:2380']);
    expect(from(first)).toContain('n4:2379');
    expect(from(first)).not.toContain('n4:2380');
    expect(from(first)).toContain('n7:10250');
  });
});

describe('what is advised', () => {
  it('names what is left file by file, and never a folder with what others have in it', () => {
    const fixOf = (...leftover: string[]): string => of({ says: { leftover } }, 'leftovers').fix ?? '';
    expect(fixOf('/etc/cni/net.d/10-flannel.conflist', '/etc/cni/net.d/10-calico.conflist', 'link cni0')).toMatch(
      /^if nobody needs it any more: rm \/etc\/cni\/net\.d\/10-flannel\.conflist \/etc\/cni\/net\.d\/10-calico\.conflist, then reboot;/,
    );
    expect(fixOf('/etc/kubernetes/admin.conf', '/etc/cni/net.d/x.conf')).toMatch(/: kubeadm reset, then rm \/etc\/cni\/net\.d\/x\.conf; /);
  });

  it('names the unit of the runtime of this cluster', () => {
    const says = { cri: '/var/run/crio/crio.sock failing' };
    expect(of({ file: 'runtime: cri-o', says }, 'runtime').fix).toBe('see why: journalctl -u crio -n 50');
    expect(of({ file: 'runtime: cri-o', says: { ...says, ...OURS } }, 'runtime').fix).toBe('journalctl -u crio -n 50');
  });
});
