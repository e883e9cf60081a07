// Packages of the distribution that a bare host lacks: conntrack and friends for the kubelet, HAProxy and keepalived where the API is highly available.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { balances } from '../cluster-file/duties.ts';
import { STATE_FOLDER } from '../host-state.ts';
import { inFolder, type PackageFolder } from '../packages/folder.ts';
import type { Action } from '../plan/action.ts';
import { type NewPackages, newPackages } from './new-packages.ts';
import { aptInstall, DPKG_INSTALL, dnfInstall, FRESH_LISTS, isInstalledDeb, PACKAGES_TIMEOUT_MS } from './package-managers.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';

const FOR_NODES = ['conntrack', 'socat', 'ethtool', 'ebtables'] as const;
const FOR_BALANCERS = ['haproxy', 'keepalived', 'curl'] as const;
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

function fromFolder(host: HostSpec, { spec }: PhaseContext, packages: PackageFolder): readonly Action[] {
  const names = wanted(host, spec);
  const debs = inFolder(packages, 'debs').map((from) => ({ from, file: from.slice('debs/'.length), name: /^debs\/([^_]+)_/.exec(from)?.[1] ?? '' }));
  const brought = debs.filter(({ name }) => balances(host, spec) || !(FOR_BALANCERS as readonly string[]).includes(name));
  const present = names.filter((name) => debs.some((deb) => deb.name === name));
  const files = present.flatMap((name) => debs.filter((deb) => deb.name === name)).map(({ file }) => `'${file}'`);
  return [
    { kind: 'upload', id: 'bring', says: `bring ${brought.length} packages`, files: brought.map(({ from, file }) => ({ from, path: `${CACHE}/${file}` })) },
    {
      kind: 'command',
      id: 'install',
      says: `install ${present.join(', ')}`,
      script: `cd ${CACHE}
${WITHOUT_STARTING}
${packagesOf('debian', balances(host, spec)).noting(`${DPKG_INSTALL} ${files.join(' ')} || ${DPKG_INSTALL} ./*.deb`)}`,
      unless: present.map(isInstalledDeb).join(' && ') || 'true',
      timeoutMs: PACKAGES_TIMEOUT_MS,
      undo: removing('debian', balances(host, spec)),
    },
  ];
}

function fromRepositories(host: HostSpec, { spec, facts }: PhaseContext): readonly Action[] {
  const names = wanted(host, spec);
  if (facts(host).distribution === 'redhat') {
    // `ebtables` is no package of every release, but each has one that provides it.
    const rpms = names.map((name) => (name === 'conntrack' ? 'conntrack-tools' : name));
    return [
      {
        kind: 'command',
        id: 'install',
        says: `install ${rpms.join(', ')}`,
        script: packagesOf('redhat', balances(host, spec)).noting(dnfInstall(spec, rpms)),
        unless: `rpm -q --whatprovides ${rpms.join(' ')}`,
        timeoutMs: PACKAGES_TIMEOUT_MS,
        undo: removing('redhat', balances(host, spec)),
      },
    ];
  }
  return [
    {
      kind: 'command',
      id: 'install',
      says: `install ${names.join(', ')}`,
      script: `${WITHOUT_STARTING}
${FRESH_LISTS}
${packagesOf('debian', balances(host, spec)).noting(aptInstall('--no-install-recommends', ...names))}`,
      unless: names.map(isInstalledDeb).join(' && '),
      timeoutMs: PACKAGES_TIMEOUT_MS,
      undo: removing('debian', balances(host, spec)),
    },
  ];
}
