// Which images of a lab the workers lack: they have to pull those, and a cluster without a way to a registry cannot.
import type { Node } from '../kube/api/core-v1.ts';
import { nodes } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';

/** A kubelet names no more than so many images (nodeStatusMaxImages): of a node with a full list nothing is known to be missing. */
const NAMED_AT_MOST = 50;
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

export interface MissingImage {
  readonly image: string;
  /** Workers without it; all of them, or some. */
  readonly nodes: readonly string[];
  readonly isNowhere: boolean;
}

/** `docker.io/library/nginx:1.27` for `nginx:1.27`, as a container runtime calls it. */
export function fullImageName(image: string): string {
  const [first = ''] = image.split('/');
  const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const named = isHost ? image : `docker.io/${image.includes('/') ? image : `library/${image}`}`;
  return /[:@][^/]*$/.test(named) ? named : `${named}:latest`;
}

/** In the order in which the lab names them. */
export function missingImages(images: readonly string[], all: readonly Node[]): readonly MissingImage[] {
  const workers = all
    .filter(({ metadata }) => metadata.labels?.[CONTROL_PLANE] === undefined)
    .map(({ metadata, status }) => {
      const known = status.images ?? [];
      const names = new Set(known.flatMap((each) => each.names ?? []).map(fullImageName));
      return { name: metadata.name ?? '', lacks: (image: string) => known.length < NAMED_AT_MOST && !names.has(fullImageName(image)) };
    });
  return [...new Set(images)].flatMap((image) => {
    const without = workers.filter(({ lacks }) => lacks(image)).map(({ name }) => name);
    return without.length ? [{ image, nodes: without, isNowhere: without.length === workers.length }] : [];
  });
}

export const imagesToPull = async (images: readonly string[], client: ApiClient): Promise<readonly MissingImage[]> =>
  images.length ? missingImages(images, (await client.list(nodes)).items) : [];

/** `nginx:1.27, busybox:1.36 (not on node02)` */
export const imagesText = (missing: readonly MissingImage[]): string =>
  missing.map(({ image, nodes: without, isNowhere }) => (isNowhere ? image : `${image} (not on ${without.join(', ')})`)).join(', ');
