// Which images of a lab the workers lack, by what the nodes say of themselves.
import { describe, expect, it, test } from 'vitest';
import type { Node } from '../../../src/kube/api/core-v1.ts';
import { fullImageName, imagesText, missingImages } from '../../../src/labs/images-there.ts';

const node = (name: string, images: readonly string[], labels: Readonly<Record<string, string>> = {}): Node =>
  ({ metadata: { name, labels }, spec: {}, status: { images: images.map((each) => ({ names: [each], sizeBytes: 1 })) } }) as unknown as Node;

test.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['bitnami/redis:7', 'docker.io/bitnami/redis:7'],
  ['quay.io/a/b', 'quay.io/a/b:latest'],
  ['localhost:5000/a:1', 'localhost:5000/a:1'],
  ['localhost:5000/a', 'localhost:5000/a:latest'],
  ['registry.k8s.io/pause@sha256:0a', 'registry.k8s.io/pause@sha256:0a'],
])('%s is %s to a container runtime', (image, full) => {
  expect(fullImageName(image)).toBe(full);
});

describe('images that a lab needs', () => {
  const wanted = ['nginx:1.27', 'busybox:1.36', 'redis:7', 'nginx:1.27'];

  it('are named once, with the nodes that lack them where only some do', () => {
    const all = [
      node('n1', wanted, { 'node-role.kubernetes.io/control-plane': '' }),
      node('n2', ['docker.io/library/nginx:1.27', 'docker.io/library/busybox:1.36']),
      node('n3', ['docker.io/library/nginx:1.27']),
    ];
    const missing = missingImages(wanted, all);
    expect(missing).toEqual([
      { image: 'busybox:1.36', nodes: ['n3'], isNowhere: false },
      { image: 'redis:7', nodes: ['n2', 'n3'], isNowhere: true },
    ]);
    expect(imagesText(missing)).toBe('busybox:1.36 (not on n3), redis:7');
  });

  it('may be on a node that has more than it names', () => {
    const many = Array.from({ length: 50 }, (_, i) => `docker.io/library/image-${i}:1`);
    expect(missingImages(wanted, [node('n2', many)])).toEqual([]);
    expect(missingImages(wanted, [node('n2', many.slice(1))])).toHaveLength(3);
  });
});
