// Where packages come from, on hosts with a network: the repositories of Kubernetes and its runtime, a proxy, certificates of one's own.
import { shellQuoted } from '../../platform/shell-quote.ts';
import { noProxyOf, repositoriesOf, type Repository, type Source, sourceOf } from '../packages/repositories.ts';
import type { Action } from '../plan/action.ts';
import { render } from '../templates.ts';
import { everyHost, type Phase, type PhaseContext } from './phase.ts';

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
  after: ['remember'],
  actions(host, { spec, facts }) {
    const source = sourceOf(spec);
    if (!source) return [];
    const { distribution } = facts(host);
    return [
      ...(source.ca === undefined ? [] : trusted(source.ca, distribution)),
      ...(source.proxy === undefined ? [] : throughProxy(source.proxy, noProxyOf(spec), spec.file.runtime, distribution)),
      ...repositoriesOf(spec).flatMap((repository) => (distribution === 'redhat' ? rpmRepository(repository, source) : debRepository(repository, source))),
    ];
  },
};

/** `ca` is the text of the certificates. */
function trusted(ca: string, distribution: Family): readonly Action[] {
  const [path, update] =
    distribution === 'redhat'
      ? ['/etc/pki/ca-trust/source/anchors/ckadet.crt', 'update-ca-trust']
      : ['/usr/local/share/ca-certificates/ckadet.crt', 'update-ca-certificates'];
  return [
    { kind: 'file', id: 'ca', says: 'bring the certificates to trust', path, content: ca },
    { kind: 'command', id: 'trust', says: 'trust them', script: update, onChangeOf: ['ca'], undo: `rm -f ${path}; ${update}` },
  ];
}

function throughProxy(proxy: string, noProxy: string, runtime: string, distribution: Family): readonly Action[] {
  const unit = runtime === 'cri-o' ? 'crio' : 'containerd';
  return [
    ...(distribution === 'redhat'
      ? []
      : [
          {
            kind: 'file' as const,
            id: 'apt-proxy',
            says: 'have apt use the proxy',
            path: '/etc/apt/apt.conf.d/95ckadet-proxy',
            content: render('apt/proxy.conf', { proxy }),
          },
        ]),
    {
      kind: 'file',
      id: 'runtime-proxy',
      says: `have ${unit} use the proxy`,
      path: `/etc/systemd/system/${unit}.service.d/http-proxy.conf`,
      content: render('systemd/proxy.conf', { proxy, noProxy }),
    },
  ];
}

function debRepository({ name, url }: Repository, { proxy }: Source): readonly Action[] {
  const keyring = `/etc/apt/keyrings/${name}-apt-keyring.gpg`;
  return [
    {
      kind: 'command',
      id: `${name}-key`,
      says: `fetch the key of the repository ${name}`,
      script: `install -d -m 755 /etc/apt/keyrings
command -v gpg >/dev/null && command -v curl >/dev/null || { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ca-certificates curl gpg; }
curl -fsSL${proxy === undefined ? '' : ` --proxy ${shellQuoted(proxy)}`} ${shellQuoted(`${url}/deb/Release.key`)} | gpg --batch --yes --dearmor -o ${keyring}`,
      unless: `test -s ${keyring}`,
      undo: `rm -f ${keyring}`,
    },
    {
      kind: 'file',
      id: `${name}-list`,
      says: `name the repository ${name}`,
      path: `/etc/apt/sources.list.d/${name}.list`,
      content: render('repositories/debian.list', { keyring, url }),
    },
    { kind: 'command', id: `${name}-update`, says: 'read the lists of packages', script: 'apt-get update -q', onChangeOf: [`${name}-list`] },
  ];
}

const rpmRepository = ({ name, url, exclude }: Repository, { proxy }: Source): readonly Action[] => [
  {
    kind: 'file',
    id: `${name}-repo`,
    says: `name the repository ${name}`,
    path: `/etc/yum.repos.d/${name}.repo`,
    content: render('repositories/redhat.repo', { name, url, exclude, proxy: proxy ?? '' }),
  },
];
