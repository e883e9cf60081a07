// Whatever `cluster init` writes is right: it validates, and it says what was said.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parse } from 'yaml';
import { clusterFileJsonSchema } from '../../src/provision/providers/json-schema.ts';
import { CNIS, RUNTIMES, type Topology } from '../../src/provision/cluster-file/schema.ts';
import { MINORS } from '../../src/provision/cluster-file/versions.ts';
import { collect } from '../../src/provision/init/collect.ts';
import type { Said } from '../../src/provision/init/field.ts';
import { renderClusterFile } from '../../src/provision/init/render.ts';
import { type AnyCluster, loadAnyCluster } from '../../src/provision/load.ts';
import { MINIKUBE_CNIS } from '../../src/provision/providers/minikube/schema.ts';
import { scratchFolder } from '../fixtures/scratch.ts';
import { nobody } from '../fixtures/scripted-questions.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9]{1,12}$/);
const version = fc.constantFrom(...MINORS, ...MINORS.map((minor) => `${minor}.1`), '1.35.0');
const someOf = <T>(values: Readonly<Record<string, fc.Arbitrary<T>>>): fc.Arbitrary<Partial<Record<string, T>>> => fc.record(values, { requiredKeys: [] });

/** How many control planes and etcd members each topology takes. */
const SHAPES: Readonly<Record<Topology, readonly [planes: fc.Arbitrary<number>, etcd: fc.Arbitrary<number>]>> = {
  'all-in-one': [fc.constant(1), fc.constant(0)],
  single: [fc.constant(1), fc.constant(0)],
  'single-external-etcd': [fc.constant(1), fc.constantFrom(1, 3, 5)],
  'ha-stacked': [fc.constantFrom(3, 5), fc.constant(0)],
  'ha-external-etcd': [fc.integer({ min: 2, max: 5 }), fc.constantFrom(3, 5)],
};

const machines = (role: string, count: number, from: number): string =>
  Array.from({ length: count }, (_, i) => `${role}${i}=10.7.0.${from + i}${i % 2 ? ':2222' : ''}`).join(',');

const kubeadm: fc.Arbitrary<Said> = fc.constantFrom(...(Object.keys(SHAPES) as Topology[])).chain((topology) => {
  const [planes, etcd] = SHAPES[topology];
  const more = someOf({
    cni: fc.constantFrom(...CNIS),
    // An external etcd is run by containerd only.
    runtime: fc.constantFrom(...RUNTIMES.filter((each) => each === 'containerd' || !topology.endsWith('external-etcd'))),
    user: fc.constantFrom('root', 'debian', 'no', 'svc.k8s'),
    identity: fc.constantFrom('~/.ssh/id_ed25519', "/k/it's", 'C:\\keys'),
    'metrics-server': fc.constantFrom('yes', 'no'),
    'local-storage': fc.constantFrom('yes', 'no'),
    local: fc.constantFrom('cp0', 'cp0'),
    'kubernetes-version': version,
  });
  return fc
    .tuple(planes, etcd, fc.integer({ min: 0, max: 4 }), fc.constantFrom('10.7.0.250', '10.7.0.250:8443', '10.7.0.250:9443'), more)
    .map(([planeCount, etcdCount, workers, endpoint, rest]) => ({
      ...(rest as Said),
      provider: 'kubeadm',
      topology,
      'control-plane': machines('cp', planeCount, 10),
      ...(topology === 'all-in-one' ? {} : { worker: machines('w', workers, 100) }),
      ...(etcdCount ? { etcd: machines('e', etcdCount, 50) } : {}),
      ...(topology.startsWith('ha-') ? { endpoint } : {}),
    }));
});

const minikube: fc.Arbitrary<Said> = someOf({
  nodes: fc.constantFrom('1', '3'),
  cpus: fc.constantFrom('2', '8'),
  memory: fc.constantFrom('4g', '4096m', 'max'),
  disk: fc.constantFrom('40g', '20000mb'),
  driver: fc.constantFrom('docker', 'kvm', 'podman', 'qemu'),
  cni: fc.constantFrom(...MINIKUBE_CNIS.filter((each) => each !== 'bridge')),
  addons: fc.constantFrom('ingress', 'metrics-server, ingress', ''),
  'kubernetes-version': version,
}).map((rest) => ({ ...(rest as Said), provider: 'minikube' }));

const kind: fc.Arbitrary<Said> = someOf({
  'control-planes': fc.constantFrom('1', '3', '5'),
  workers: fc.constantFrom('0', '4'),
  image: fc.constantFrom('registry.example:5000/node:v1@sha256:00', 'kindest/node:v1.35.0'),
  ports: fc.constantFrom('8080:30080', '8080:30080,5353:30053/udp'),
  'kubernetes-version': version,
}).map((rest) => ({ ...(rest as Said), provider: 'kind' }));

/** The branch of the JSON Schema that is for a provider. */
function branchOf(provider: string): z.ZodType {
  const walk = (at: Readonly<Record<string, unknown>>): object => {
    const {
      if: condition,
      then,
      else: rest,
    } = at as { readonly if?: { readonly properties: { readonly provider: { readonly const: string } } }; readonly then?: object; readonly else?: object };
    if (!condition) return at;
    return condition.properties.provider.const === provider ? (then ?? {}) : walk((rest ?? {}) as Readonly<Record<string, unknown>>);
  };
  return z.fromJSONSchema(walk(clusterFileJsonSchema()) as Parameters<typeof z.fromJSONSchema>[0]);
}

/** What a file and what was said have in common, to be held against each other. */
interface Gist {
  readonly name: string;
  readonly provider: string | undefined;
  readonly topology?: string | undefined;
  readonly cni?: string | undefined;
  readonly hosts?: readonly string[];
}

function toldBy(cluster: AnyCluster): Gist {
  if (cluster.kind === 'local') return { name: cluster.local.cluster.name, provider: cluster.local.cluster.provider };
  const { file } = cluster.loaded.spec;
  const { name, provider, topology, cni } = file;
  return { name, provider, topology, cni, hosts: file.hosts.map((host) => `${host.name} ${host.kind} ${host.user ?? '-'}`) };
}

function saidBy(name: string, { provider, topology, cni = 'flannel', local, user = '-', ...roles }: Said): Gist {
  if (provider !== 'kubeadm') return { name, provider };
  const words = ['control-plane', 'worker', 'etcd'].flatMap((role) => (roles[role] ?? '').split(',').filter(Boolean));
  const hosts = words.map((word) => word.replace(/=.*/, '')).map((host) => (host === local ? `${host} local -` : `${host} ssh ${user}`));
  return { name, provider, topology, cni, hosts };
}

describe.each([
  ['kubeadm', kubeadm],
  ['minikube', minikube],
  ['kind', kind],
] as const)('a file for %s', (provider, options) => {
  it('is right whatever is said, also by the JSON Schema', async () => {
    const schema = branchOf(provider);
    const path = join(scratchFolder(), `${provider}.yaml`);
    await fc.assert(
      fc.asyncProperty(name, options, async (name, given) => {
        const text = renderClusterFile(name, await collect(given, nobody, false));
        writeFileSync(path, text);
        const cluster = await loadAnyCluster(path);
        expect(schema.safeParse(parse(text)).error).toBeUndefined();
        expect(toldBy(cluster)).toEqual(saidBy(name, given));
      }),
      { numRuns: 150 },
    );
  });

  it('with a field that is not known is refused by the JSON Schema', () => {
    expect(branchOf(provider).safeParse({ name: 'x', provider, topology: 'single', hosts: [], nonsense: 1 }).success).toBe(false);
  });
});
