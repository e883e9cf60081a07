// Shell texts that keep, change and put back what a host had, run for real by /bin/sh in a folder of the test's own.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  FORGET,
  keepBefore,
  LIST_UNDOS,
  notDone,
  noted,
  parseUndos,
  restoreFile,
  STATE_FOLDER,
  type Undo,
  wasDone,
} from '../../../src/provision/host-state.ts';
import { createPlan } from '../../../src/provision/load.ts';
import { clearHalfMade } from '../../../src/provision/phases/half-made.ts';
import { newPackages } from '../../../src/provision/phases/new-packages.ts';
import { enabling, restarting, restartIfActive } from '../../../src/provision/phases/services.ts';
import { resetPlan } from '../../../src/provision/pipelines/reset.ts';
import type { Topology } from '../../../src/provision/cluster-file/schema.ts';
import type { CommandAction, Plan } from '../../../src/provision/plan/action.ts';
import { undoOf } from '../../../src/provision/plan/undo.ts';
import { LIST_NODES } from '../../../src/provision/members.ts';
import { etcdctl } from '../../../src/provision/phases/etcdctl-on-host.ts';
import { MEMBERSHIPS } from '../../../src/provision/phases/membership.ts';
import { clusterYaml, packageFolder, specOf } from '../../fixtures/cluster-files.ts';
import { REDHAT_FACTS } from '../../fixtures/pretend-host.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

let root = '';
const at = (path: string): string => join(root, path);
const read = (path: string): string => readFileSync(at(path), 'utf8');
function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}
/** A program of the host. */
function program(name: string, script: string): void {
  write(`/bin/${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(at(`/bin/${name}`), 0o755);
}
/** Runs it with the host's folders below `root`. */
function sh(script: string): SpawnSyncReturns<string> {
  const moved = script.replaceAll(/(?<![\w.}/-])\/(?=(?:var|etc|proc|home|opt|run|usr|data)\/)/g, `${root}/`);
  const astray = moved.replaceAll(new RegExp(String.raw`${root}/[\w./-]*`, 'g'), '').match(/\/(var|etc|opt|run|usr)\/.*/);
  if (astray) throw new Error(`this would reach the machine's own ${astray[0]}`);
  return spawnSync('/bin/sh', ['-c', moved], { encoding: 'utf8', env: { PATH: `${at('/bin')}:${process.env['PATH'] ?? ''}`, HOME: at('/home/me') } });
}
function ran(script: string): void {
  const { status, stderr } = sh(script);
  expect([status, stderr]).toEqual([0, '']);
}
const forget = (): void => ran(`set -e\n${FORGET}`);

beforeEach(() => {
  root = scratchFolder();
  mkdirSync(at('/var/lib'), { recursive: true });
  mkdirSync(at('/bin'));
});

const loaded = {
  path: '/c/cluster.yaml',
  spec: specOf(`${clusterYaml('all-in-one')}packages: {source: folder, path: /packages}\n`),
  packages: packageFolder(),
};
const plan = createPlan(loaded);
function command(phase: string, id: string, of: Plan = plan): CommandAction & { readonly undo: string } {
  const found = of.tasks.flatMap((task) => (task.phase === phase ? task.actions : [])).find((action) => action.id === id);
  if (found?.kind !== 'command' || found.undo === undefined) throw new Error(`no command ${phase}/${id} with an undo`);
  return { ...found, undo: found.undo };
}
const run = (phase: string, id: string): void => ran(noted(`${phase}/${id}`, command(phase, id).script));
const undo = (phase: string, id: string): void => ran(noted(`reset/${phase}-${id}`, command(phase, id).undo));

describe('files of a host', () => {
  it('are kept once for each path, and put back', () => {
    write('/etc/a', 'theirs');
    ran(keepBefore('p/one', ['/etc/a']));
    write('/etc/a', 'ours');
    ran(keepBefore('p/one', ['/etc/a']));
    ran(keepBefore('p/two', ['/etc/a']));
    ran(`set -e\n${restoreFile('/etc/a')}`);
    expect(read('/etc/a')).toBe('theirs');
    forget();
    expect(readdirSync(at('/var/lib'))).toEqual([]);
  });

  it('are kept when an action that was begun gains a path', () => {
    write('/etc/b', 'theirs too');
    ran(keepBefore('p/one', ['/etc/a']));
    write('/etc/a', 'ours');
    ran(keepBefore('p/one', ['/etc/a', '/etc/b']));
    write('/etc/b', 'ours');
    ran(`set -e\n${restoreFile('/etc/a')}\n${restoreFile('/etc/b')}`);
    expect([existsSync(at('/etc/a')), read('/etc/b')]).toEqual([false, 'theirs too']);
  });

  it('stay when the plan names them now and nothing of ours ever came there', () => {
    write('/etc/b', 'theirs');
    ran(keepBefore('p/one', ['/etc/a']));
    ran(`set -e\n${restoreFile('/etc/b')}`);
    expect(read('/etc/b')).toBe('theirs');
  });

  it('are put back at the end when the plan no longer names them, and folders go that were made for them', () => {
    write('/etc/a', 'theirs');
    ran(keepBefore('p/one', ['/etc/a', '/etc/new/deep/c']));
    write('/etc/a', 'ours');
    write('/etc/new/deep/c', 'ours');
    forget();
    expect([read('/etc/a'), existsSync(at('/etc/new')), existsSync(at(STATE_FOLDER))]).toEqual(['theirs', false, false]);
  });

  it('are not forgotten when one cannot be put back', () => {
    write('/etc/dir/a', 'theirs');
    write('/etc/b', 'theirs');
    ran(keepBefore('p/one', ['/etc/dir/a', '/etc/b']));
    rmSync(at('/etc/dir'), { recursive: true });
    write('/etc/dir', 'a file in the way');
    const failed = sh(noted('reset/x', `${restoreFile('/etc/dir/a')}\n${restoreFile('/etc/b')}`));
    expect(failed.status).not.toBe(0);
    expect(sh(noted('reset/forget', FORGET)).status).not.toBe(0);
    expect(read(`${STATE_FOLDER}/originals${at('/etc/dir/a')}`)).toBe('theirs');
  });
});

it('a command that removes all notes leaves none, and no complaint', () => {
  ran(keepBefore('p/one', ['/etc/a']));
  ran(noted('reset/forget', FORGET));
  expect(existsSync(at(STATE_FOLDER))).toBe(false);
});

describe('swap', () => {
  /** A systemd that keeps what it was told, with units of a generator and of an administrator, and a service that makes swap. */
  beforeEach(() => {
    program('swapoff', `printf 'Filename Type\\n' > ${at('/proc/swaps')}`);
    program('swapon', `echo "$1" >> ${at('/on')}`);
    program(
      'systemctl',
      `cd ${root}/units || exit 1
for word in "$@"; do case $word in -q) quiet=1 ;; --now) now=1 ;; --runtime) runtime=-runtime ;; -*) ;; *) if [ -z "$verb" ]; then verb=$word; else unit=$word; fi ;; esac; done
case $verb in
  list-unit-files) for each in *.swap; do [ -e "$each" ] && echo "$each $(cat "$each") -"; done; exit 0 ;;
  is-enabled) [ -n "$quiet" ] || cat "$unit"; case $(cat "$unit" 2>/dev/null) in enabled*) exit 0 ;; *) exit 1 ;; esac ;;
  is-active) [ -n "$quiet" ] || { [ -e "active/$unit" ] && echo active || echo inactive; }; [ -e "active/$unit" ]; exit ;;
  daemon-reload) exit 0 ;;
  mask) [ "$(cat "$unit")" = generated ] || exit 1; echo masked > "$unit" ;;
  unmask) echo generated > "$unit" ;;
  disable) [ "$(cat "$unit")" != generated ] || exit 1; echo disabled > "$unit" ;;
  enable) echo "enabled$runtime" > "$unit" ;;
  start) : > "active/$unit"; [ "$unit" != dphys-swapfile.service ] || echo '/var/swap file' >> ${at('/proc/swaps')} ;;
  *) echo "unexpected $*" >&2; exit 64 ;;
esac
[ -z "$now" ] || rm -f "active/$unit"`,
    );
    mkdirSync(at('/units/active'), { recursive: true });
    write('/proc/swaps', 'Filename Type\n');
  });
  const unit = (name: string, state: string, active = true): void => {
    write(`/units/${name}`, `${state}\n`);
    if (active) write(`/units/active/${name}`, '');
  };
  const units = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(at('/units'))
        .filter((name) => name !== 'active')
        .map((name) => [name, `${read(`/units/${name}`).trim()}${existsSync(at(`/units/active/${name}`)) ? ', active' : ''}`]),
    );
  const isOff = (): boolean => sh(command('prepare-kernel', 'swap-off').unless ?? 'false').status === 0;

  it('in fstab loses only the marks, and only swaps that were on come back', () => {
    write('/data/swapfile', '');
    write('/proc/swaps', `Filename Type\n${at('/data/swapfile')} file\n/gone file\n`);
    write('/etc/fstab', '/dev/vda1 / ext4 x 0 1\n/data/swapfile none swap sw 0 0\n');
    expect(isOff()).toBe(false);
    run('prepare-kernel', 'swap-off');
    expect(read('/etc/fstab')).toContain('#ckadet: /data/swapfile');
    expect(isOff()).toBe(true);
    run('prepare-kernel', 'swap-off');
    write('/etc/fstab', `${read('/etc/fstab')}/dev/vdb1 /data ext4 x 0 2\n`);
    undo('prepare-kernel', 'swap-off');
    expect(read('/etc/fstab')).toBe('/dev/vda1 / ext4 x 0 1\n/data/swapfile none swap sw 0 0\n/dev/vdb1 /data ext4 x 0 2\n');
    expect(read('/on')).toBe(`${at('/data/swapfile')}\n`);
  });

  it('of units and services is off at the next boot too, and a reset leaves each as it was', () => {
    unit('dev-zram0.swap', 'generated');
    unit('dev-vda3.swap', 'generated', false);
    unit('swapfile.swap', 'enabled');
    unit('other.swap', 'disabled', false);
    unit('dphys-swapfile.service', 'enabled');
    unit('swapspace.service', 'disabled');
    unit('zramswap.service', 'enabled-runtime');
    write('/proc/swaps', 'Filename Type\n/dev/zram0 partition\n/swapfile file\n/var/swap file\n');
    const before = units();
    run('prepare-kernel', 'swap-off');
    expect(units()).toEqual({
      'dev-zram0.swap': 'masked',
      'dev-vda3.swap': 'masked',
      'swapfile.swap': 'disabled',
      'other.swap': 'disabled',
      'dphys-swapfile.service': 'disabled',
      'swapspace.service': 'disabled',
      'zramswap.service': 'disabled',
    });
    expect(isOff()).toBe(true);
    undo('prepare-kernel', 'swap-off');
    expect(units()).toEqual(before);
    expect(existsSync(at('/on'))).toBe(false);
  });

  it('that is not to be turned off is told', () => {
    program('swapoff', 'true');
    write('/proc/swaps', 'Filename Type\n/dev/vda2 partition\n');
    const { status, stderr } = sh(noted('prepare-kernel/swap-off', command('prepare-kernel', 'swap-off').script));
    expect([status, stderr]).toEqual([1, 'swap is still on: /dev/vda2\n']);
  });
});

describe('the kubeconfig of the administrator', () => {
  const login = (user: string): void => {
    program('getent', `echo ${user}:x:1:1::${at(`/home/${user}`)}:/bin/sh`);
    mkdirSync(at(`/home/${user}`), { recursive: true });
  };
  beforeEach(() => {
    program('id', 'echo 0');
    program('install', 'for last; do :; done; case "$1" in -d) mkdir -p "$last" ;; *) cp "$(eval echo \\${$(($# - 1))})" "$last" ;; esac');
    write('/etc/kubernetes/admin.conf', 'ours');
  });

  it('goes back to what it was before the first of all runs, whoever takes it back', () => {
    login('me');
    write('/home/me/.kube/config', 'mine');
    run('admin-kubeconfig', 'kubeconfig');
    write('/etc/kubernetes/admin.conf', 'ours, renewed');
    run('admin-kubeconfig', 'kubeconfig');
    expect(read('/home/me/.kube/config')).toBe('ours, renewed');
    login('other');
    undo('admin-kubeconfig', 'kubeconfig');
    expect(read('/home/me/.kube/config')).toBe('mine');
    expect(existsSync(at('/home/other/.kube'))).toBe(false);
  });

  it('stays as its owner has changed it since, and what was there before comes beside it', () => {
    login('me');
    write('/home/me/.kube/config', 'mine');
    run('admin-kubeconfig', 'kubeconfig');
    const { unless = '' } = command('admin-kubeconfig', 'kubeconfig');
    expect(sh(unless).status).toBe(0);
    write('/home/me/.kube/config', 'ours, and another cluster');
    // Nothing to do any more, and where it is done all the same it does no harm.
    write('/etc/kubernetes/admin.conf', 'ours, renewed');
    expect(sh(unless).status).toBe(0);
    run('admin-kubeconfig', 'kubeconfig');
    expect(read('/home/me/.kube/config')).toBe('ours, and another cluster');
    const { stdout } = sh(noted('reset/kubeconfig', command('admin-kubeconfig', 'kubeconfig').undo));
    expect(stdout).toContain('/home/me/.kube/config was changed since ckadet wrote it, and stays');
    forget();
    expect(read('/home/me/.kube/config')).toBe('ours, and another cluster');
    expect(read('/home/me/.kube/config.before-ckadet')).toBe('mine');
  });

  it('is written anew when admin.conf was renewed, or a run was cut off before it was noted', () => {
    login('me');
    run('admin-kubeconfig', 'kubeconfig');
    const { unless = '' } = command('admin-kubeconfig', 'kubeconfig');
    rmSync(at('/var/lib/ckadet/written'));
    expect(sh(unless).status).toBe(1);
    run('admin-kubeconfig', 'kubeconfig');
    write('/etc/kubernetes/admin.conf', 'ours, renewed');
    expect(sh(unless).status).toBe(1);
    run('admin-kubeconfig', 'kubeconfig');
    rmSync(at('/home/me/.kube/config'));
    expect(sh(unless).status).toBe(1);
    run('admin-kubeconfig', 'kubeconfig');
    expect(read('/home/me/.kube/config')).toBe('ours, renewed');
    undo('admin-kubeconfig', 'kubeconfig');
    expect(existsSync(at('/home/me/.kube/config'))).toBe(false);
  });

  it('leaves what was added to its folder since, and no folder that is empty', () => {
    login('me');
    run('admin-kubeconfig', 'kubeconfig');
    write('/home/me/.kube/kuberc', 'mine');
    login('other');
    run('admin-kubeconfig', 'kubeconfig');
    undo('admin-kubeconfig', 'kubeconfig');
    forget();
    expect(readdirSync(at('/home/me/.kube'))).toEqual(['kuberc']);
    expect(readdirSync(at('/home/other'))).toEqual([]);
  });
});

describe('folders that were not there before', () => {
  const mount = (path: string): void => write('/proc/mounts', `server:/data ${at(path)} nfs rw 0 0\n`);
  beforeEach(() => {
    run('remember', 'folders');
    write('/var/lib/kubelet/pods/1/volumes/nfs/precious', 'data');
    mount('/var/lib/kubelet/pods/1/volumes/nfs');
  });

  it('are not removed while something is mounted in one of them', () => {
    program('umount', 'echo busy >&2; exit 32');
    const { status, stderr } = sh(noted('reset/remember-folders', command('remember', 'folders').undo));
    expect(status).not.toBe(0);
    expect(stderr).toContain('still mounted');
    expect(read('/var/lib/kubelet/pods/1/volumes/nfs/precious')).toBe('data');
  });

  it('are removed once it is unmounted', () => {
    program('umount', `echo "$1" >> ${at('/unmounted')}; rm "$1"/precious; : > ${at('/proc/mounts')}`);
    undo('remember', 'folders');
    expect(existsSync(at('/var/lib/kubelet'))).toBe(false);
    expect(read('/unmounted')).toBe(`${at('/var/lib/kubelet/pods/1/volumes/nfs')}\n`);
  });
});

it('folders that a package of the owner has by then stay', () => {
  run('remember', 'folders');
  for (const tree of ['/etc/cni/net.d', '/opt/cni/bin', '/var/lib/kubelet']) write(`${tree}/file`, '');
  // Podman came later, with files of its own; of rpm, which does not own the folders around them.
  program('dpkg', `[ "$1" = -S ] || exit 1; shift; for path; do case $path in */opt/cni) echo "plugins:amd64, other: $path";; esac; done; exit 1`);
  program('rpm', `echo ${at('/etc/cni/net.d/file')}`);
  const { status, stdout } = sh(noted('reset/remember-folders', command('remember', 'folders').undo));
  expect([status, stdout.match(/\S+(?= is of an installed package)/g)]).toEqual([0, ['/etc/cni', '/etc/cni/net.d', '/opt/cni'].map(at)]);
  expect(['/etc/cni/net.d/file', '/opt/cni/bin/file', '/var/lib/kubelet'].map((path) => existsSync(at(path)))).toEqual([true, true, false]);
});

it('only folders of what runs on a host are remembered', () => {
  const treesIn = (topology: Topology, name: string, more = ''): string => {
    const each = { ...loaded, spec: specOf(`${clusterYaml(topology, more)}packages: {source: repositories}\n`), packages: undefined };
    const task = createPlan(each).tasks.find(({ phase, host }) => phase === 'remember' && host === name);
    return task?.actions.map((action) => (action.kind === 'command' ? action.script : '')).join('\n') ?? '';
  };
  expect(treesIn('single', 'n1')).toMatch(/\/var\/lib\/containerd .*\/var\/lib\/etcd/);
  expect(treesIn('single', 'n1')).not.toMatch(/\/var\/lib\/containers|\/etc\/containers|haproxy|keepalived|crio/);
  expect(treesIn('single', 'n2')).not.toContain('/var/lib/etcd');
  expect(treesIn('single', 'n2', 'runtime: cri-o')).toMatch(/\/etc\/crio .*\/var\/lib\/containers/);
  expect(treesIn('single', 'n2', 'runtime: cri-o')).not.toContain('containerd');
  expect(treesIn('ha-stacked', 'n1')).toMatch(/\/etc\/haproxy .*\/var\/lib\/haproxy/);
  expect(treesIn('ha-stacked', 'n4')).not.toContain('haproxy');
});

describe('packages of the host', () => {
  const { noting, removing } = newPackages('debian', 'test');
  /** As dpkg logs it. */
  const installs = (...names: readonly string[]): string => names.map((name) => `echo "2026 12:00 install ${name}:amd64 <none> 1.0" >> "$log"`).join('; ');
  /** The installation and the shell that notes what it did get it. */
  const signalled = (signal: string): string => `sh -c 'kill -${signal} $(ps -o ppid= -p $PPID) $PPID'; true`;
  beforeEach(() => {
    program('dpkg', `shift; printf '%s\\n' "$@" >> ${at('/purged')}`);
    mkdirSync(at('/var/log'));
  });

  it('that were there before, or were only renewed, stay', () => {
    ran(noted('p/i', noting(`${installs('runc')}; echo "2026 12:00 startup archives install\n2026 12:00 upgrade bash:amd64 1 2" >> "$log"`)));
    ran(noted('reset/i', removing()));
    expect(read('/purged')).toBe('runc\n');
    expect(read('/var/log/dpkg.log')).toContain('install runc:amd64');
  });

  it.each([
    ['failed halfway', 'false'],
    ['was told to stop', signalled('TERM')],
  ])('are known as new after an installation that %s, and what the owner installs then stays', (_, end) => {
    expect(sh(noted('p/i', noting(`${installs('runc')}; ${end}; ${installs('not-reached')}`))).status).not.toBe(0);
    expect(existsSync(at(`${STATE_FOLDER}/new-packages-test.log`))).toBe(false);
    ran(installs('nginx').replaceAll('"$log"', at('/var/log/dpkg.log')));
    ran(noted('reset/i', removing()));
    expect(read('/purged')).toBe('runc\n');
  });

  it.each(['the next run', 'the reset'])('are known as new after an installation that was killed outright, by %s', (by) => {
    expect(sh(noted('p/i', noting(`${installs('runc')}; ${signalled('KILL')}`))).status).toBe(137);
    if (by === 'the next run') ran(noted('p/i', noting(installs('ctr'))));
    ran(noted('reset/i', removing()));
    expect(read('/purged')).toBe(by === 'the next run' ? 'ctr\nrunc\n' : 'runc\n');
  });

  it('take settings with them that an owner had before, and these are there again', () => {
    const { noting: bringing, removing: leaving } = newPackages('debian', 'test', ['/etc/haproxy.cfg', '/etc/new.cfg']);
    write('/etc/haproxy.cfg', 'theirs');
    ran(noted('p/i', bringing(`${installs('haproxy')}; echo sample > /etc/new.cfg`)));
    for (const path of ['/etc/haproxy.cfg', '/etc/new.cfg']) {
      ran(keepBefore('q/file', [path]));
      write(path, 'ours');
      ran(noted('reset/file', restoreFile(path)));
    }
    program('dpkg', `shift; rm -f ${at('/etc/haproxy.cfg')}`);
    ran(noted('reset/i', leaving()));
    forget();
    expect([read('/etc/haproxy.cfg'), existsSync(at('/etc/new.cfg'))]).toEqual(['theirs', false]);
  });

  it('are not removed while others need them, and the reset says what to do', () => {
    ran(noted('p/i', noting(installs('runc'))));
    program('dpkg', 'echo "podman depends on runc" >&2; exit 1');
    const { status, stderr } = sh(noted('reset/i', removing()));
    expect(status).toBe(1);
    expect(stderr).toMatch(/podman depends on runc\npackages that came with the cluster are needed by others.*then reset again/);
  });

  describe('with rpm', () => {
    const rpms = newPackages('redhat', 'test');
    const adds = (...names: readonly string[]): string => names.map((name) => `echo ${name} >> ${at('/packages')}`).join('; ');
    beforeEach(() => {
      program(
        'rpm',
        `case $1 in -qa) cat ${at('/packages')} ;; -q) sed 's/ /-/g' ${at('/packages')} | grep -qx "$2" ;; -e) shift 2; printf '%s\\n' "$@" >> ${at('/purged')} ;; esac`,
      );
      write('/packages', 'bash\ngpg-pubkey 1111 aaaa\nsocat\n');
    });

    it('go where they are new, also after a failure, and nothing that the owner installed since', () => {
      expect(sh(noted('p/i', rpms.noting(`${adds('runc', 'gone', 'gpg-pubkey 2222 bbbb')}; false`))).status).toBe(1);
      ran(adds('nginx', 'gpg-pubkey 3333 cccc'));
      ran(noted('p/i', rpms.noting(adds('ctr'))));
      write('/packages', read('/packages').replace('gone\n', ''));
      ran(noted('reset/i', rpms.removing()));
      expect(read('/purged')).toBe('ctr\ngpg-pubkey-2222-bbbb\nrunc\n');
    });

    it.each(['the next run', 'the reset'])('stay where nobody can tell whose they are: %s comes after one that was killed outright', (next) => {
      expect(sh(noted('p/i', rpms.noting(`${adds('runc')}; ${signalled('KILL')}`))).status).toBe(137);
      ran(adds('nginx'));
      if (next === 'the next run') ran(noted('p/i', rpms.noting(adds('ctr'))));
      ran(noted('reset/i', rpms.removing()));
      expect(existsSync(at('/purged')) && read('/purged')).toBe(next === 'the next run' && 'ctr\n');
    });

    it('are not removed with those that need them', () => {
      ran(noted('p/i', rpms.noting(adds('runc'))));
      program('rpm', 'case $1 in -e) echo "runc is needed by (installed) podman" >&2; exit 1 ;; esac');
      const { status, stderr } = sh(noted('reset/i', rpms.removing()));
      expect([status, stderr]).toEqual([1, expect.stringMatching(/needed by \(installed\) podman\npackages that came with/)]);
    });
  });
});

describe('apt', () => {
  const spec = specOf(clusterYaml('all-in-one', 'packages: {source: repositories}'));
  const made = createPlan({ path: '/c/cluster.yaml', spec, packages: undefined });
  const kubernetes = noted('p/i', command('kubernetes-binaries', 'install', made).script);
  const { full } = spec.version;
  /** `madison` and `simulated` are what it prints. */
  const host = (madison: string, install: string, simulated = ''): void => {
    program('apt-mark', 'true');
    program('apt-cache', `echo 'kubelet | ${madison} | https://pkgs'`);
    program(
      'apt-get',
      `case " $* " in *" -s "*) echo '${simulated}' ;; *" update "*) echo update >> ${at('/asked')} ;; *) echo "$*" >> ${at('/asked')}; ${install} ;; esac`,
    );
  };

  it('installs only what takes nothing away, and says what would have to go', () => {
    host(`${full.slice(1)}-1.1`, 'exit 100', 'Inst kubelet (1)\nRemv docker-ce [5]\nRemv podman [1]');
    const { status, stderr } = sh(kubernetes);
    expect(status).toBe(100);
    expect(stderr).toMatch(/^packages of this host conflict with these and would have to go: docker-ce podman\./);
    expect(read('/asked')).toContain(' --no-remove ');
    const installs = made.tasks.flatMap(({ actions }) => actions).filter((action) => action.kind === 'command' && / install -y/.test(action.script));
    expect(installs.length).toBeGreaterThan(3);
    for (const action of installs) expect(action).toMatchObject({ script: expect.stringContaining('--no-remove') as unknown, timeoutMs: 900_000 });
  });

  it('says which versions there are where the version is what is missing, and only there', () => {
    host('1.0.0-1.1', 'exit 100');
    const { status, stderr } = sh(kubernetes);
    expect([status, stderr]).toEqual([100, `the repositories do not have ${full.slice(1)}; they have:\nkubelet | 1.0.0-1.1 | https://pkgs\n`]);
    host(`${full.slice(1)}-1.1`, 'echo "E: Unable to fetch" >&2; exit 100');
    expect(sh(kubernetes)).toMatchObject({ status: 100, stderr: 'E: Unable to fetch\n', stdout: '' });
  });

  it('reads the lists of all repositories, unless it did so a moment ago: that one list is new says nothing of the others', () => {
    host('1', 'true');
    write('/var/lib/apt/lists/pkgs.k8s.io_InRelease', 'new');
    const install = `${command('install-packages', 'install', made).script.replace(/^[^]*?export DEBIAN/, 'export DEBIAN')}`;
    ran(noted('p/a', install));
    ran(noted('p/b', install));
    expect(read('/asked').match(/^update$/gm)).toHaveLength(1);
    spawnSync('touch', ['-d', '20 minutes ago', at(`${STATE_FOLDER}/lists-updated`)]);
    ran(noted('p/c', install));
    expect(read('/asked').match(/^update$/gm)).toHaveLength(2);
  });

  it('does not take lists for new that it could not read', () => {
    host('1', 'true');
    program('apt-get', `echo "$*" >> ${at('/asked')}; exit 100`);
    expect(sh(noted('p/a', command('container-runtime', 'containerd', made).script)).status).toBe(100);
    expect(existsSync(at(`${STATE_FOLDER}/lists-updated`))).toBe(false);
  });
});

it('undoing may take as long as doing it', () => {
  const install = command('install-packages', 'install');
  const undos = new Map([
    ['p/long', undoOf(install)],
    ['p/short', { says: 'x', undo: 'x' }],
  ]);
  const reset = resetPlan('demo', new Map([['n1', { ids: new Set(undos.keys()), undos }]]));
  const limits = reset.tasks.flatMap(({ actions }) => actions.map((each) => [each.id, each.kind === 'command' && each.timeoutMs]));
  expect(limits).toEqual([
    ['p-short', undefined],
    ['p-long', 900_000],
    ['forget', undefined],
  ]);
});

describe('a reset by the notes of the hosts', () => {
  const noteOf = (says: string): Undo => ({ says, undo: `undo ${says}`, afterUndo: 'as before' });
  const of = (ids: readonly string[], undos: ReadonlyMap<string, Undo>) => new Map([['n1', { ids: new Set(ids), undos }]]);
  const idsOf = (reset: Plan): readonly string[] => reset.tasks.flatMap(({ actions }) => actions.map(({ id }) => id));

  it('refuses where they do not say how', () => {
    const undos = new Map([['prepare-kernel/modules', noteOf('modules')]]);
    expect(() => resetPlan('demo', of(['prepare-kernel/modules', 'load-balancer/haproxy-config'], undos))).toThrow(
      expect.objectContaining({ code: 'RESET_UNKNOWN', exitCode: 3, why: expect.stringMatching(/:\nn1: load-balancer\/haproxy-config$/) as unknown }),
    );
    // Of an earlier reset that was cut off.
    expect(idsOf(resetPlan('demo', of(['reset/prepare-kernel-modules'], new Map())))).toEqual(['forget']);
  });

  it('undoes what was begun last first, phase by phase', () => {
    const noted = ['remember/folders', 'selinux/config', 'container-runtime/config', 'container-runtime/mirror'];
    const undos = new Map([...noted.map((id) => [id, noteOf(id)] as const), ['add-ons/top', { says: 'install top' }]]);
    const begun = ['remember/folders', 'selinux/config', 'container-runtime/config', 'add-ons/top', 'container-runtime/mirror'];
    const reset = resetPlan('demo', of(begun, undos));
    expect(idsOf(reset)).toEqual([
      'container-runtime-mirror',
      'container-runtime-config',
      'container-runtime-config-after',
      'container-runtime-mirror-after',
      'selinux-config',
      'selinux-config-after',
      'remember-folders',
      'remember-folders-after',
      'forget',
    ]);
    expect(reset.tasks[0]?.actions[0]).toMatchObject({ says: 'undo: container-runtime/mirror', script: 'undo container-runtime/mirror' });
  });

  it('a node that left its cluster has to join from the beginning, also after a join that was cut off', () => {
    const joins = noted('join-workers/join', `printf %s "$again" > ${at('/data/again')}; exit "$(cat ${at('/data/code')})"`);
    write('/data/code', '0');
    ran(joins);
    ran(noted('join-workers/leave', notDone(MEMBERSHIPS)));
    expect(sh(wasDone('join-workers/join')).status).toBe(1);
    expect(sh(wasDone('join-workers/leave')).status).toBe(0);
    write('/data/code', '1');
    for (const _ of [1, 2]) {
      expect(sh(joins).status).toBe(1);
      expect(read('/data/again')).toBe('yes');
    }
  });

  it('begins nothing that cannot be noted', () => {
    mkdirSync(at(`${STATE_FOLDER}/undos`), { recursive: true }); // no note can be written there
    const { status, stderr } = sh(noted('p/a', `touch ${at('/begun')}`, 'false', [], { says: 'a' }));
    expect([status, existsSync(at('/begun'))]).toEqual([74, false]);
    expect(stderr).toContain(`cannot write to`);
  });

  it('finds notes of files and commands as they were made, whatever an earlier run was cut off in', () => {
    const odd = { says: "it's", undo: `printf '%s\\n' "a\\b" '$HOME'\nwhile :; do break; done`, afterUndo: 'again', timeoutMs: 900_000 };
    ran(noted('p/none', ':', 'false', [], { says: 'nothing to undo' }));
    const file = '/var/lib/ckadet/undos';
    write(file, `${read(file)}{"id":"p/odd","say`);
    ran(noted('p/odd', ':', 'false', [], odd));
    ran(keepBefore('p/file', ['/etc/a'], [], { says: 'first' }));
    ran(keepBefore('p/file', ['/etc/a'], [], { says: 'then' }));
    const once = read(file);
    ran(noted('p/odd', ':', 'false', [], odd));
    expect(read(file)).toBe(once);
    const undos = parseUndos(sh(LIST_UNDOS).stdout);
    expect([...undos.keys()]).toEqual(['p/none', 'p/odd', 'p/file']);
    expect(undos.get('p/odd')).toMatchObject(odd);
    expect(undos.get('p/file')).toMatchObject({ says: 'then' });
  });
});

it.each([true, false])('a service that was restarted runs after a reset as it did before (%s)', (ran0) => {
  program(
    'systemctl',
    `case "$1 $2" in "is-active -q") test -e ${at('/active')};; "stop web") rm ${at('/active')};; "restart web") echo "$1" >> ${at('/active')};; esac`,
  );
  if (ran0) write('/active', '');
  const { script, undo: stop } = restarting('web');
  ran(noted('p/restart', script));
  ran(noted('p/restart', script));
  ran(noted('reset/restart', stop));
  ran(noted('reset/after', restartIfActive('web')));
  expect(existsSync(at('/active')) && read('/active')).toBe(ran0 && 'restart\nrestart\nrestart\n');
});

it('a service that runs on is restarted when its files are as before', () => {
  const ids = ['remember/folders', 'container-runtime/containerd-config', 'container-runtime/restart-containerd'];
  const undos = new Map(plan.tasks.flatMap(({ phase, actions }) => actions.map((action) => [`${phase}/${action.id}`, undoOf(action)] as const)));
  const [task] = resetPlan('demo', new Map([['n1', { ids: new Set(ids), undos }]])).tasks;
  expect(task?.actions.map(({ id }) => id)).toEqual([
    'container-runtime-restart-containerd',
    'container-runtime-containerd-config',
    'container-runtime-restart-containerd-after',
    'remember-folders',
    'forget',
  ]);
});

describe('what a host is asked', () => {
  it('its etcd answers by the etcdctl of the host, or by the one in its container', () => {
    const asked = etcdctl('member list').replaceAll('https://127.0.0.1:2379', 'local');
    program('etcdctl', 'echo "host: $*"');
    expect(sh(asked).stdout).toMatch(/^host: --endpoints=local .* member list\n$/);
    const without = `command() { return 1; }\n${asked}`;
    program('crictl', 'case $1 in ps) cat /dev/null ;; esac');
    expect(sh(without)).toMatchObject({ status: 1, stderr: 'etcd does not run here\n' });
    program('crictl', 'case $1 in ps) echo abc ;; exec) shift; echo "in $*" ;; esac');
    expect(sh(without).stdout).toMatch(/^in abc etcdctl --endpoints=local .* member list\n$/);
  });

  it('a taint that came later is set, and one that is there is left', () => {
    const tainted = clusterYaml('single').replace('[worker]}', '[worker], taints: [{key: a, effect: NoSchedule}, {key: b, value: c, effect: NoExecute}]}');
    const { unless = '', script } = createPlan({ path: '/c/cluster.yaml', spec: specOf(tainted), packages: undefined })
      .tasks.flatMap(({ actions }) => actions)
      .find(({ id }) => id === 'taint-n2') as CommandAction;
    program('kubectl', `case "$*" in *"get node n2"*) printf 'a=:NoSchedule\\nb=c:NoExecute\\n' ;; esac`);
    expect(sh(unless).status).toBe(0);
    program('kubectl', `case "$*" in *"get node n2"*) printf 'a=:NoSchedule\\nb=d:NoExecute\\n' ;; esac`);
    expect(sh(unless).status).toBe(1);
    program('kubectl', 'exit 1');
    expect(sh(unless).status).not.toBe(0);
    expect(script).toMatch(/taint --overwrite node n2 'a=:NoSchedule' 'b=c:NoExecute'$/);
  });

  it('one that is no control plane does not say that there are no nodes', () => {
    program('kubectl', 'echo node/n1');
    expect(sh(LIST_NODES)).toMatchObject({ status: 66, stdout: '' });
    write('/etc/kubernetes/admin.conf', 'x');
    expect(sh(LIST_NODES)).toMatchObject({ status: 0, stdout: 'node/n1\n' });
  });
});

describe('SELinux', () => {
  const REDHAT = { ...REDHAT_FACTS, family: 'rhel' } as const;
  const on = (more: string): Plan => {
    const spec = specOf(clusterYaml('all-in-one', more));
    return createPlan({ path: '/c/cluster.yaml', spec, packages: undefined }, new Map(spec.hosts.map(({ name }) => [name, REDHAT])));
  };
  const permissive = command('selinux', 'permissive', on(''));
  const isDone = (): boolean => sh(permissive.unless ?? 'false').status === 0;
  /** As the programs do: the mode is in a file. */
  function mode(is: string): void {
    write('/data/mode', `${is}\n`);
    program('getenforce', `cat ${at('/data/mode')}`);
    program('setenforce', `case $1 in 0) echo Permissive ;; 1) echo Enforcing ;; esac > ${at('/data/mode')}`);
  }

  it('is made permissive, now and at boot, and enforcing again', () => {
    mode('Enforcing');
    write('/etc/selinux/config', '# SELINUX=enforcing is the default\nSELINUX=enforcing\nSELINUXTYPE=targeted\n');
    expect(isDone()).toBe(false);
    ran(noted('selinux/permissive', permissive.script));
    expect([read('/data/mode'), read('/etc/selinux/config')]).toEqual([
      'Permissive\n',
      '# SELINUX=enforcing is the default\nSELINUX=permissive\nSELINUXTYPE=targeted\n',
    ]);
    expect(isDone()).toBe(true);
    ran(noted('reset/selinux', permissive.undo));
    expect([read('/data/mode'), read('/etc/selinux/config')]).toEqual([
      'Enforcing\n',
      '# SELINUX=enforcing is the default\nSELINUX=enforcing\nSELINUXTYPE=targeted\n',
    ]);
  });

  it('that would be enforcing after the next boot only is made permissive too, and not enforced by a reset', () => {
    mode('Permissive');
    write('/etc/selinux/config', 'SELINUX=enforcing\n');
    expect(isDone()).toBe(false);
    ran(noted('selinux/permissive', permissive.script));
    expect(isDone()).toBe(true);
    ran(noted('reset/selinux', permissive.undo));
    expect([read('/data/mode'), read('/etc/selinux/config')]).toEqual(['Permissive\n', 'SELINUX=enforcing\n']);
  });

  it.each(['Permissive', 'Disabled'])('that is %s needs nothing', (is) => {
    mode(is);
    write('/etc/selinux/config', `SELINUX=${is.toLowerCase()}\n`);
    expect(isDone()).toBe(true);
  });

  it('is left as it is where the file says so, and on Debian', () => {
    expect(on('selinux: as-is').tasks.flatMap(({ phase, actions }) => (phase === 'selinux' ? actions : []))).toEqual([]);
    expect(plan.tasks.flatMap(({ phase, actions }) => (phase === 'selinux' ? actions : []))).toEqual([]);
  });
});

describe('the key of a repository', () => {
  const spec = specOf(clusterYaml('all-in-one', 'packages: {source: repositories, mirror: "https://m.intern"}'));
  const key = command('package-sources', 'kubernetes-key', createPlan({ path: '/c/cluster.yaml', spec, packages: undefined }));
  const KEYRING = '/etc/apt/keyrings/kubernetes-apt-keyring.asc';
  const serve = (text: string): void => program('curl', `echo '${text}'`);

  it('is fetched anew for another mirror, and put back as it was', () => {
    write(KEYRING, 'of somebody else\n');
    expect(sh(key.unless ?? '').status).not.toBe(0);
    serve('-----BEGIN PGP PUBLIC KEY BLOCK-----');
    ran(noted('package-sources/kubernetes-key', key.script));
    expect(sh(key.unless ?? '').status).toBe(0);
    expect(sh((key.unless ?? '').replaceAll('m.intern', 'other.intern')).status).not.toBe(0);
    ran(noted('reset/key', key.undo));
    expect(read(KEYRING)).toBe('of somebody else\n');
  });

  it('is none that a proxy makes up', () => {
    serve('<html>log in first</html>');
    const { status, stderr } = sh(noted('package-sources/kubernetes-key', key.script));
    expect([status, stderr]).toEqual([1, 'what came is no key of a repository: https://m.intern/core:/stable:/v1.35/deb/Release.key\n']);
    expect(existsSync(at(KEYRING))).toBe(false);
  });
});

it('what nobody needs kept is not put back over the host', () => {
  expect(clearHalfMade(specOf(clusterYaml('single')), [])).not.toContain('cp ');
});

it.each([
  ['nothing', '', 'stop disable'],
  ['active', 'active', 'disable'],
  ['enabled', 'enabled', 'stop'],
  ['both', 'active enabled', ''],
])('a service that was %s before is left so', (_, before, expected) => {
  write('/before', before);
  program(
    'systemctl',
    `case "$1" in is-active) grep -q active ${at('/before')};; is-enabled) grep -q enabled ${at('/before')};; stop|disable) printf '%s ' "$1" >> ${at('/did')};; esac`,
  );
  const { script, undo: back } = enabling('web');
  ran(noted('p/enable', script));
  write('/before', 'active enabled');
  ran(noted('p/enable', script));
  ran(noted('reset/enable', back));
  expect(existsSync(at('/did')) ? read('/did').trim() : '').toBe(expected);
});

it('kubeadm asks the runtime that the patches of the cluster file name, also when a node is taken back', () => {
  const socket = 'unix:///run/other/containerd.sock';
  const patches = `patches: {kubeadm: {InitConfiguration: {nodeRegistration: {criSocket: "${socket}"}}}}`;
  const patched = createPlan({ path: '/c', spec: specOf(clusterYaml('all-in-one', patches)), packages: undefined });
  expect(command('control-plane', 'init', patched).undo).toContain(`kubeadm reset --force --cri-socket ${socket} `);
  const pull = patched.tasks.flatMap(({ actions }) => actions).find(({ id }) => id === 'pull');
  expect(pull?.kind === 'command' && pull.files?.[0]?.content).toContain(`criSocket: ${socket}`);
});

it('what a run that was cut off has half made is cleared away, and the configuration kept, in whatever folder a login begins', () => {
  const spec = specOf(clusterYaml('all-in-one'));
  write('/etc/kubernetes/ckadet/kubeadm.yaml', 'kind: ClusterConfiguration\n');
  chmodSync(at('/etc/kubernetes/ckadet/kubeadm.yaml'), 0o600);
  program('kubeadm', `rm -rf ${at('/etc/kubernetes')}`);
  mkdirSync(at('/run'), { recursive: true });
  // Put back below the root of a host, which is this test's folder.
  const script = clearHalfMade(spec, [at('/etc/kubernetes/ckadet/kubeadm.yaml')]).replaceAll('/run/ckadet-kept', at('/run/ckadet-kept'));
  const { status, stderr } = spawnSync('/bin/sh', ['-c', `set -e\nagain=yes\n${script}`], {
    cwd: at('/bin'),
    encoding: 'utf8',
    env: { PATH: `${at('/bin')}:${process.env['PATH'] ?? ''}` },
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(read('/etc/kubernetes/ckadet/kubeadm.yaml')).toBe('kind: ClusterConfiguration\n');
  expect(existsSync(at('/run/ckadet-kept'))).toBe(false);
});
