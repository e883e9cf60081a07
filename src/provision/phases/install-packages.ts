// Packages of the distribution that a bare host lacks: conntrack and friends for the kubelet, HAProxy and keepalived where the API is highly available.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { balances } from '../cluster-file/duties.ts';
import { STATE_FOLDER } from '../host-state.ts';
import { inFolder, type PackageFolder } from '../packages/folder.ts';
import type { Action } from '../plan/action.ts';
import { type NewPackages, newPackages } from './new-packages.ts';
import {
  aptInstall,
  DNF_FILES,
  DPKG_INSTALL,
  dnfInstall,
  FRESH_LISTS,
  isInstalledDeb,
  MISSING,
  MISSING_FILES,
  PACKAGES_TIMEOUT_MS,
} from './package-managers.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';

const FOR_NODES = ['conntrack', 'socat', 'ethtool', 'ebtables'] as const;
const FOR_BALANCERS = ['haproxy', 'keepalived', 'curl'] as const;
/** Names that distributions like RHEL have for them: conntrack's is always that; `ebtables` is no package of every release, but each has one that provides it. */
const RPM_OF: Readonly<Record<string, string>> = { conntrack: 'conntrack-tools' };
const PROVIDERS: Readonly<Record<string, readonly string[]>> = { ebtables: ['iptables-nft', 'iptables-ebtables', 'ebtables'] };
const rpmNames = (names: readonly string[]): readonly string[] => names.map((name) => RPM_OF[name] ?? name);
const CACHE = `${STATE_FOLDER}/packages`;
const SETTINGS = ['/etc/haproxy/haproxy.cfg', '/etc/keepalived/keepalived.conf'] as const;
const packagesOf = (family: 'debian' | 'redhat', balancer: boolean): NewPackages => newPackages(family, 'system', balancer ? SETTINGS : []);

const wanted = (host: HostSpec, spec: ClusterSpec): readonly string[] => [...FOR_NODES, ...(balances(host, spec) ? FOR_BALANCERS : [])];

const POLICY = '/usr/sbin/policy-rc.d';
/** Debian starts a service as it is installed, with a sample configuration: it shall wait for ours. A file that a killed run of ours left is taken for ours. */
const WITHOUT_STARTING = `if [ ! -e ${POLICY} ] || grep -q ckadet ${POLICY}; then
  trap 'rm -f ${POLICY}' EXIT; trap 'exit 143' HUP INT TERM
  printf '#!/bin/sh\\n# Of ckadet, while it installs packages.\\nexit 101\\n' > ${POLICY}; chmod 755 ${POLICY}
fi
export DEBIAN_FRONTEND=noninteractive`;
const STARTING_AGAIN = `if grep -qs ckadet ${POLICY}; then rm -f ${POLICY}; fi`;
const STOP = 'systemctl stop haproxy keepalived 2>/dev/null || true';

function removing(family: 'debian' | 'redhat', balancer: boolean): string {
  const remove = packagesOf(family, balancer).removing(balancer ? STOP : undefined);
  return family === 'debian' ? `${STARTING_AGAIN}\n${remove}` : remove;
}

export const installPackages: Phase = {
  info: {
    name: 'install-packages',
    title: 'Install packages of the distribution',
    explains:
      'conntrack, socat, ethtool and ebtables are programs that the kubelet and kube-proxy call. Control planes of a highly available cluster also get HAProxy, which spreads requests over the API servers that are healthy, and keepalived, which gives the virtual address to a host that has a working HAProxy. None is started before its configuration is there.',
    objective: 'Cluster Architecture, Installation & Configuration: Prepare underlying infrastructure for installing a Kubernetes cluster',
  },
  hosts: everyHost,
  after: ['package-sources'],
  actions: (host, context) => (context.packages ? fromFolder(host, context, context.packages) : fromRepositories(host, context)),
};

function fromFolder(host: HostSpec, context: PhaseContext, packages: PackageFolder): readonly Action[] {
  const { spec, facts } = context;
  const { distribution } = facts(host);
  return distribution === 'redhat' ? rpmsFromFolder(host, spec, packages) : debsFromFolder(host, spec, packages);
}

interface PackageFile {
  readonly from: string;
  readonly file: string;
  /** Of the package in it. */
  readonly name: string;
}

/** What there is for this host below `folder`; `named` has the name of a package as its first group. */
function packageFiles(host: HostSpec, spec: ClusterSpec, packages: PackageFolder, folder: string, named: RegExp): readonly PackageFile[] {
  const all = inFolder(packages, folder)
    .map((from) => from.slice(folder.length + 1))
    .map((file) => ({ from: `${folder}/${file}`, file, name: named.exec(file)?.[1] ?? '' }));
  return all.filter(({ name }) => balances(host, spec) || !(FOR_BALANCERS as readonly string[]).includes(name));
}

const bring = (files: readonly PackageFile[]): Action => ({
  kind: 'upload',
  id: 'bring',
  says: `bring ${files.length} packages`,
  files: files.map(({ from, file }) => ({ from, path: `${CACHE}/${file}` })),
});

interface Installing {
  readonly names: readonly string[];
  /** What goes before, outside of the notes of what the installation brings. */
  readonly before: string;
  readonly install: string;
  readonly unless: string;
}

const installing = (family: 'debian' | 'redhat', isBalancer: boolean, { names, before, install, unless }: Installing): Action => ({
  kind: 'command',
  id: 'install',
  says: `install ${names.join(', ')}`,
  script: `${before}
${packagesOf(family, isBalancer).noting(install)}`,
  unless,
  timeoutMs: PACKAGES_TIMEOUT_MS,
  undo: removing(family, isBalancer),
});

function debsFromFolder(host: HostSpec, spec: ClusterSpec, packages: PackageFolder): readonly Action[] {
  const debs = packageFiles(host, spec, packages, 'debs', /^([^_]+)_/);
  const present = wanted(host, spec).filter((name) => debs.some((deb) => deb.name === name));
  const files = present.flatMap((name) => debs.filter((deb) => deb.name === name)).map(({ file }) => `'${file}'`);
  return [
    bring(debs),
    installing('debian', balances(host, spec), {
      names: present,
      before: `cd ${CACHE}
${WITHOUT_STARTING}`,
      install: `${DPKG_INSTALL} ${files.join(' ')} || ${DPKG_INSTALL} ./*.deb`,
      unless: present.map(isInstalledDeb).join(' && ') || 'true',
    }),
  ];
}

/** What the wanted ones need beside them is in the folder too, and is taken where the host lacks it. */
function rpmsFromFolder(host: HostSpec, spec: ClusterSpec, packages: PackageFolder): readonly Action[] {
  const rpms = packageFiles(host, spec, packages, 'rpms', /^(.+)-[^-]+-[^-]+\.rpm$/);
  const filesOf = (name: string): readonly string[] => rpms.filter((rpm) => (PROVIDERS[name] ?? [name]).includes(rpm.name)).map(({ file }) => `'./${file}'`);
  const present = rpmNames(wanted(host, spec)).filter((name) => filesOf(name).length);
  if (!present.length) return [];
  return [
    bring(rpms),
    installing('redhat', balances(host, spec), {
      names: present,
      before: `cd ${CACHE}
${MISSING_FILES}`,
      install: `${DNF_FILES} $(missing_files ${present.flatMap(filesOf).join(' ')}) || ${DNF_FILES} $(missing_files ./*.rpm)`,
      unless: `rpm -q --whatprovides ${present.join(' ')}`,
    }),
  ];
}

function fromRepositories(host: HostSpec, { spec, facts }: PhaseContext): readonly Action[] {
  const names = wanted(host, spec);
  if (facts(host).distribution === 'redhat') {
    const rpms = rpmNames(names);
    return [
      installing('redhat', balances(host, spec), {
        names: rpms,
        before: MISSING,
        install: dnfInstall(spec, [`$(missing ${rpms.join(' ')})`]),
        unless: `rpm -q --whatprovides ${rpms.join(' ')}`,
      }),
    ];
  }
  return [
    installing('debian', balances(host, spec), {
      names: names,
      before: `${WITHOUT_STARTING}
${FRESH_LISTS}`,
      install: aptInstall('--no-install-recommends', ...names),
      unless: names.map(isInstalledDeb).join(' && '),
    }),
  ];
}
