// Image names, what registries answer, and pod addresses.
import { describe, expect, it } from 'vitest';
import { ALL_REPOSITORIES, imageRegistry } from '../../../src/sim/images/image-registry.ts';
import { formatImageReference, parseImageReference, withDefaultTag, type ImageReference } from '../../../src/sim/kubelet/ports/image-reference.ts';
import { podAddresses } from '../../../src/sim/network/pod-addresses.ts';

const registry = imageRegistry();
const parsed = (image: string): ImageReference => {
  const reference = parseImageReference(image);
  if ('error' in reference) throw new Error(reference.error);
  return reference;
};
const answer = (image: string): string => {
  const found = registry.find(parsed(image));
  return 'error' in found ? found.error : 'found';
};

describe('image names', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['amazon/aws-cli', 'docker.io/amazon/aws-cli:latest', 'amazon/aws-cli:latest'],
    ['registry.k8s.io/pause:3.10.1', 'registry.k8s.io/pause:3.10.1', 'registry.k8s.io/pause:3.10.1'],
    ['localhost:5000/a/b', 'localhost:5000/a/b:latest', 'localhost:5000/a/b:latest'],
    [`redis@sha256:${'a'.repeat(64)}`, `docker.io/library/redis@sha256:${'a'.repeat(64)}`, `redis@sha256:${'a'.repeat(64)}`],
  ])('%s', (image, full, tagged) => {
    expect(formatImageReference(parsed(image))).toBe(full);
    expect(withDefaultTag(image, parsed(image))).toBe(tagged);
  });
  it.each([
    ['Nginx', `couldn't parse image name "Nginx": invalid reference format: repository name (library/Nginx) must be lowercase`],
    ['nginx:', `couldn't parse image name "nginx:": invalid reference format`],
    ['nginx:lat est', `couldn't parse image name "nginx:lat est": invalid reference format`],
    ['', `couldn't parse image name "": invalid reference format`],
  ])('%j is none', (image, error) => expect(parseImageReference(image)).toEqual({ error }));
});

describe('the registry', () => {
  it.each([
    'nginx',
    'nginx:1.7.9',
    'nginx:1.14.2',
    'nginx:1.27-alpine',
    'nginx:alpine',
    'nginx:stable',
    'httpd:2.4',
    'busybox:1.28',
    'redis:3.2-alpine',
    'redis:7',
    'memcached:1.6',
    'postgres:16',
    'mysql:8.0',
    'mariadb:10.6',
    'ubuntu:22.04',
    'debian:12-slim',
    'python:3.12-slim',
    'node:20-alpine',
    'golang:1.22',
    'perl:5.34.0',
    'curlimages/curl:8.5.0',
    'k8s.gcr.io/pause:2.0',
    'registry.k8s.io/pause:3.9',
    'registry.k8s.io/e2e-test-images/agnhost:2.39',
    'registry.k8s.io/coredns/coredns:v1.13.1',
    'amazon/aws-cli',
    'nicolaka/netshoot',
    'hashicorp/http-echo',
    'traefik/whoami',
    'fluent/fluentd:v1.16',
    'prom/prometheus:v2.53.0',
    'bitnami/nginx',
    'k8s.gcr.io/e2e-test-images/agnhost:2.39',
  ])('has %s', (image) => expect(answer(image)).toBe('found'));
  it.each([
    [
      'nginx:1.999',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.999": failed to resolve reference "docker.io/library/nginx:1.999": docker.io/library/nginx:1.999: not found',
    ],
    [
      'nosuch/app',
      'failed to pull and unpack image "docker.io/nosuch/app:latest": failed to resolve reference "docker.io/nosuch/app:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    [
      'reg.example.com/app:1',
      'failed to pull and unpack image "reg.example.com/app:1": failed to resolve reference "reg.example.com/app:1": failed to do request: Head "https://reg.example.com/v2/app/manifests/1": dial tcp: lookup reg.example.com on 127.0.0.53:53: no such host',
    ],
  ])('has no %s', (image, error) => expect(answer(image)).toBe(error));
  it('gives the same digest for the same name', () => expect(registry.find(parsed('nginx:1.27'))).toEqual(imageRegistry().find(parsed('nginx:1.27'))));
  it('takes no name twice', () => expect(() => imageRegistry([...ALL_REPOSITORIES, ...ALL_REPOSITORIES.slice(0, 1)])).toThrow('declared twice'));
});

describe('pod addresses', () => {
  it('are given in turn and again only when the range is used up', () => {
    const network = podAddresses();
    const attach = (uid: string, wanted?: string): string => network.attach({ uid, podCIDR: '10.244.3.0/29', ...(wanted ? { wanted } : {}) });
    expect([attach('a'), attach('b'), attach('a')]).toEqual(['10.244.3.2', '10.244.3.3', '10.244.3.2']);
    network.detach('a');
    expect([attach('c'), attach('d'), attach('e'), attach('f')]).toEqual(['10.244.3.4', '10.244.3.5', '10.244.3.6', '10.244.3.2']);
    expect(() => attach('g')).toThrow('no IP addresses available in range set: 10.244.3.1-10.244.3.6');
    network.detach('c');
    expect(attach('h', '10.244.3.4')).toBe('10.244.3.4');
  });
  it('need a range', () => {
    expect(podAddresses().notReady(undefined)).toContain('cni plugin not initialized');
    expect(podAddresses().notReady('10.244.1.0/24')).toBeUndefined();
  });
});
