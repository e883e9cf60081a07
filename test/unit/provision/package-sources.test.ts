// Where hosts fetch packages and images: what goes through the proxy, what a mirror takes the place of, and which repositories there are.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wallClock } from '../../../src/platform/clock.ts';
import { openHome } from '../../../src/platform/home.ts';
import { manifest, manifestUrl } from '../../../src/provision/packages/manifests.ts';
import { curl, directHosts, proxyFor } from '../../../src/provision/packages/proxy.ts';
import { repositoriesOf } from '../../../src/provision/packages/repositories.ts';
import { containerdMirrors, crioMirrors } from '../../../src/provision/phases/image-mirrors.ts';
import { preflight } from '../../../src/provision/preflight/preflight.ts';
import { sourcesProbe } from '../../../src/provision/preflight/sources-probe.ts';
import { createPlan } from '../../../src/provision/load.ts';
import { factsOf } from '../../../src/provision/survey/facts.ts';
import { type Place, placeOf } from '../../../src/provision/survey/distribution.ts';
import { parseSurvey } from '../../../src/provision/survey/survey.ts';
import { Site } from '../../../src/provision/site.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';
import { fakeHost } from '../../fixtures/fake-host.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { nobody } from '../../fixtures/scripted-questions.ts';
import { noTerminal } from '../../fixtures/ssh-hosts.ts';

const DEBIAN = { distribution: 'debian', family: 'debian', codename: 'bookworm', architecture: 'amd64' } as const;
const ROCKY = { distribution: 'redhat', family: 'centos', codename: '', architecture: 'amd64' } as const;
const withPackages = (fields: string, more = '') => specOf(clusterYaml('single', `packages: {source: repositories${fields && `, ${fields}`}}\n${more}`));
const proxied = (noProxy: string) => withPackages(`proxy: "http://proxy:3128", noProxy: "${noProxy}"`);

describe('the proxy', () => {
  it.each([
    ['https://pkgs.k8s.io/x', '.intern', true],
    ['https://mirror.intern/x', '.intern', false],
    ['https://mirror.intern/x', 'intern', false],
    ['https://intern/x', '.intern', false],
    ['https://mirror.intern/x', '*.intern', false],
    ['https://notintern/x', 'intern', true],
    ['https://mirror.intern:8443/x', 'mirror.intern:8443', false],
    ['https://192.168.7.7:8443/x', '192.168.0.0/16', false],
    ['https://192.168.7.7/x', '192.168.7.7', false],
    ['https://192.168.7.77/x', '7.77', true],
    ['https://10.0.0.1/x', '192.168.0.0/16', true],
    ['https://pkgs.k8s.io/x', '*', false],
  ])('for %s with noProxy %s: %s', (url, noProxy, through) => {
    expect(proxyFor(url, proxied(noProxy))).toBe(through ? 'http://proxy:3128' : undefined);
  });

  it('is for no URL where the file names none', () => {
    expect(curl('https://pkgs.k8s.io/x', withPackages(''))).toBe("curl -fsSL 'https://pkgs.k8s.io/x'");
    expect(curl('https://pkgs.k8s.io/x', proxied('a'))).toBe("curl -fsSL --proxy 'http://proxy:3128' 'https://pkgs.k8s.io/x'");
  });

  it('is left out by apt for single hosts only: networks and domains it does not know', () => {
    expect(directHosts('.intern,192.168.0.0/16,mirror.intern,10.1.2.3,*')).toEqual(['mirror.intern', '10.1.2.3']);
  });
});

it.each([
  ['debian', '', 'x86_64', 'debian debian amd64'],
  ['ubuntu', 'debian', 'aarch64', 'debian ubuntu arm64'],
  ['linuxmint', 'ubuntu debian', 'x86_64', 'debian ubuntu amd64'],
  ['rocky', 'rhel centos fedora', 'x86_64', 'redhat centos amd64'],
  ['rhel', 'fedora', 'x86_64', 'redhat rhel amd64'],
  ['fedora', '', 'riscv64', 'redhat fedora riscv64'],
])('%s (like %s) on %s takes packages of %s', (id, like, machine, expected) => {
  const { distribution, family, architecture } = placeOf(parseSurvey(`os-id=${id}\nos-like=${like}\nmachine=${machine}`)) ?? DEBIAN;
  expect(`${distribution} ${family} ${architecture}`).toBe(expected);
});

describe('repositories', () => {
  const locations = (...args: Parameters<typeof repositoriesOf>) => repositoriesOf(...args).map(({ location }) => location);

  it('has containerd from the distribution as long as the kubelet works with it', () => {
    expect(locations(withPackages('', 'kubernetesVersion: "1.35"'), DEBIAN)).toEqual(['https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /']);
    expect(locations(withPackages('', 'kubernetesVersion: "1.36"'), { ...DEBIAN, family: 'ubuntu', codename: 'noble' })).toEqual([
      'https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /',
      'https://download.docker.com/linux/ubuntu noble stable',
    ]);
    expect(locations(withPackages('', 'kubernetesVersion: "1.36"\nruntime: cri-o'), DEBIAN).join()).not.toContain('docker');
  });

  it('are all below a mirror', () => {
    const spec = withPackages('mirror: "https://m.intern/k/"');
    expect(locations(spec, ROCKY)).toEqual([
      'https://m.intern/k/core:/stable:/v1.35/rpm/',
      'https://m.intern/k/docker/linux/centos/$releasever/$basearch/stable',
    ]);
    expect(manifestUrl('flannel', spec)).toBe('https://m.intern/k/manifests/kube-flannel.yml');
    expect(manifest('cilium', spec, undefined).read).toBe("curl -fsSL 'https://m.intern/k/manifests/cilium.yaml'");
  });

  it('are none for a folder of packages', () => {
    expect(repositoriesOf(specOf(clusterYaml('single', 'packages: {source: folder, path: /p}')), DEBIAN)).toEqual([]);
  });
});

describe('mirrors of images', () => {
  const spec = withPackages('imageMirrors: {docker.io: "https://r.intern/hub/", "localhost.intern:5000": "http://10.1.1.1:5000"}');

  it('are for containerd one file each, with the path where the registry has one', () => {
    expect(containerdMirrors(spec).map(({ id, path, content }) => [id, path, /server = '(.*)'/.exec(content)?.[1]])).toEqual([
      ['mirror-docker-io', '/etc/containerd/certs.d/docker.io/hosts.toml', 'https://r.intern/v2/hub'],
      ['mirror-localhost-intern-5000', '/etc/containerd/certs.d/localhost.intern:5000/hosts.toml', 'http://10.1.1.1:5000/v2'],
    ]);
  });

  it('are for CRI-O one file, which says where there is no TLS', () => {
    expect(crioMirrors(spec).map(({ content }) => content.replace(/^#.*\n/, ''))).toEqual([
      '[[registry]]\nprefix = "docker.io"\nlocation = "r.intern/hub"\ninsecure = false\n[[registry]]\nprefix = "localhost.intern:5000"\nlocation = "10.1.1.1:5000"\ninsecure = true\n',
    ]);
  });

  it.each(['Docker.io', 'docker', 'docker.io/library', 'https://docker.io'])('have a registry as their key, and %s is none', (key) => {
    expect(() => withPackages(`imageMirrors: {"${key}": "https://r.intern"}`)).toThrow(/registry/);
  });
});

describe('a repository that the host names itself', () => {
  const spec = withPackages('', 'kubernetesVersion: "1.36"');
  const surveyed = (...lines: readonly string[]) =>
    factsOf(parseSurvey(['os-id=debian', 'os-codename=bookworm', 'machine=x86_64', `address=eth0 ${spec.first.nodeIP}/24`, ...lines].join('\n')), spec.first);
  const idsWith = (...lines: readonly string[]): readonly string[] => {
    const facts = surveyed(...lines);
    if (!facts) throw new Error('no facts');
    const plan = createPlan({ path: '/c', spec, packages: undefined }, new Map(spec.hosts.map(({ name }) => [name, facts])));
    return plan.tasks.find(({ id }) => id === 'package-sources/n1')?.actions.map(({ id }) => id) ?? [];
  };
  const KUBERNETES = ['kubernetes-key', 'kubernetes-list', 'kubernetes-update'];
  const DOCKER = ['docker-key', 'docker-list', 'docker-update'];

  it('is read as it is named there, with its own key', () => {
    expect(idsWith('repository=https://download.docker.com/linux/debian/ bookworm /etc/apt/sources.list.d/docker.sources:1')).toEqual([
      'tools',
      ...KUBERNETES,
      'docker-update',
    ]);
    expect(idsWith('repository=https://pkgs.k8s.io/core:/stable:/v1.36/deb/  /etc/apt/sources.list:7')).toEqual(['tools', 'kubernetes-update', ...DOCKER]);
  });

  it.each([
    ['of another release', 'https://download.docker.com/linux/debian/ trixie /etc/apt/sources.list.d/docker.sources:1'],
    ['in the file that create writes', 'https://download.docker.com/linux/debian/ bookworm /etc/apt/sources.list.d/docker.list:1'],
    ['of somebody else', 'http://deb.debian.org/debian/ bookworm /etc/apt/sources.list:1'],
  ])('%s is not taken for it', (_, line) => {
    expect(idsWith(`repository=${line}`)).toEqual(['tools', ...KUBERNETES, ...DOCKER]);
  });
});

describe('what a host tries of them before a run', () => {
  const probe = (fields: string, host = 0, more = '', place: Place = DEBIAN): string => {
    const spec = withPackages(fields, more);
    const asked = spec.hosts[host];
    return asked ? sourcesProbe(asked, spec, place).join('\n') : '';
  };
  const places = (script: string): readonly string[] =>
    script.split('\n').flatMap((line) => {
      const [, kind, name, url, proxy] = /^place (\S+) '(.*?)' '(.*?)' '(.*?)' &$/.exec(line) ?? [];
      return kind === undefined ? [] : [`${kind} ${name} ${url}${proxy ? ` by ${proxy}` : ''}`];
    });

  it('is every repository, registry and manifest; manifests only where they are applied', () => {
    const all = ['packages-from kubernetes https://pkgs.k8s.io/core:/stable:/v1.35/deb/InRelease'];
    const images = 'images-from registry.k8s.io https://registry.k8s.io/v2/';
    expect(places(probe(''))).toEqual([...all, expect.stringContaining('packages-from flannel https://github.com/'), images]);
    expect(places(probe('', 1))).toEqual([...all, images]);
    expect(places(probe('', 1, '', ROCKY))).toEqual([
      'packages-from kubernetes https://pkgs.k8s.io/core:/stable:/v1.35/rpm/repodata/repomd.xml',
      'packages-from docker https://download.docker.com/linux/centos/gpg',
      images,
    ]);
    // One that did not tell what it is.
    const spec = withPackages('');
    expect(places(sourcesProbe(spec.first, spec, undefined).join('\n'))).toEqual([expect.stringContaining(' flannel '), images]);
    expect(places(probe('', 0, 'cni: cilium', { ...DEBIAN, architecture: 'arm64' })).find((place) => place.includes(' cilium '))).toMatch(/linux-arm64/);
  });

  it('goes the way that the phases go', () => {
    const asked = places(probe('mirror: "https://m.intern/k", proxy: "http://p:1", noProxy: .intern, imageMirrors: {docker.io: "https://r.other/hub"}', 1));
    expect(asked.filter((place) => place.includes('m.intern') && place.includes(' by '))).toEqual([]);
    expect(asked).toContain('images-from docker.io https://r.other/v2/ by http://p:1');
    expect(asked).toContain('images-from registry.k8s.io https://registry.k8s.io/v2/ by http://p:1');
  });

  it('is a script that a shell carries out, and says what it found', () => {
    const script = `say() { printf '%s=%s\\n' "$1" "$2"; }\n${probe('mirror: "http://127.0.0.1:9/k", imageMirrors: {registry.k8s.io: "http://127.0.0.1:9"}', 1)}\nwait`;
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^images-from=registry\.k8s\.io (7 000|none 0) http:\/\/127\.0\.0\.1:9\/v2\/$/m);
  });

  it('trusts the certificates of the file, however many, together with those of the host', async () => {
    const certificates = '-----BEGIN CERTIFICATE-----\n'.repeat(9_000);
    const spec = withPackages(`ca: ${JSON.stringify(certificates)}`);
    const given: { readonly script: string; readonly input: string }[] = [];
    const host = fakeHost(async (script, input) => {
      given.push({ script, input: (await input.bytes()).toString() });
      return '';
    });
    const { signal } = new AbortController();
    const options = { clock: wallClock, home: await openHome(scratchFolder()), signal, questions: nobody, terminal: noTerminal(), env: {} };
    await preflight(Site.over({ path: '/c.yaml', spec: { ...spec, hosts: [spec.first] }, packages: undefined }, options, [host]), signal);
    expect(Math.max(...given.map(({ script }) => script.length))).toBeLessThan(100 * 1024);
    expect(given.filter(({ input }) => input === certificates).map(({ script }) => script)).toEqual([expect.stringContaining('--cacert')]);
    const bin = scratchFolder();
    const curl = `#!/bin/sh\nwhile [ $# -gt 0 ]; do if [ "$1" = --cacert ]; then grep -c BEGIN "$2" > ${bin}/$$; fi; shift; done; printf 200\n`;
    writeFileSync(join(bin, 'curl'), curl, { mode: 0o755 });
    const script = `say() { printf '%s=%s\\n' "$1" "$2"; }\n${sourcesProbe(spec.first, spec, DEBIAN).join('\n')}\nwait`;
    const { stdout } = spawnSync('sh', ['-c', script], { input: certificates, env: { PATH: `${bin}:${process.env['PATH']}` }, encoding: 'utf8' });
    expect(stdout).toMatch(/^packages-from=kubernetes 0 200 /m);
    const counts = readdirSync(bin).filter((name) => name !== 'curl');
    expect(counts).toHaveLength(3);
    for (const name of counts) expect(Number(readFileSync(join(bin, name), 'utf8'))).toBeGreaterThanOrEqual(9_000);
  });

  it('is nothing where a folder brings all', () => {
    const spec = specOf(clusterYaml('single', 'packages: {source: folder, path: /p}'));
    expect(sourcesProbe(spec.first, spec, DEBIAN)).toEqual([]);
  });
});
