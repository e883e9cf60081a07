// Which node image stands for a Kubernetes version: kind publishes a few patches of each minor, and a table knows one of each.
import { resolveVersion } from '../../cluster-file/versions.ts';
import type { KindFile } from './schema.ts';

/** The patch that kind published; digests are in the notes of its releases. */
const PUBLISHED: Readonly<Record<string, string>> = { '1.34': 'v1.34.0', '1.35': 'v1.35.0', '1.36': 'v1.36.1', '1.37': 'v1.37.0' };

export interface NodeImage {
  readonly image: string;
  /** What was taken for granted; undefined where the file names the image. */
  readonly assumption: string | undefined;
}

export function nodeImage({ image, kubernetesVersion }: KindFile): NodeImage {
  if (image !== undefined) return { image, assumption: undefined };
  const version = resolveVersion(kubernetesVersion);
  const written = /^v?\d+\.\d+\.\d+$/.test(kubernetesVersion);
  const tag = written ? version?.full : PUBLISHED[version?.minor ?? ''];
  const name = `kindest/node:${tag}`;
  return {
    image: name,
    assumption: `the node image ${name}: ${written ? 'kind may not have published that patch; ' : ''}the release notes of your kind name the images made for it, with the digest to pin (image: ${name}@sha256:…): https://github.com/kubernetes-sigs/kind/releases`,
  };
}
