// Where packages come from, on hosts with a network: the repositories of Kubernetes and its runtime, a proxy, certificates of one's own.
import { shellQuoted } from '../../platform/shell-quote.ts';
import { STATE_FOLDER, keepPaths, restoreFile } from '../host-state.ts';
import { curl, directHosts, noProxyOf, proxyFor } from '../packages/proxy.ts';
import { repositoriesOf, type Repository } from '../packages/repositories.ts';
import { sourceOf } from '../packages/source.ts';
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { runtimeUnit } from '../cluster-file/duties.ts';
import type { Action } from '../plan/action.ts';
import { render } from '../templates.ts';
import { APT_GET, aptInstall, FRESH_LISTS, PACKAGES_TIMEOUT_MS, UPDATE_LISTS } from './package-managers.ts';
import { newPackages } from './new-packages.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';
import { restartIfActive } from './services.ts';

type Family = ReturnType<PhaseContext['facts']>['distribution'];

export const packageSources: Phase = {
  info: {
    name: 'package-sources',
    title: 'Name the package repositories',
    explains:
      'Each minor of Kubernetes has a package repository of its own, so that an upgrade of the distribution never upgrades the cluster in passing. Packages are trusted by the key of the repository; a proxy and certificates of one’s own come first, because the repository may be behind them.',
    objective: 'Cluster Architecture, Installation & Configuration: Prepare underlying infrastructure for installing a Kubernetes cluster',
  },
  hosts: everyHost,
  after: ['remember', 'selinux'],
  actions(host, { spec, facts }) {
    const source = sourceOf(spec);
    if (!source) return [];
    const { distribution } = facts(host);
    const isDebian = distribution === 'debian';
    return [
      ...(isDebian && source.proxy !== undefined ? [aptProxy(source.proxy, source.noProxy)] : []),
      ...(isDebian ? [TOOLS] : []),
      ...(source.ca === undefined ? [] : trusted(source.ca, distribution)),
      ...(source.proxy === undefined ? [] : [runtimeProxy(source.proxy, spec)]),
      ...restartedRuntime(spec),
      ...repositoriesOf(spec, facts(host)).flatMap((repository) =>
        !isDebian ? [rpmRepository(repository, spec)] : isNamed(repository, facts(host)) ? [namedRepository(repository)] : debRepository(repository, spec),
      ),
    ];
  },
};

const aptProxy = (proxy: string, noProxy: string | undefined): Action => ({
  kind: 'file',
  id: 'apt-proxy',
  says: 'have apt use the proxy',
  path: '/etc/apt/apt.conf.d/95ckadet-proxy',
  content: render('apt/proxy.conf', { proxy, direct: directHosts(noProxy) }),
});

const tools = newPackages('debian', 'tools');
/** A bare Debian has none of them, and each may be missing alone. */
const TOOLS: Action = {
  kind: 'command',
  id: 'tools',
  says: 'install what repositories are reached with',
  script: `export DEBIAN_FRONTEND=noninteractive
${UPDATE_LISTS}
${tools.noting(aptInstall('--no-install-recommends', 'ca-certificates', 'curl'))}`,
  unless: 'test -x /usr/sbin/update-ca-certificates && command -v curl',
  timeoutMs: PACKAGES_TIMEOUT_MS,
  undo: tools.removing(),
};

/** `ca` is the text of the certificates. */
function trusted(ca: string, distribution: Family): readonly Action[] {
  // Debian's leaves a link to what is gone, unless it is told to begin anew.
  const [path, update, again] =
    distribution === 'redhat'
      ? ['/etc/pki/ca-trust/source/anchors/ckadet.crt', 'update-ca-trust', 'update-ca-trust']
      : ['/usr/local/share/ca-certificates/ckadet.crt', 'update-ca-certificates', 'update-ca-certificates --fresh'];
  return [
    { kind: 'file', id: 'ca', says: 'bring the certificates to trust', path, content: ca },
    {
      kind: 'command',
      id: 'trust',
      says: 'trust them',
      script: update,
      onChangeOf: ['ca'],
      undo: `rm -f ${path}; ${again}`,
      // With the certificates that were there before, if any; and where the program was there before.
      afterUndo: `if command -v ${update} >/dev/null; then ${again}; fi`,
    },
  ];
}

const runtimeProxy = (proxy: string, spec: ClusterSpec): Action => ({
  kind: 'file',
  id: 'runtime-proxy',
  says: `have ${runtimeUnit(spec)} use the proxy`,
  path: `/etc/systemd/system/${runtimeUnit(spec)}.service.d/http-proxy.conf`,
  content: render('systemd/proxy.conf', { proxy, noProxy: noProxyOf(spec) }),
});

/** One that runs already has read the proxy and the certificates when it started. */
function restartedRuntime(spec: ClusterSpec): readonly Action[] {
  const { proxy, ca } = sourceOf(spec) ?? {};
  const changes = [...(ca === undefined ? [] : ['trust']), ...(proxy === undefined ? [] : ['runtime-proxy'])];
  const unit = runtimeUnit(spec);
  if (!changes.length) return [];
  const script = restartIfActive(unit);
  return [{ kind: 'command', id: 'restart-runtime', says: `restart ${unit} if it runs already, to see them`, script, onChangeOf: changes, afterUndo: script }];
}

function debRepository({ name, location, key }: Repository, spec: ClusterSpec): readonly Action[] {
  const keyring = `/etc/apt/keyrings/${name}-apt-keyring.asc`;
  const list = `sources.list.d/${name}.list`;
  const fetched = `${STATE_FOLDER}/key-${name}`;
  return [
    {
      kind: 'command',
      id: `${name}-key`,
      says: `fetch the key of the repository ${name}`,
      script: `${keepPaths(keyring)}
${curl(key, spec)} > ${fetched}.asc
grep -q 'BEGIN PGP PUBLIC KEY BLOCK' ${fetched}.asc || { echo 'what came is no key of a repository: ${key}' >&2; exit 1; }
install -D -m 644 ${fetched}.asc ${keyring}
rm ${fetched}.asc; echo '${key}' > ${fetched}`,
      // Another mirror may have another key.
      unless: `test -s ${keyring} && grep -qxF '${key}' ${fetched}`,
      undo: restoreFile(keyring),
    },
    {
      kind: 'file',
      id: `${name}-list`,
      says: `name the repository ${name}`,
      path: `/etc/apt/${list}`,
      content: render('repositories/debian.list', { keyring, location }),
    },
    {
      kind: 'command',
      id: `${name}-update`,
      says: `read the list of packages of ${name}`,
      why: 'only its own: that another repository of the host does not answer is no reason to stop',
      script: `${APT_GET} update -q -o Dir::Etc::sourcelist=${list} -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any`,
      onChangeOf: [`${name}-key`, `${name}-list`],
      timeoutMs: PACKAGES_TIMEOUT_MS,
    },
  ];
}

/** By the host itself. */
function isNamed({ location }: Repository, { repositories }: ReturnType<PhaseContext['facts']>): boolean {
  const [url = '', suite = ''] = location.split(' ');
  return repositories.includes(`${url.replace(/\/?$/, '/')} ${suite === '/' ? '' : suite}`);
}

const namedRepository = ({ name, location }: Repository): Action => ({
  kind: 'command',
  id: `${name}-update`,
  says: `read the lists of packages: the host names the repository ${name} itself`,
  why: 'apt reads no repository at all where one is named twice with different keys, and the owner’s counts',
  script: FRESH_LISTS,
  unless: `apt-cache policy | grep -qF ${shellQuoted(` ${location.split(' ')[0]?.replace(/\/$/, '')} `)}`,
  timeoutMs: PACKAGES_TIMEOUT_MS,
});

const rpmRepository = ({ name, location, key, exclude }: Repository, spec: ClusterSpec): Action => ({
  kind: 'file',
  id: `${name}-repo`,
  says: `name the repository ${name}`,
  path: `/etc/yum.repos.d/${name}.repo`,
  // Said for each, because the host may have a proxy of its own for all.
  content: render('repositories/redhat.repo', { name, location, key, exclude, proxy: proxyFor(key, spec) ?? '' }),
});
