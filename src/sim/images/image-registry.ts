// All image repositories there are, and what a registry answers when asked for one. Error texts are those of containerd and the registries.
import { createHash } from 'node:crypto';
import type { BaseSystem, ImageFacts, ImageRepository } from './image-repository.ts';
import { BASE_SYSTEMS } from './catalogue/base-systems.ts';
import { DATA_STORES } from './catalogue/data-stores.ts';
import { KUBERNETES_IMAGES } from './catalogue/kubernetes-images.ts';
import { WEB_SERVERS } from './catalogue/web-servers.ts';

/** A reference with Docker's defaults applied. */
export interface ResolvedName {
  readonly domain: string;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export interface ImageRegistry {
  /** The image, or the sentence with which pulling it fails. */
  find(name: ResolvedName): ImageFacts | { readonly error: string };
}

export const ALL_REPOSITORIES: readonly ImageRepository[] = [...WEB_SERVERS, ...DATA_STORES, ...BASE_SYSTEMS, ...KUBERNETES_IMAGES];

/** Mirrors that answer for another name. */
const SAME_AS: readonly (readonly [from: RegExp, to: string])[] = [
  [/^(?:public\.ecr\.aws\/docker\/library|mirror\.gcr\.io\/library)\//, 'docker.io/library/'],
  [/^k8s\.gcr\.io\//, 'registry.k8s.io/'],
];
const ALPINE_SHARE = 0.3;
const BYTES = 1_000_000;

/** Throws on two repositories of one name. */
export function imageRegistry(repositories: readonly ImageRepository[] = ALL_REPOSITORIES): ImageRegistry {
  const byName = new Map<string, ImageRepository>();
  for (const repository of repositories) {
    if (byName.has(repository.name)) throw new Error(`image repository ${repository.name} is declared twice`);
    byName.set(repository.name, repository);
  }
  const repositoryOf = (name: string): ImageRepository | undefined => {
    const own = byName.get(name);
    if (own) return own;
    const alias = SAME_AS.find(([from]) => from.test(name));
    return alias ? byName.get(name.replace(...alias)) : undefined;
  };
  return {
    find(name) {
      const { domain, path, tag, digest } = name;
      const full = `${domain}/${path}${digest ? `@${digest}` : `:${tag ?? 'latest'}`}`;
      const repository = repositoryOf(`${domain}/${path}`);
      if (!repository) return { error: unknownRepository(name, full) };
      const digestOf = (of: string): string => `sha256:${createHash('sha256').update(`${domain}/${path}:${of}`).digest('hex')}`;
      if (digest) return digest.length === 71 ? facts(repository, tag ?? '', digest) : { error: notFound(full) };
      return new RegExp(`^(?:${repository.tags.source})$`).test(tag ?? 'latest')
        ? facts(repository, tag ?? 'latest', digestOf(tag ?? 'latest'))
        : { error: notFound(full) };
    },
  };
}

function facts(repository: ImageRepository, tag: string, digest: string): ImageFacts {
  const isAlpine = repository.base === 'debian' && tag.includes('alpine');
  const base: BaseSystem = isAlpine ? 'alpine' : repository.base;
  // A few bytes of difference between tags, always the same ones.
  const spread = Number.parseInt(digest.slice(7, 12), 16);
  return { repository, base, digest, sizeBytes: Math.round(repository.sizeMb * BYTES * (isAlpine ? ALPINE_SHARE : 1)) + spread };
}

const failed = (full: string): string => `failed to pull and unpack image "${full}": failed to resolve reference "${full}":`;
const notFound = (full: string): string => `rpc error: code = NotFound desc = ${failed(full)} ${full}: not found`;

function unknownRepository({ domain, path, tag, digest }: ResolvedName, full: string): string {
  const manifest = `https://${domain}/v2/${path}/manifests/${digest ?? tag ?? 'latest'}`;
  switch (domain) {
    case 'docker.io':
      return `${failed(full)} pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
    case 'registry.k8s.io':
    case 'k8s.gcr.io':
    case 'gcr.io':
    case 'mcr.microsoft.com':
    case 'public.ecr.aws':
      return notFound(full);
    case 'quay.io':
      return `${failed(full)} unexpected status from HEAD request to ${manifest}: 401 UNAUTHORIZED`;
    case 'ghcr.io':
      return `${failed(full)} failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3A${encodeURIComponent(path)}%3Apull&service=ghcr.io: 403 Forbidden`;
    default: {
      const [host = domain, port] = domain.split(':');
      const isAddress = /^[\d.]+$/.test(host) || host === 'localhost';
      const why = isAddress
        ? `dial tcp ${host === 'localhost' ? '127.0.0.1' : host}:${port ?? 443}: connect: connection refused`
        : `dial tcp: lookup ${host} on 127.0.0.53:53: no such host`;
      return `${failed(full)} failed to do request: Head "${manifest}": ${why}`;
    }
  }
}
