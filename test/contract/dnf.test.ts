// What is said to dnf and rpm, said to the real ones in a root of the test's own; skipped where they, rpmbuild or root's rights are not at hand.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noted } from '../../src/provision/host-state.ts';
import { createPlan } from '../../src/provision/load.ts';
import type { PackageFolder } from '../../src/provision/packages/folder.ts';
import type { Action } from '../../src/provision/plan/action.ts';
import { clusterYaml, specOf } from '../fixtures/cluster-files.ts';
import { REDHAT_FACTS } from '../fixtures/pretend-host.ts';

const PROGRAMS = ['dnf', 'rpm', 'rpmbuild', 'rpmsign', 'createrepo_c', 'gpg'] as const;
const absent = PROGRAMS.filter((name) => spawnSync(name, ['--version']).error);
const why = absent.length ? `there is no ${absent.join(', ')}` : process.getuid?.() === 0 ? undefined : 'a root of its own needs root’s rights';
if (why !== undefined) console.log(`skipped: ${why}`);

const BUILD_TIMEOUT_MS = 120_000;
const DNF_TIMEOUT_MS = 60_000;
const MIRROR = 'http://mirror.test';

// Short: gpg's socket is in it.
const scratch = why === undefined ? mkdtempSync(join(tmpdir(), 'dnf-')) : '';
const repositories = join(scratch, 'repositories');
const root = join(scratch, 'host');
const keyOf = (name: string): string => join(scratch, `${name}.asc`);
const at = (path: string): string => join(root, path);

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}
function must(program: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, GNUPGHOME: join(scratch, 'gpg') } });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
  return stdout;
}

/** Empty packages with lines of their own for the spec file. */
function build(folder: string, version: string, packages: Readonly<Record<string, string>>): void {
  const spec = join(scratch, `${version}.spec`);
  const sections = Object.entries(packages).map(
    ([name, lines]) => `%package -n ${name}\nSummary: ${name}\n${lines}\n%description -n ${name}\n%files -n ${name}\n`,
  );
  write(spec, `Name: all\nVersion: ${version}\nRelease: 1\nSummary: all\nLicense: none\nBuildArch: noarch\n%description\n${sections.join('\n')}`);
  must('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${scratch}/build`, '--define', `_rpmdir ${folder}`, spec]);
}
function publish(folder: string, key: string): void {
  const rpms = readdirSync(join(folder, 'noarch')).map((file) => join(folder, 'noarch', file));
  must('rpmsign', ['--define', '__gpg /usr/bin/gpg', '--define', `_gpg_name ${key}@ckadet.test`, '--addsign', ...rpms]);
  must('createrepo_c', ['-q', folder]);
  cpSync(keyOf(key), join(folder, 'repodata/repomd.xml.key'));
}

const KUBERNETES = join(repositories, 'core:/stable:/v1.35/rpm');
const BASE = join(repositories, 'base');
const key = join(KUBERNETES, 'repodata/repomd.xml.key');

const inRoot = (name: string, words: string): void => write(join(scratch, 'bin', name), `#!/bin/sh\nexec ${words}\n`, 0o755);

/** Runs it as on a host whose root is `root`. */
function sh(script: string): SpawnSyncReturns<string> {
  const moved = script.replaceAll(/(?<![\w.}/-])\/(?=(?:var|etc|usr)\/)/g, `${root}/`);
  return spawnSync('/bin/sh', ['-c', moved], { encoding: 'utf8', env: { ...process.env, PATH: `${join(scratch, 'bin')}:${process.env['PATH'] ?? ''}` } });
}
const installed = (): readonly string[] =>
  sh(`rpm -qa --qf '%{NAME}-%{VERSION}\\n'`)
    .stdout.split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^gpg-pubkey-.*/, 'a key'))
    .toSorted();
const owner = (...packages: readonly string[]): void => expect(sh(`dnf install -y -q --nogpgcheck ${packages.join(' ')}`)).toMatchObject({ status: 0 });

function actionsOf(packages: string, folder?: PackageFolder): (phase: string, id: string) => Action {
  const loaded = { path: '/c/cluster.yaml', spec: specOf(clusterYaml('all-in-one', `kubernetesVersion: "1.35.4"\npackages: ${packages}`)), packages: folder };
  const plan = createPlan(loaded, new Map(loaded.spec.hosts.map(({ name }) => [name, REDHAT_FACTS])));
  return (phase, id) => {
    const found = plan.tasks.find((task) => task.phase === phase)?.actions.find((action) => action.id === id);
    if (!found) throw new Error(`no ${phase}/${id}`);
    return found;
  };
}
function command(action: Action): { readonly does: string; readonly isDone: string; readonly undo: string } {
  if (action.kind !== 'command' || typeof action.unless !== 'string' || action.undo === undefined) throw new Error(`${action.id} is another thing`);
  return { does: noted(`p/${action.id}`, action.script), isDone: action.unless, undo: noted('reset/p', action.undo) };
}
const mirrored = actionsOf(`{source: repositories, mirror: "${MIRROR}"}`);
const system = command(mirrored('install-packages', 'install'));
const kubernetes = command(mirrored('kubernetes-binaries', 'install'));

describe.skipIf(why !== undefined)('dnf and rpm', () => {
  beforeAll(() => {
    mkdirSync(join(scratch, 'gpg'), { mode: 0o700 });
    for (const name of ['kubernetes', 'base', 'stranger']) {
      must('gpg', ['--batch', '-q', '--passphrase', '', '--quick-gen-key', `${name} <${name}@ckadet.test>`, 'rsa2048', 'sign', 'never']);
      writeFileSync(keyOf(name), must('gpg', ['--armor', '--export', `${name}@ckadet.test`]));
    }
    const programs = { kubelet: 'Requires: kubernetes-cni', kubeadm: '', kubectl: '', 'cri-tools': '', 'kubernetes-cni': '' };
    build(KUBERNETES, '1.35.4', programs);
    build(KUBERNETES, '1.35.9', programs);
    publish(KUBERNETES, 'kubernetes');
    build(BASE, '1', {
      'conntrack-tools': 'Requires: libnfct',
      libnfct: '',
      socat: '',
      ethtool: '',
      'iptables-nft': 'Provides: ebtables',
      curl: '',
      'curl-minimal': 'Provides: curl\nConflicts: curl',
    });
    build(BASE, '2', { socat: '', libnfct: '' });
    publish(BASE, 'base');
    inRoot('dnf', `${must('/bin/sh', ['-c', 'command -v dnf']).trim()} --installroot=${root} --releasever=9 "$@"`);
    inRoot('rpm', `${must('/bin/sh', ['-c', 'command -v rpm']).trim()} --root=${root} "$@"`);
    inRoot('systemctl', 'true');
  }, BUILD_TIMEOUT_MS);
  afterAll(() => {
    must('gpgconf', ['--kill', 'all']);
    rmSync(scratch, { recursive: true });
  });
  beforeEach(() => {
    rmSync(root, { recursive: true, force: true });
    cpSync(keyOf('kubernetes'), key);
    write(at('etc/dnf/dnf.conf'), '[main]\ngpgcheck=1\nbest=True\n');
    write(at('etc/yum.repos.d/base.repo'), `[base]\nname=base\nbaseurl=file://${BASE}\ngpgcheck=1\ngpgkey=file://${BASE}/repodata/repomd.xml.key\n`);
    const repository = mirrored('package-sources', 'kubernetes-repo');
    if (repository.kind !== 'file') throw new Error('the repository is no file');
    write(at(repository.path), repository.content.replaceAll(MIRROR, `file://${repositories}`));
  });

  it(
    'install what is missing, leave what the owner has, and take back that alone with the keys that came',
    () => {
      owner('socat-1', 'curl-minimal');
      expect(sh(system.isDone).status).not.toBe(0);
      expect(sh(system.does)).toMatchObject({ status: 0 });
      expect(installed()).toEqual(['a key', 'conntrack-tools-1', 'curl-minimal-1', 'ethtool-1', 'iptables-nft-1', 'libnfct-2', 'socat-1']);
      expect(sh(system.isDone).status).toBe(0);
      expect(sh(system.undo)).toMatchObject({ status: 0 });
      expect(installed()).toEqual(['curl-minimal-1', 'socat-1']);
    },
    DNF_TIMEOUT_MS,
  );

  it(
    'install the very version, also where the owner keeps these from upgrades, and upgrade it never',
    () => {
      write(at('etc/dnf/dnf.conf'), '[main]\ngpgcheck=1\nbest=True\nexclude=kubelet kernel*\n');
      expect(sh(kubernetes.does)).toMatchObject({ status: 0 });
      const all = ['a key', 'cri-tools-1.35.9', 'kubeadm-1.35.4', 'kubectl-1.35.4', 'kubelet-1.35.4', 'kubernetes-cni-1.35.9'];
      expect(installed()).toEqual(all);
      expect(sh('dnf upgrade -y -q').status).toBe(0);
      expect(installed()).toEqual(all);
      expect(sh(kubernetes.isDone.replace(/$/, ' >/dev/null')).status).toBe(0);
      expect(sh(kubernetes.undo)).toMatchObject({ status: 0 });
      expect(installed()).toEqual([]);
    },
    DNF_TIMEOUT_MS,
  );

  it(
    'refuse packages that another key has signed, whose import a reset takes back',
    () => {
      cpSync(keyOf('stranger'), key);
      const { status, stderr } = sh(kubernetes.does);
      expect([status, stderr]).toEqual([1, expect.stringContaining('GPG check FAILED')]);
      expect(installed()).toEqual(['a key']);
      expect(sh(kubernetes.undo).status).toBe(0);
      expect(installed()).toEqual([]);
    },
    DNF_TIMEOUT_MS,
  );

  it(
    'say which versions there are where the wanted one is not',
    () => {
      const wants = command(mirrored('kubernetes-binaries', 'install')).does.replaceAll('1.35.4', '1.35.7').replaceAll('1[.]35[.]4', '1[.]35[.]7');
      const { status, stderr } = sh(wants);
      expect([status, stderr]).toEqual([1, expect.stringMatching(/^the repositories do not have 1\.35\.7; they have: 1\.35\.4-1 1\.35\.9-1$/m)]);
    },
    DNF_TIMEOUT_MS,
  );

  it(
    'install files of a folder and what they need, where no repository answers, and none in place of what is there',
    () => {
      owner('libnfct-2');
      for (const file of readdirSync(at('etc/yum.repos.d'))) write(at(`etc/yum.repos.d/${file}`), '[gone]\nname=gone\nbaseurl=http://127.0.0.1:9/\n');
      const files = [
        'conntrack-tools-1-1.noarch.rpm',
        'libnfct-1-1.noarch.rpm',
        'socat-2-1.noarch.rpm',
        'ethtool-1-1.noarch.rpm',
        'iptables-nft-1-1.noarch.rpm',
      ];
      const folder = {
        path: BASE,
        files: [...FILES_OF_ALL, ...files.map((file) => `rpms/${file}`)],
        kubernetesVersion: 'v1.35.4',
        sha256: () => '0'.repeat(64),
      };
      const actions = actionsOf('{source: folder, path: /packages}', folder);
      const brought = actions('install-packages', 'bring');
      if (brought.kind !== 'upload') throw new Error('nothing is brought');
      for (const { from, path } of brought.files) {
        mkdirSync(dirname(at(path)), { recursive: true });
        cpSync(join(BASE, from.replace('rpms/', 'noarch/')), at(path));
      }
      const { does, undo } = command(actions('install-packages', 'install'));
      expect(sh(does)).toMatchObject({ status: 0 });
      expect(installed()).toEqual(['conntrack-tools-1', 'ethtool-1', 'iptables-nft-1', 'libnfct-2', 'socat-2']);
      expect(sh(undo)).toMatchObject({ status: 0 });
      expect(installed()).toEqual(['libnfct-2']);
      expect(existsSync(at('var/lib/ckadet'))).toBe(true);
    },
    DNF_TIMEOUT_MS,
  );
});

/** What any folder has to hold. */
const FILES_OF_ALL = [
  'bin/kubeadm',
  'bin/kubectl',
  'bin/kubelet',
  'cni/cni-plugins-linux-amd64-v1.9.1.tgz',
  'containerd/containerd-2.2.9-linux-amd64.tar.gz',
  'containerd/runc.amd64',
  'manifests/kube-flannel.yml',
];
