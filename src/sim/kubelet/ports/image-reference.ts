// Image references: parsing, Docker's defaults, and upstream's complaints. Models github.com/distribution/reference

export interface ImageReference {
  /** `docker.io` when the text names none. */
  readonly domain: string;
  /** `library/nginx`. */
  readonly path: string;
  /** `latest` when neither tag nor digest is given. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^((?:${DOMAIN}/)?${PATH_PART}(?:/${PATH_PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*[:][0-9a-fA-F]{32,}))?$`,
);

function splitDomain(name: string): { readonly domain: string; readonly rest: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isDomain = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const domain = !isDomain || first === 'index.docker.io' ? 'docker.io' : first;
  const rest = isDomain ? name.slice(slash + 1) : name;
  return { domain, rest: domain === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest };
}

/** The reference with Docker's defaults, or the sentence that says what is wrong with it. */
export function parseImageReference(image: string): ImageReference | { readonly error: string } {
  const wrong = (why: string): { readonly error: string } => ({ error: `couldn't parse image name ${JSON.stringify(image)}: ${why}` });
  if (/^[a-f0-9]{64}$/.test(image)) return wrong(`invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`);
  const { domain, rest } = splitDomain(image);
  const name = rest.includes(':') ? rest.slice(0, rest.indexOf(':')) : rest;
  if (name.toLowerCase() !== name) return wrong(`invalid reference format: repository name (${name}) must be lowercase`);
  const match = REFERENCE.exec(`${domain}/${rest}`);
  if (!match) return wrong('invalid reference format');
  const [, , tag, digest] = match;
  const path = (match[1] ?? '').slice(domain.length + 1);
  return { domain, path, tag: tag ?? (digest ? undefined : 'latest'), digest };
}

/** `docker.io/library/nginx:1.27`; a digest wins over a tag. */
export function formatImageReference({ domain, path, tag, digest }: ImageReference): string {
  return `${domain}/${path}${digest ? `@${digest}` : `:${tag ?? 'latest'}`}`;
}

/** The image as written, with `:latest` added where it has neither tag nor digest. */
export function withDefaultTag(image: string, { tag, digest }: ImageReference): string {
  return !digest && tag && !image.endsWith(`:${tag}`) ? `${image}:${tag}` : image;
}
